//! One call of one request, and what a handler can do with the socket it came in on.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::{Actor, ClientId, Failure, Room, Timestamp};

/// A boxed future, where a trait object needs one.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// One call of one request.
#[derive(Clone)]
pub struct Call {
    /// Who calls.
    pub actor: Actor,
    /// When it arrived, by the gateway's clock.
    pub at: Timestamp,
    /// The namespace, without its slash.
    pub namespace: &'static str,
    /// The request's name.
    pub command: &'static str,
    /// The idempotency key, if the client gave one.
    pub client_id: Option<ClientId>,
    /// SHA-256 of the payload without its `clientId`, keys sorted: tells a repeat from another request under the same key.
    pub digest: [u8; 32],
    /// Where it came in.
    pub session: Arc<dyn Session>,
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("actor", &self.actor)
            .field("at", &self.at)
            .field("namespace", &self.namespace)
            .field("command", &self.command)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// Where a call came in: a socket, or an HTTP request that can't be in any room. The transport implements it.
pub trait Session: Send + Sync {
    /// Enters the rooms, each through the namespace's rule; all or none. Over HTTP the rules are asked and nothing is entered.
    ///
    /// Events of these rooms flow from the moment this returns, so what is read afterwards misses none.
    fn enter<'a>(&'a self, rooms: &'a [Room]) -> BoxFuture<'a, Result<(), Failure>>;

    /// The rooms that this socket is in; none over HTTP.
    fn joined(&self) -> Vec<Room>;
}

/// A session that is in no room, for calls that no client made and for unit tests.
#[derive(Debug, Clone, Copy, Default)]
pub struct Detached;

impl Session for Detached {
    fn enter<'a>(&'a self, _: &'a [Room]) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn joined(&self) -> Vec<Room> {
        Vec::new()
    }
}
