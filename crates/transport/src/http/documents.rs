//! The generated documents, made once at start.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use homeroom_contract::BoundNamespace;

use crate::spec::{self, Page};

/// All of them, ready to be sent.
pub(super) struct Documents {
    openapi: String,
    asyncapi: String,
    page: Page,
}

impl Documents {
    pub(super) fn new(namespaces: &[BoundNamespace]) -> Self {
        let openapi = spec::openapi(namespaces).to_string();
        let asyncapi = spec::asyncapi(namespaces).to_string();
        Self { openapi, asyncapi, page: spec::page(namespaces) }
    }
}

pub(super) async fn openapi(State(documents): State<Arc<Documents>>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], documents.openapi.clone())
}

pub(super) async fn asyncapi(State(documents): State<Arc<Documents>>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], documents.asyncapi.clone())
}

pub(super) async fn page(State(documents): State<Arc<Documents>>) -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (header::CONTENT_SECURITY_POLICY, documents.page.policy.clone()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
    ];
    (headers, documents.page.html.clone())
}
