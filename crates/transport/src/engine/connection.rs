//! One transport and what is known of it.

use std::{
    any::Any,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use axum::http::{HeaderMap, HeaderName, Uri};

use super::{CloseReason, Outbox, Sid, registry::Pending};

/// What is kept of the request that opened a connection.
#[derive(Debug)]
pub struct Handshake {
    peer: SocketAddr,
    client: Option<IpAddr>,
    query: Box<str>,
    headers: Box<[(HeaderName, Box<str>)]>,
}

impl Handshake {
    /// Copies what `kept` names, since a header value that is kept would keep its whole request buffer.
    pub(crate) fn new(
        peer: SocketAddr,
        client: Option<IpAddr>,
        uri: &Uri,
        headers: &HeaderMap,
        kept: &[String],
    ) -> Self {
        let headers = kept
            .iter()
            .filter_map(|name| {
                let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
                let value = headers.get(&name)?.to_str().ok()?.into();
                Some((name, value))
            })
            .collect();
        Self { peer, client, query: uri.query().unwrap_or_default().into(), headers }
    }

    /// The address that the connection came from; a proxy's, if there is one.
    pub fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// The address that the client comes from, through proxies that are trusted; of IPv6 the first 64 bits.
    pub fn client(&self) -> Option<IpAddr> {
        self.client
    }

    /// The raw query string, without `?`.
    pub fn query(&self) -> &str {
        &self.query
    }

    /// The first value of a query parameter, percent-decoded as in a form.
    pub fn query_value(&self, name: &str) -> Option<String> {
        super::query::value(&self.query, name)
    }

    /// A header that [`EngineConfig::kept_headers`](super::EngineConfig::kept_headers) names, if it was sent as visible ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(kept, _)| kept.as_str().eq_ignore_ascii_case(name))
            .map(|(_, value)| &**value)
    }
}

/// One transport: its way out, its handshake, and a place for the layer above to hang its own state on.
pub struct Connection {
    id: Sid,
    handshake: Handshake,
    outbox: Outbox,
    pending: Mutex<Option<Pending>>,
    extension: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl Connection {
    pub(crate) fn new(id: Sid, handshake: Handshake, outbox: Outbox, pending: Option<Pending>) -> Arc<Self> {
        Arc::new(Self { id, handshake, outbox, pending: Mutex::new(pending), extension: OnceLock::new() })
    }

    /// The layer above knows who this is: it no longer counts among its address's strangers.
    pub fn let_in(&self) {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// The Engine.IO session id: a secret of this client, printed in short for logs.
    pub fn id(&self) -> &Sid {
        &self.id
    }

    /// The request that opened it.
    pub fn handshake(&self) -> &Handshake {
        &self.handshake
    }

    /// The way out to the client.
    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// Closes the transport. A stock client comes back by itself and runs its `auth` callback again; to keep it away,
    /// disconnect its sockets first.
    pub fn close(&self, reason: CloseReason) {
        self.outbox.close(reason);
    }

    /// Hangs the upper layer's own state on this connection; false if there already is one.
    pub fn set_extension<T: Any + Send + Sync>(&self, extension: T) -> bool {
        self.extension.set(Box::new(extension)).is_ok()
    }

    /// The state hung on it, if it is a `T`.
    pub fn extension<T: Any>(&self) -> Option<&T> {
        self.extension.get()?.downcast_ref()
    }
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection")
            .field("id", &self.id)
            .field("peer", &self.handshake.peer)
            .finish_non_exhaustive()
    }
}
