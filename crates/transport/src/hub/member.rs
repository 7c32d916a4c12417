//! One socket in one namespace, and the transport that it shares with others of the same person.
//!
//! What always holds: a member's rooms and the table agree, since both are changed under the member's lock; once it is gone,
//! it enters nothing any more.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use homeroom_auth::Claims;
use homeroom_contract::{Actor, Admission, BoundNamespace, Event, Room, RoomKey, Timestamp};

use super::Table;
use crate::engine::Connection;
use crate::socket_io::Socket;

/// A socket of a person who has been let in.
pub(crate) struct Member {
    pub(crate) id: u64,
    pub(crate) link: Arc<Link>,
    pub(crate) namespace: Arc<BoundNamespace>,
    pub(crate) socket: Arc<Socket>,
    pub(crate) table: Arc<Table>,
    state: Mutex<MemberState>,
}

#[derive(Default)]
struct MemberState {
    rooms: BTreeMap<Room, Admission>,
    /// What it will enter when it has been told that it is in.
    greeting: Vec<(Room, Admission)>,
    gone: bool,
}

impl Member {
    pub(crate) fn new(
        id: u64,
        link: Arc<Link>,
        namespace: Arc<BoundNamespace>,
        socket: Arc<Socket>,
        table: Arc<Table>,
        greeting: Vec<(Room, Admission)>,
    ) -> Arc<Self> {
        let state = Mutex::new(MemberState { greeting, ..MemberState::default() });
        Arc::new(Self { id, link, namespace, socket, table, state })
    }

    pub(crate) fn actor(&self) -> &Actor {
        &self.link.actor
    }

    /// A room of this member's tenant and namespace, in full.
    pub(crate) fn key(&self, room: &Room) -> RoomKey {
        RoomKey {
            tenant: self.link.actor.tenant.clone(),
            namespace: self.namespace.name(),
            room: room.clone(),
        }
    }

    pub(crate) fn rooms(&self) -> Vec<Room> {
        self.lock().rooms.keys().cloned().collect()
    }

    pub(crate) fn admissions(&self) -> Vec<(Room, Admission)> {
        self.lock().rooms.iter().map(|(room, admission)| (room.clone(), *admission)).collect()
    }

    pub(crate) fn is_in(&self, room: &Room) -> bool {
        self.lock().rooms.contains_key(room)
    }

    pub(super) fn take_greeting(&self) -> Vec<(Room, Admission)> {
        std::mem::take(&mut self.lock().greeting)
    }

    /// Enters; what it was in before counts as what it is in now. False once it is gone.
    pub(super) fn insert(
        self: &Arc<Self>,
        room: &Room,
        admission: Admission,
    ) -> Result<Option<Admission>, Gone> {
        let mut state = self.lock();
        if state.gone {
            return Err(Gone);
        }
        let before = state.rooms.insert(room.clone(), admission);
        if before.is_none() {
            self.table.add(room, self);
        }
        Ok(before)
    }

    /// Leaves; what it was in the room as.
    pub(super) fn remove(&self, room: &Room) -> Option<Admission> {
        let mut state = self.lock();
        let admission = state.rooms.remove(room)?;
        self.table.remove(room, self);
        Some(admission)
    }

    /// Leaves everything, for good.
    pub(super) fn go(&self) -> Vec<(Room, Admission)> {
        let mut state = self.lock();
        state.gone = true;
        let rooms: Vec<_> = std::mem::take(&mut state.rooms).into_iter().collect();
        for (room, _) in &rooms {
            self.table.remove(room, self);
        }
        rooms
    }

    /// Tells this socket alone; never dropped, as long as the socket takes anything.
    pub(crate) fn tell<E: Event>(&self, event: &E) {
        match serde_json::to_string(event) {
            Ok(payload) => self.table.tell(self, E::NAME, &payload),
            Err(error) => tracing::error!(%error, event = E::NAME, "an event can't be written as JSON"),
        }
    }

    fn lock(&self) -> MutexGuard<'_, MemberState> {
        // Between any two of its changes the state is whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member")
            .field("id", &self.id)
            .field("namespace", &self.namespace.name())
            .finish_non_exhaustive()
    }
}

/// The socket has left meanwhile.
#[derive(Debug)]
pub(crate) struct Gone;

/// A transport in use by one person.
pub(crate) struct Link {
    pub(crate) id: u64,
    pub(crate) actor: Actor,
    pub(crate) connection: Arc<Connection>,
    state: Mutex<LinkState>,
}

struct LinkState {
    members: Vec<Arc<Member>>,
    token: Lifetime,
    /// Whether the end of the token has been announced.
    warned: bool,
}

/// How long a token is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lifetime {
    /// Its `exp`.
    pub(crate) expires_at: Timestamp,
    /// `exp` and the leeway.
    pub(crate) closes_at: Timestamp,
}

impl Lifetime {
    pub(crate) fn of(claims: &Claims, closes_at: Timestamp) -> Self {
        Self { expires_at: claims.expires_at, closes_at }
    }
}

impl Link {
    pub(crate) fn new(id: u64, actor: Actor, connection: Arc<Connection>, token: Lifetime) -> Arc<Self> {
        let state = LinkState { members: Vec::new(), token, warned: false };
        Arc::new(Self { id, actor, connection, state: Mutex::new(state) })
    }

    pub(crate) fn members(&self) -> Vec<Arc<Member>> {
        self.lock().members.clone()
    }

    pub(crate) fn token(&self) -> Lifetime {
        self.lock().token
    }

    /// Goes on with this token, if it is good for longer.
    pub(super) fn carry_on(&self, token: Lifetime) {
        let mut state = self.lock();
        if token.expires_at > state.token.expires_at {
            state.token = token;
            state.warned = false;
        }
    }

    pub(super) fn was_warned(&self) -> bool {
        self.lock().warned
    }

    pub(super) fn warn(&self) {
        self.lock().warned = true;
    }

    pub(super) fn add(&self, member: Arc<Member>) {
        self.lock().members.push(member);
    }

    /// Takes a member out; true if it was the last.
    pub(super) fn remove(&self, id: u64) -> bool {
        let mut state = self.lock();
        state.members.retain(|member| member.id != id);
        state.members.is_empty()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lock().members.is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, LinkState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("id", &self.id).field("actor", &self.actor).finish_non_exhaustive()
    }
}
