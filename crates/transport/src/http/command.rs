//! One command as an HTTP request.

use std::error::Error as _;
use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Path, State};
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use homeroom_auth::{AuthError, Presented};
use homeroom_contract::{
    Actor, BoundNamespace, BoxFuture, Code, Failure, OnlineUser, Room, RoomKey, Session,
};
use http_body_util::LengthLimitError;
use serde_json::value::RawValue;
use tokio::time::timeout;

use super::address::address;
use super::answer::{answer, refuse, refuse_as, refuse_token};
use super::{Face, IDEMPOTENCY_KEY};
use crate::dispatch::{Caller, Request};
use crate::engine::is_allowed;
use crate::hub::Hub;

/// `POST /v1/{namespace}/{command}`.
pub(super) async fn command(
    State(face): State<Arc<Face>>,
    Path((namespace, command)): Path<(String, String)>,
    headers: HeaderMap,
    extensions: Extensions,
    body: Body,
) -> Response {
    let Some(namespace) = face.hub.namespace(&namespace).cloned() else {
        return refuse(&no_such("namespace"));
    };
    let token = token(&headers);
    let actor = match authenticate(&face, token, &headers, &extensions).await {
        Ok(actor) => actor,
        Err(failure) if token.is_some() => return refuse_token(&failure),
        Err(failure) => return refuse(&failure),
    };
    let payload = match read(&face, &headers, body).await {
        Ok(payload) => payload,
        Err((status, failure)) => return refuse_as(status, &failure),
    };
    let key = headers.get(IDEMPOTENCY_KEY).map(|key| key.to_str().unwrap_or_default().to_owned());
    // On a task of its own: a client that goes away doesn't stop a command halfway.
    let tracker = face.hub.tracker.clone();
    let called = tracker.spawn(async move { call(&face, &namespace, actor, &command, payload, key).await });
    answer(called.await.unwrap_or_else(|error| Err(Failure::internal(error))))
}

async fn call(
    face: &Face,
    namespace: &Arc<BoundNamespace>,
    actor: Actor,
    command: &str,
    payload: Option<Box<RawValue>>,
    key: Option<String>,
) -> Result<Box<RawValue>, Failure> {
    let session: Arc<dyn Session> = Arc::new(OverHttp {
        hub: Arc::clone(&face.hub),
        namespace: Arc::clone(namespace),
        actor: actor.clone(),
    });
    let request = Request {
        namespace,
        name: command,
        payload: Ok(payload.as_deref()),
        key: key.as_deref(),
        session,
        caller: Caller::Http(actor),
    };
    face.dispatcher.call(request).await
}

fn token(headers: &HeaderMap) -> Option<&str> {
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    Presented { authorization, ..Presented::default() }.token()
}

async fn authenticate(
    face: &Face,
    token: Option<&str>,
    headers: &HeaderMap,
    extensions: &Extensions,
) -> Result<Actor, Failure> {
    if !is_allowed(headers, &face.origins) {
        return Err(Failure::new(Code::Unauthorized, "Pages from there may not call this."));
    }
    face.hub.check_address(address(face, headers, extensions))?;
    let token = token.ok_or(AuthError::Missing)?;
    Ok(face.hub.verifier.authenticate(token, face.hub.directory.as_ref()).await?.actor)
}

/// The payload; none if the body is empty.
async fn read(
    face: &Face,
    headers: &HeaderMap,
    body: Body,
) -> Result<Option<Box<RawValue>>, (StatusCode, Failure)> {
    let config = &face.hub.config;
    let too_large = || {
        let message = format!("The body has more than {} bytes.", config.max_body_bytes);
        (StatusCode::PAYLOAD_TOO_LARGE, Failure::new(Code::PayloadTooLarge, message))
    };
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: usize| length > config.max_body_bytes) {
        return Err(too_large());
    }
    let bytes: Bytes = match timeout(config.call_timeout(), to_bytes(body, config.max_body_bytes)).await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(error)) if error.source().is_some_and(<dyn std::error::Error>::is::<LengthLimitError>) => {
            return Err(too_large());
        }
        Ok(Err(error)) => {
            return Err((StatusCode::BAD_REQUEST, Failure::invalid("The body broke off.").because(error)));
        }
        Err(_) => {
            let failure = Failure::new(Code::Unavailable, "The body took too long to arrive.");
            return Err((StatusCode::REQUEST_TIMEOUT, failure));
        }
    };
    if bytes.is_empty() {
        return Ok(None);
    }
    serde_json::from_slice(&bytes).map(Some).map_err(|error| {
        let details = serde_json::json!({ "path": ".", "problem": error.to_string() });
        (StatusCode::UNPROCESSABLE_ENTITY, Failure::invalid("The body is not JSON.").with_details(details))
    })
}

/// Any other method than POST.
pub(super) async fn wrong_method() -> Response {
    let failure = Failure::new(Code::ValidationError, "Commands are sent with POST.");
    let mut response = refuse_as(StatusCode::METHOD_NOT_ALLOWED, &failure);
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
    response
}

/// Any other path below `/v1/`.
pub(super) async fn unknown() -> Response {
    refuse(&no_such("path"))
}

fn no_such(what: &str) -> Failure {
    Failure::new(Code::UnknownEvent, format!("There is no such {what}."))
}

/// A call that came in over HTTP: it can be let into rooms, but not be in any.
struct OverHttp {
    hub: Arc<Hub>,
    namespace: Arc<BoundNamespace>,
    actor: Actor,
}

impl Session for OverHttp {
    fn enter<'a>(&'a self, rooms: &'a [Room]) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(async { self.hub.admissions(&self.namespace, &self.actor, rooms).await.map(|_| ()) })
    }

    fn joined(&self) -> Vec<Room> {
        Vec::new()
    }

    fn online<'a>(&'a self, room: &'a Room) -> BoxFuture<'a, Vec<OnlineUser>> {
        let (tenant, namespace) = (self.actor.tenant.clone(), self.namespace.name());
        Box::pin(async { self.hub.online(&RoomKey { tenant, namespace, room: room.clone() }).await })
    }
}
