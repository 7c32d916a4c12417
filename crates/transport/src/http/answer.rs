//! Acks as HTTP responses.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use homeroom_contract::{Ack, Failure};
use serde_json::value::RawValue;

/// The ack with the status of its code.
pub(super) fn answer(answer: Result<Box<RawValue>, Failure>) -> Response {
    match answer {
        Ok(data) => with_status(StatusCode::OK, &Ack::success(&data)),
        Err(failure) => refuse(&failure),
    }
}

/// A failure with the status of its code.
pub(super) fn refuse(failure: &Failure) -> Response {
    let status =
        StatusCode::from_u16(failure.code.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    refuse_as(status, failure)
}

/// The failure that a token was refused with. Where it is the token's fault, the challenge says so (RFC 6750, section 3.1).
pub(super) fn refuse_token(failure: &Failure) -> Response {
    let mut response = refuse(failure);
    if response.status() == StatusCode::UNAUTHORIZED {
        let challenge = HeaderValue::from_static(r#"Bearer error="invalid_token""#);
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

/// A failure where HTTP has a status of its own for it.
pub(super) fn refuse_as(status: StatusCode, failure: &Failure) -> Response {
    let mut response = with_status(status, &Ack::failure(failure));
    let headers = response.headers_mut();
    match status {
        // RFC 6750, section 3: unless a token was refused, no error is named.
        StatusCode::UNAUTHORIZED => {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            // Whole seconds (RFC 9110, section 10.2.3), rounded up.
            let millis = failure.retry_after.map_or(1000, |after| after.as_millis());
            let seconds = u64::try_from(millis.div_ceil(1000)).unwrap_or(u64::MAX).max(1);
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        // The rest of the body is not read.
        StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_TIMEOUT => {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        _ => {}
    }
    response
}

fn with_status(status: StatusCode, ack: &RawValue) -> Response {
    let mut response = (status, Json(ack)).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
