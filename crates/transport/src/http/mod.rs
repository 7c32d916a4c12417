//! The HTTP face: every command as `POST /v1/{namespace}/{command}`, the generated documents, and what operators ask.
//!
//! What always holds: a command here is the same call as over a socket, and its body is the same ack; every refusal is an ack
//! too.

mod address;
mod admin;
mod answer;
mod command;
mod documents;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use homeroom_contract::BoundNamespace;
use tower_http::cors::{AllowOrigin, CorsLayer};

pub(crate) use admin::{Probe, Ready, admin};

use crate::dispatch::Dispatcher;
use crate::engine::{EngineConfig, is_allowed};
use crate::hub::Hub;
use crate::limiter::Limiter;

/// The header that carries the `clientId`.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// How long a browser may remember what a preflight said.
const PREFLIGHT_AGE: Duration = Duration::from_hours(1);

/// What all requests share.
struct Face {
    hub: Arc<Hub>,
    dispatcher: Arc<Dispatcher>,
    origins: EngineConfig,
    addresses: Limiter<IpAddr>,
}

/// The public routes.
pub(crate) fn public(
    hub: Arc<Hub>,
    dispatcher: Arc<Dispatcher>,
    namespaces: &[BoundNamespace],
    origins: EngineConfig,
) -> Router {
    let documents = Arc::new(documents::Documents::new(namespaces));
    let cors = cors(origins.clone());
    let face = Arc::new(Face { hub, dispatcher, origins, addresses: Limiter::default() });
    let counted = from_fn_with_state(Arc::clone(&face), address::count);
    let commands = Router::new()
        .route("/{namespace}/{command}", post(command::command).fallback(command::wrong_method))
        .fallback(command::unknown);
    Router::new()
        .nest("/v1", commands)
        .with_state(face)
        .merge(
            Router::new()
                .route("/openapi.json", get(documents::openapi))
                .route("/asyncapi.json", get(documents::asyncapi))
                .route("/docs", get(documents::page))
                .with_state(documents),
        )
        .layer(counted)
        .layer(cors)
}

/// For the pages that may also open a socket.
fn cors(origins: EngineConfig) -> CorsLayer {
    let allowed =
        move |_: &HeaderValue, request: &axum::http::request::Parts| is_allowed(&request.headers, &origins);
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(allowed))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, IDEMPOTENCY_KEY])
        .expose_headers([header::RETRY_AFTER])
        .max_age(PREFLIGHT_AGE)
}
