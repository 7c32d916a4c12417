//! The HTTP request that becomes a connection.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request, State},
    response::{IntoResponse, Response},
    routing::any,
};
use tokio::time::timeout;

use super::{
    Engine, Handshake, Upper, network, origin,
    query::{self, Refusal},
    stream,
    task::Live,
};

/// Mounts an engine at `path`, with and without the trailing slash.
///
/// Serve the router with `into_make_service_with_connect_info::<SocketAddr>()` on a plain `TcpListener`: the limits per
/// address need the peer's address, and the engine takes the TCP stream itself.
pub fn route<U: Upper>(path: &str, engine: &Arc<Engine<U>>) -> Router {
    let bare = path.trim_end_matches('/');
    let router = Router::new().route(&format!("{bare}/"), any(handle::<U>));
    let router = if bare.is_empty() { router } else { router.route(bare, any(handle::<U>)) };
    router.with_state(engine.clone())
}

async fn handle<U: Upper>(State(engine): State<Arc<Engine<U>>>, request: Request) -> Response {
    connect(engine, request).unwrap_or_else(|refusal| {
        tracing::debug!(%refusal, "handshake refused");
        refusal.into_response()
    })
}

fn connect<U: Upper>(engine: Arc<Engine<U>>, mut request: Request) -> Result<Response, Refusal> {
    let refused = |refusal| {
        engine.counters.refused.add(1);
        match refusal {
            Refusal::Unavailable => engine.counters.refused_full.add(1),
            Refusal::TooMany { .. } => engine.counters.refused_address.add(1),
            _ => {}
        }
        refusal
    };
    let config = &engine.config;
    if !origin::is_allowed(request.headers(), config) {
        return Err(refused(Refusal::Forbidden));
    }
    let asked = query::check(request.method(), request.headers(), request.uri().query().unwrap_or_default())
        .map_err(refused)?;
    if let Some(sid) = asked.sid {
        // With WebSocket alone there is nothing to upgrade: a known session already has its transport.
        let refusal =
            if engine.registry.contains(&sid) { Refusal::BadRequest } else { Refusal::SessionUnknown };
        return Err(refused(refusal));
    }
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
    let address = peer.map(|peer| network::client(peer.ip(), request.headers(), &config.trusted_proxies));
    let place =
        if engine.is_stopping() { Err(Refusal::Unavailable) } else { engine.registry.enter(address, config) };
    let place = place.map_err(refused)?;
    let pending = match address {
        Some(address) => {
            let place = engine.registry.knock(address, config.max_pending_per_address);
            Some(place.ok_or(Refusal::Forbidden).map_err(refused)?)
        }
        None => None,
    };
    let (response, upgrade) =
        fastwebsockets::upgrade::upgrade(&mut request).map_err(|_| refused(Refusal::BadRequest))?;
    let peer = peer.unwrap_or_else(|| SocketAddr::from(([0, 0, 0, 0], 0)));
    let handshake = Handshake::new(peer, address, request.uri(), request.headers(), &config.kept_headers);
    let upgrade_timeout = config.upgrade_timeout();
    let tracker = engine.tracker.clone();
    engine.tracker.clone().spawn(async move {
        if let Ok(Some((socket, early))) = timeout(upgrade_timeout, stream::take_back(upgrade)).await {
            // A task of its own, without the rooms that this one needed for the upgrade.
            tracker.spawn(Live::open(engine, socket, early, handshake, (place, pending)).run());
        }
    });
    Ok(response.map(|_| Body::empty()))
}
