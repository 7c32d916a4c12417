//! What operators ask, on a listener of its own: metrics, whether the process lives, and whether it should get traffic.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use homeroom_contract::BoxFuture;
use homeroom_journal::Journal;
use prometheus_client::registry::Registry;
use serde::Serialize;
use tokio::time::timeout;

/// How long the database may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(2);

/// Asks a part whether it is there.
pub(crate) type Probe = Arc<dyn Fn() -> BoxFuture<'static, bool> + Send + Sync>;

/// What readiness depends on.
pub(crate) struct Ready {
    pub(crate) journal: Journal,
    pub(crate) draining: AtomicBool,
    /// Parts that can be done without, by name.
    pub(crate) optional: Vec<(&'static str, Probe)>,
}

struct Admin {
    ready: Arc<Ready>,
    registry: Registry,
}

/// `/metrics`, `/healthz` and `/readyz`.
pub(crate) fn admin(ready: Arc<Ready>, registry: Registry) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .with_state(Arc::new(Admin { ready, registry }))
}

async fn metrics(State(admin): State<Arc<Admin>>) -> Response {
    let mut text = String::new();
    match prometheus_client::encoding::text::encode(&mut text, &admin.registry) {
        Ok(()) => {
            let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(header::CONTENT_TYPE, kind)], text).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn healthz() -> Json<Health> {
    Json(Health { status: "ok" })
}

#[derive(Serialize)]
struct Health {
    status: &'static str,
}

/// The body of `/readyz`.
#[derive(Serialize)]
struct Readiness {
    /// `ready`, `degraded`, `draining` or `unavailable`.
    status: &'static str,
    /// Whether the database answers.
    sql: bool,
    /// Parts that are away and can be done without.
    missing: Vec<&'static str>,
}

async fn readyz(State(admin): State<Arc<Admin>>) -> (StatusCode, Json<Readiness>) {
    let sql = async { matches!(timeout(PATIENCE, admin.ready.journal.database().ping()).await, Ok(Ok(()))) };
    let (sql, missing) = tokio::join!(sql, missing(&admin.ready.optional));
    let (code, status) = if admin.ready.draining.load(Ordering::SeqCst) {
        (StatusCode::SERVICE_UNAVAILABLE, "draining")
    } else if !sql {
        (StatusCode::SERVICE_UNAVAILABLE, "unavailable")
    } else if missing.is_empty() {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::OK, "degraded")
    };
    (code, Json(Readiness { status, sql, missing }))
}

async fn missing(optional: &[(&'static str, Probe)]) -> Vec<&'static str> {
    let mut missing = Vec::new();
    for (name, probe) in optional {
        if !timeout(PATIENCE, probe()).await.unwrap_or(false) {
            missing.push(*name);
        }
    }
    missing
}
