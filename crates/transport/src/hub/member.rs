//! One socket in one namespace.
//!
//! What always holds: a member's rooms and the table agree, since both are changed under the member's lock; once it is gone,
//! it enters nothing any more.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use homeroom_contract::{Actor, Admission, BoundNamespace, Event, Role, Room, RoomKey};

use super::doubt::Moment;
use super::reached::Reached;
use super::sessions::{Offset, Version};
use super::table::Way;
use super::{Link, Table};
use crate::dispatch::builtin::SessionUnsavedWsEvent;
use crate::socket_io::Socket;

/// A socket of a person who has been let in.
pub(crate) struct Member {
    pub(crate) id: u64,
    pub(crate) link: Arc<Link>,
    pub(crate) namespace: Arc<BoundNamespace>,
    pub(crate) socket: Arc<Socket>,
    pub(crate) table: Arc<Table>,
    /// The secret name of its session; only if the client asked for recovery.
    pub(super) pid: Option<Box<str>>,
    /// Where it stood in the stream when it came.
    pub(super) since: u64,
    /// Which entry was there, if it is known.
    pub(super) beginning: Option<Offset>,
    /// The history that this is a position in.
    history: u64,
    /// The epoch of rights as it was before anything was asked about the person.
    pub(super) epoch: u64,
    /// Held while its session is being kept: as which version it was last.
    pub(super) keeping: tokio::sync::Mutex<Version>,
    /// Whether its session is kept as it is now.
    kept: AtomicBool,
    /// Up to where it has been sent its entries.
    pub(super) reached: Reached,
    state: Mutex<MemberState>,
}

/// What somebody comes with who is let in.
pub(crate) struct Coming {
    /// The rooms to be in from the start.
    pub(super) greeting: Vec<(Room, Admission)>,
    /// The session's secret name, if the client asked for recovery.
    pub(super) pid: Option<Box<str>>,
    /// Where the client stands: from here on it is due what happens.
    pub(super) since: u64,
    /// Which entry is there, if it is known.
    pub(super) beginning: Option<Offset>,
    /// The history that this is a position in.
    pub(super) history: u64,
    /// The epoch of rights as it was before anything was asked about the person.
    pub(super) epoch: u64,
    /// If a session was recovered: when each of its rooms was entered.
    pub(super) restored: Option<BTreeMap<Room, u64>>,
    /// Rooms of the session that the person may not be in any more.
    pub(super) revoked: Vec<Room>,
    /// Before the first version as which this one's session is kept.
    pub(super) version: Version,
}

#[derive(Default)]
struct MemberState {
    rooms: BTreeMap<Room, Entered>,
    /// What it will enter when it has been told that it is in.
    greeting: Vec<(Room, Admission)>,
    /// When it entered rooms on an earlier connection.
    restored: BTreeMap<Room, u64>,
    /// What it will be told that it has lost.
    revoked: Vec<Room>,
    gone: bool,
}

/// How a member is in a room.
struct Entered {
    admission: Admission,
    /// The stream's position then.
    since: u64,
}

impl Member {
    pub(crate) fn new(
        id: u64,
        link: Arc<Link>,
        namespace: Arc<BoundNamespace>,
        socket: Arc<Socket>,
        table: Arc<Table>,
        coming: Coming,
    ) -> Arc<Self> {
        let Coming { greeting, pid, since, beginning, history, epoch, restored, revoked, version } = coming;
        let reached = if restored.is_some() { Reached::behind(since) } else { Reached::live() };
        let restored = restored.unwrap_or_default();
        let state = Mutex::new(MemberState { greeting, restored, revoked, ..MemberState::default() });
        let (keeping, kept) = (tokio::sync::Mutex::new(version), AtomicBool::new(true));
        Arc::new(Self {
            id,
            link,
            namespace,
            socket,
            table,
            pid,
            since,
            beginning,
            history,
            epoch,
            keeping,
            kept,
            reached,
            state,
        })
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
        self.lock().rooms.iter().map(|(room, entered)| (room.clone(), entered.admission)).collect()
    }

    /// The rooms that it is in or about to enter, each with the position at which it entered.
    pub(super) fn entered(&self) -> BTreeMap<Room, u64> {
        self.rooms_of(&self.lock())
    }

    fn rooms_of(&self, state: &MemberState) -> BTreeMap<Room, u64> {
        let since = |room| state.restored.get(room).copied().unwrap_or(self.since);
        let about_to = state.greeting.iter().map(|(room, _)| (room.clone(), since(room)));
        about_to.chain(state.rooms.iter().map(|(room, entered)| (room.clone(), entered.since))).collect()
    }

