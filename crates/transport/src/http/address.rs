//! How many requests an address may send: all that HTTP answers counts, whoever asks and whatever becomes of it.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{Extensions, HeaderMap};
use axum::middleware::Next;
use axum::response::Response;
use homeroom_contract::{Code, Failure};
use tokio::time::Instant;

use super::Face;
use super::answer::refuse;
use crate::engine::client;
use crate::metrics::Tier;

/// The address that a request is counted by, as connections are; none if the server doesn't know the peer.
pub(super) fn address(face: &Face, headers: &HeaderMap, extensions: &Extensions) -> Option<IpAddr> {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip();
    Some(client(peer, headers, &face.origins.trusted_proxies))
}

/// Lets a request through if its address has a place in its window. An address that isn't known has no limit.
pub(super) async fn count(State(face): State<Arc<Face>>, request: Request, next: Next) -> Response {
    let address = address(&face, request.headers(), request.extensions());
    if let (Some(address), Some(limit)) = (address, face.hub.config.http_limit())
        && let Err(wait) = face.addresses.take(address, limit, Instant::now())
    {
        face.hub.metrics.limited(Tier::Address);
        let failure = Failure::new(Code::RateLimitExceeded, "Too many requests come from this address.");
        return refuse(&failure.retry_after(wait));
    }
    next.run(request).await
}
