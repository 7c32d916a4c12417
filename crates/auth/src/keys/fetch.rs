//! Gets the bytes of a key set, from a file or over HTTP. No redirect is followed, and no more is read than allowed.

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty, LengthLimitError, Limited};
use hyper::header::{ACCEPT, CACHE_CONTROL, HeaderMap, USER_AGENT};
use hyper::{Request, StatusCode, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::io::AsyncReadExt as _;

use super::jwks::JwksError;

/// A client for `https` and `http`, with the machine's certificate authorities.
#[derive(Clone)]
pub(super) struct Http(Client<HttpsConnector<HttpConnector>, Empty<Bytes>>);

impl Http {
    pub(super) fn new() -> Result<Self, JwksError> {
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(rustls::crypto::aws_lc_rs::default_provider())
            .map_err(JwksError::Authorities)?
            .https_or_http()
            .enable_http1()
            .build();
        // Asked every few minutes: nothing is gained by an open connection.
        Ok(Self(Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(connector)))
    }

    /// The bytes, and how long they say that they are good.
    pub(super) async fn get(
        &self,
        uri: &Uri,
        max_bytes: usize,
    ) -> Result<(Bytes, Option<Duration>), JwksError> {
        let request = Request::get(uri)
            .header(ACCEPT, "application/jwk-set+json, application/json")
            .header(USER_AGENT, "homeroom")
            .body(Empty::new())
            .map_err(|_| JwksError::Address)?;
        let response = self.0.request(request).await.map_err(JwksError::Unreachable)?;
        if response.status() != StatusCode::OK {
            return Err(JwksError::Status(response.status().as_u16()));
        }
        let max_age = max_age(response.headers());
        let body = Limited::new(response.into_body(), max_bytes).collect().await;
        let body = body.map_err(|error| match error.downcast::<LengthLimitError>() {
            Ok(_) => JwksError::TooLarge { most: max_bytes },
            Err(error) => JwksError::BrokeOff(error),
        })?;
        Ok((body.to_bytes(), max_age))
    }
}

/// `max-age` of `Cache-Control` (RFC 9111, section 5.2.2.1): whole seconds, which some write in quotes.
fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let values = headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    let mut directives = values.flat_map(|value| value.split(','));
    directives.find_map(|directive| {
        let (name, seconds) = directive.split_once('=')?;
        let ours = name.trim().eq_ignore_ascii_case("max-age");
        ours.then(|| seconds.trim().trim_matches('"').parse().ok().map(Duration::from_secs))?
    })
}

/// The file's bytes, if there are not too many.
pub(super) async fn read_file(path: &Path, max_bytes: usize) -> Result<Bytes, JwksError> {
    let mut bytes = Vec::new();
    let file = tokio::fs::File::open(path).await.map_err(JwksError::File)?;
    let most = u64::try_from(max_bytes).unwrap_or(u64::MAX);
    file.take(most.saturating_add(1)).read_to_end(&mut bytes).await.map_err(JwksError::File)?;
    if bytes.len() > max_bytes { Err(JwksError::TooLarge { most: max_bytes }) } else { Ok(bytes.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[&'static str]) -> Option<u64> {
        let headers = values.iter().map(|value| (CACHE_CONTROL, value.parse().unwrap()));
        max_age(&headers.collect()).map(|age| age.as_secs())
    }

    #[test]
    fn max_age_is_found_wherever_it_stands() {
        assert_eq!(of(&["max-age=300"]), Some(300));
        assert_eq!(of(&["public, Max-Age=\"60\" , must-revalidate"]), Some(60));
        assert_eq!(of(&["public", "max-age=0"]), Some(0));
        for none in [&[][..], &["no-store"], &["s-maxage=9"], &["max-age"], &["max-age=-1"], &["max-age=1.5"]]
        {
            assert_eq!(of(none), None, "{none:?}");
        }
    }
}