    /// Whether it hears what is delivered at once.
    pub(super) fn is_live(&self) -> bool {
        self.reached.is_live()
    }

    /// Whether nothing of its rooms may be delivered to it at that moment, since it is in doubt what it may.
    pub(super) fn is_withheld(&self, at: Moment) -> bool {
        self.link.doubt.withholds(at)
    }

    /// Whether it is in doubt what it may.
    pub(crate) fn is_in_doubt(&self) -> bool {
        self.link.doubt.is_raised() || self.table.sight().is_lost()
    }

    /// How its entries are framed.
    pub(super) fn way(&self) -> Way {
        match (&self.pid, self.is_kept()) {
            (None, _) => Way::Plain,
            (Some(_), true) => Way::Recoverable,
            (Some(_), false) => Way::Unsaved,
        }
    }

    /// Whether its session is kept as it is now.
    pub(super) fn is_kept(&self) -> bool {
        self.kept.load(Ordering::Acquire)
    }

    /// Its session is kept with these rooms. If they are others by now, whoever changed them says what came of that.
    pub(super) fn kept_with(&self, rooms: &BTreeMap<Room, u64>) {
        let state = self.lock();
        if self.rooms_of(&state) == *rooms {
            self.kept.store(true, Ordering::Release);
        }
    }

    /// Its session can't be kept as it is now. If that is news, the client is given an offset that says so.
    pub(super) fn not_kept(&self) {
        let was_kept = {
            let _state = self.lock();
            self.kept.swap(false, Ordering::AcqRel)
        };
        if was_kept && self.socket.is_connected() {
            self.tell_unsaved();
        }
    }

    /// Gives the client an offset from which nobody comes back.
    pub(super) fn tell_unsaved(&self) {
        let offset = Offset::unsaved(self.table.following().position());
        self.table.tell_with(self, &SessionUnsavedWsEvent {}, Some(&offset));
    }

    /// As what the others in the room see it; none if they don't.
    pub(super) fn seen_in(&self, room: &Room) -> Option<Role> {
        let state = self.lock();
        let admission = state.rooms.get(room)?.admission;
        admission.announced.then_some(admission.role)
    }

    pub(crate) fn is_in(&self, room: &Room) -> bool {
        self.lock().rooms.contains_key(room)
    }

    /// The rooms to enter now that it has been told that it is in. It is about to enter each until it has.
    pub(super) fn greeting(&self) -> Vec<(Room, Admission)> {
        self.lock().greeting.clone()
    }

    /// The rooms to tell that they are lost.
    pub(super) fn take_revoked(&self) -> Vec<Room> {
        std::mem::take(&mut self.lock().revoked)
    }

    /// Whether the database has gone back since it came: what it has had, or is said to have had, may not have happened.
    pub(super) fn is_of_another_history(&self) -> bool {
        self.history != self.table.following().history()
    }

    /// Enters; what it was in the room as before, if it was. Who has been in it keeps the position at which it entered.
    pub(super) fn insert(
        self: &Arc<Self>,
        room: &Room,
        admission: Admission,
    ) -> Result<Option<Admission>, Gone> {
        let now = self.table.following().position();
        let mut state = self.lock();
        if state.gone {
            return Err(Gone);
        }
        state.greeting.retain(|(greeted, _)| greeted != room);
        if let Some(entered) = state.rooms.get_mut(room) {
            return Ok(Some(std::mem::replace(&mut entered.admission, admission)));
        }
        let since = state.restored.remove(room).unwrap_or(now);
        state.rooms.insert(room.clone(), Entered { admission, since });
        self.table.add(room, self);
        Ok(None)
    }

    /// Leaves; what it was in the room as.
    pub(super) fn remove(&self, room: &Room) -> Option<Admission> {
        let mut state = self.lock();
        let entered = state.rooms.remove(room)?;
        self.table.remove(room, self);
        Some(entered.admission)
    }

    /// Leaves everything, for good.
    pub(super) fn go(&self) -> Vec<(Room, Admission)> {
        let mut state = self.lock();
        state.gone = true;
        let rooms: Vec<_> = std::mem::take(&mut state.rooms).into_iter().collect();
        for (room, _) in &rooms {
            self.table.remove(room, self);
        }
        rooms.into_iter().map(|(room, entered)| (room, entered.admission)).collect()
    }

    /// Tells this socket alone; never dropped, as long as the socket takes anything.
    pub(crate) fn tell<E: Event>(&self, event: &E) {
        self.table.tell_with(self, event, None);
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
