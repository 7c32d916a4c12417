//! What a handshake request must say, and the numbered errors for those that don't.

use axum::{
    Json,
    http::{HeaderMap, HeaderName, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

/// Why a request is refused. The numbers and sentences are the reference server's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("Transport unknown")]
    TransportUnknown,
    #[error("Session ID unknown")]
    SessionUnknown,
    #[error("Bad handshake method")]
    BadMethod,
    #[error("Bad request")]
    BadRequest,
    #[error("Forbidden")]
    Forbidden,
    #[error("Unsupported protocol version")]
    UnsupportedVersion,
    /// Ours: the node is full or stops. Clients try again, elsewhere if there is an elsewhere.
    #[error("Service unavailable")]
    Unavailable,
    /// Ours: the address has too many connections, or opens them too fast.
    #[error("Too many connections")]
    TooMany {
        /// When to try again.
        seconds: u32,
    },
}

/// When a client that finds the node full or stopping may try again, in seconds.
const UNAVAILABLE_FOR: u32 = 5;

#[derive(Serialize)]
struct Body {
    code: u8,
    message: String,
}

impl Refusal {
    fn code(self) -> u8 {
        match self {
            Self::TransportUnknown => 0,
            Self::SessionUnknown => 1,
            Self::BadMethod => 2,
            Self::BadRequest => 3,
            Self::Forbidden => 4,
            Self::UnsupportedVersion => 5,
            Self::Unavailable => 6,
            Self::TooMany { .. } => 7,
        }
    }

    fn status(self) -> StatusCode {
        match self {
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response =
            (self.status(), Json(Body { code: self.code(), message: self.to_string() })).into_response();
        let seconds = match self {
            Self::Unavailable => UNAVAILABLE_FOR,
            Self::TooMany { seconds } => seconds,
            _ => return response,
        };
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        response
    }
}

/// What the query of a request asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// A session that is to be continued.
    pub(crate) sid: Option<String>,
}

/// Checks a request's query in the order of the reference server: transport, session or method, version.
pub(crate) fn check(method: &Method, headers: &HeaderMap, query: &str) -> Result<Asked, Refusal> {
    if value(query, "transport").as_deref() != Some("websocket") {
        return Err(Refusal::TransportUnknown);
    }
    let sid = value(query, "sid");
    if sid.is_none() {
        if method != Method::GET {
            return Err(Refusal::BadMethod);
        }
        if !asks_for_websocket(headers) {
            return Err(Refusal::BadRequest);
        }
        if value(query, "EIO").as_deref() != Some("4") {
            return Err(Refusal::UnsupportedVersion);
        }
    }
    Ok(Asked { sid })
}

fn asks_for_websocket(headers: &HeaderMap) -> bool {
    names(headers, &header::CONNECTION, "upgrade") && names(headers, &header::UPGRADE, "websocket")
}

/// Whether a header that is a list has this word in it.
fn names(headers: &HeaderMap, header: &HeaderName, word: &str) -> bool {
    headers
        .get_all(header)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|value| value.trim().eq_ignore_ascii_case(word))
}

/// The first value of a query parameter, decoded as `application/x-www-form-urlencoded`.
pub(crate) fn value(query: &str, name: &str) -> Option<String> {
    query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(key) == name).then(|| decode(value))
    })
}

/// Percent-decoding; what isn't UTF-8 afterwards or no valid escape stays visible as such.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'+' => bytes.push(b' '),
            b'%' => {
                match after.split_first_chunk::<2>().and_then(|(hex, after)| Some((escape(*hex)?, after))) {
                    Some((byte, after)) => {
                        bytes.push(byte);
                        rest = after;
                    }
                    None => bytes.push(b'%'),
                }
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn escape([high, low]: [u8; 2]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(high)? << 4 | digit(low)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(method: &Method, upgrade: bool, query: &str) -> Result<Asked, Refusal> {
        let mut headers = HeaderMap::new();
        if upgrade {
            headers.insert(header::CONNECTION, "keep-alive, Upgrade".parse().unwrap());
            headers.insert(header::UPGRADE, "WebSocket".parse().unwrap());
        }
        check(method, &headers, query)
    }

    #[test]
    fn a_websocket_handshake_is_let_in() {
        assert_eq!(ask(&Method::GET, true, "EIO=4&transport=websocket"), Ok(Asked { sid: None }));
    }

    #[test]
    fn each_fault_has_its_number() {
        for (method, upgrade, query, code) in [
            (Method::GET, true, "EIO=4", 0),
            (Method::GET, false, "EIO=4&transport=polling", 0),
            (Method::GET, true, "EIO=4&transport=abc", 0),
            (Method::POST, true, "EIO=4&transport=websocket", 2),
            (Method::GET, false, "EIO=4&transport=websocket", 3),
            (Method::GET, true, "transport=websocket", 5),
            (Method::GET, true, "EIO=3&transport=websocket", 5),
            (Method::GET, true, "EIO=abc&transport=websocket", 5),
        ] {
            assert_eq!(ask(&method, upgrade, query).unwrap_err().code(), code, "{query}");
        }
    }

    #[test]
    fn values_are_form_decoded() {
        assert_eq!(value("a=1&token=x%2By+z%E2%82%AC", "token").as_deref(), Some("x+y z€"));
        assert_eq!(value("token=%zz%4", "token").as_deref(), Some("%zz%4"));
        assert_eq!(value("token", "token").as_deref(), Some(""));
        assert_eq!(value("a=1", "token"), None);
    }
}
