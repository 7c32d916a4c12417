//! One call of one request, and what a handler can do with the socket it came in on.

use std::collections::BTreeSet;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::{Actor, ClassId, ClientId, Code, Failure, OnlineUser, Room, Timestamp};

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

impl Call {
    /// The class that a request names, or else the one class of which this socket has joined a room (`class:{id}` or one
    /// below it). `VALIDATION_ERROR` if that isn't exactly one.
    pub fn class(&self, named: Option<ClassId>) -> Result<ClassId, Failure> {
        if let Some(class) = named {
            return Ok(class);
        }
        let joined: BTreeSet<ClassId> = self.session.joined().iter().filter_map(Room::class_id).collect();
        let mut joined = joined.into_iter();
        match (joined.next(), joined.next()) {
            (Some(only), None) => Ok(only),
            _ => {
                Err(Failure::invalid("Say which class: name it in classId, or join exactly one.")
                    .at("classId"))
            }
        }
    }

    /// `NOT_IN_ROOM` unless this socket has joined the room.
    pub fn require_room(&self, room: &Room) -> Result<(), Failure> {
        if self.session.joined().contains(room) {
            Ok(())
        } else {
            Err(Failure::new(Code::NotInRoom, "Join first.")
                .with_details(serde_json::json!({ "room": room })))
        }
    }
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

    /// Who shows up in a room of this namespace (see [`Admission::announced`](crate::Admission::announced)), on whichever node, by
    /// id. Of a node that was killed nobody does any more when its leases have ended; who came to another one a moment ago may
    /// be missing. What a namespace keeps of what people do there is of those only who are there.
    fn online<'a>(&'a self, room: &'a Room) -> BoxFuture<'a, Vec<OnlineUser>>;
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

    fn online<'a>(&'a self, _: &'a Room) -> BoxFuture<'a, Vec<OnlineUser>> {
        Box::pin(std::future::ready(Vec::new()))
    }
}
