//! Who is in a room that shows who is there: each person once, however many sockets on however many nodes.
//!
//! What always holds: each node tells its own sockets, by what changed in its view of the room, in the room's turn; so each
//! hears of everyone's coming and going once and in order, and what the node holds in the shared state is what it tells. The shared state says who is on the other nodes; when it is away,
//! what was known of them stays, and this node's people are told of all the same.

mod view;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex as Lock, MutexGuard as LockGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join;
use futures_util::stream::FuturesUnordered;
use futures_util::{StreamExt as _, stream};
use homeroom_contract::{Clock, Emission, Event, OnlineUser, Role, RoomKey, TenantId, UserId};
use homeroom_journal::Stream;
use homeroom_state::{Key, patience};
use tokio::sync::OnceCell;
use tokio::time::Instant;

use self::view::{Change, Left, Other, Reading, View};
use super::agenda::Agenda;
use super::relay::Look;
use super::{Leases, Member, Tables};
use crate::dispatch::builtin::{UserJoinedWsEvent, UserLeftWsEvent};

/// So long are changes in one room gathered before the other nodes are told to look, and before this one looks: thirty people
/// who come at once cost each node a reading or two, and nobody sees the delay.
const GATHER: Duration = Duration::from_millis(25);

/// Rooms read at a time.
const AT_ONCE: usize = 4;

/// Who is where.
pub(crate) struct Presence {
    node: Arc<str>,
    namespaces: Vec<&'static str>,
    leases: Arc<Leases>,
    tables: Arc<Tables>,
    clock: Arc<dyn Clock>,
    rooms: Lock<HashMap<RoomKey, Arc<Watched>>>,
    /// Rooms that the other nodes have yet to be told to look at, with those who have left this node.
    words: Agenda<RoomKey, BTreeSet<UserId>>,
    /// Rooms to look at, with those who are said to have left.
    due: Agenda<RoomKey, Left>,
    readings: AtomicU64,
}

/// A room with sockets of this node.
#[derive(Default)]
struct Watched {
    view: Lock<View>,
    /// Set once the other nodes' people have been asked for the first time.
    asked: OnceCell<()>,
}

impl Presence {
    pub(crate) fn new(
        node: Arc<str>,
        namespaces: Vec<&'static str>,
        leases: Arc<Leases>,
        tables: Arc<Tables>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            node,
            namespaces,
            leases,
            tables,
            clock,
            rooms: Lock::default(),
            words: Agenda::new(),
            due: Agenda::new(),
            readings: AtomicU64::new(0),
        }
    }

    /// Tells how this person's socket is in the room now, if that is news: seen there, or not, or not any more. It is not told
    /// so itself.
    pub(super) async fn show(&self, from: &Member, room: &RoomKey, user: &UserId) {
        let (held, field) = (key(room), self.field(user));
        let (watched, (role, edge)) = self.with(room, |view| {
            // Looked up in the room's turn, so that the last one to come here finds how it ended.
            let role = from.seen_in(&room.room);
            let step = match role {
                Some(role) => view.arrive(user, role, from.id),
                None => view.depart(user, from.id),
            };
            self.tell(room, step.change, Some(from));
            match role {
                Some(role) if step.edge => self.leases.hold(&held, &field, value(role)),
                None if step.edge => self.leases.let_go(&held, &field),
                _ => {}
            }
            (role, step.edge)
        });
        let settle = async {
            if edge {
                self.leases.settle(&held, &field).await;
                let left = role.is_none().then(|| user.clone());
                self.words.add_to(room.clone(), Instant::now() + GATHER, |all| all.extend(left));
            }
        };
        if role.is_some() {
            join(settle, self.ask(room, &watched)).await;
        } else {
            self.give_up(room);
            settle.await;
        }
    }

    /// Everyone, by id.
    pub(crate) async fn online(&self, room: &RoomKey) -> Vec<OnlineUser> {
        if self.concerns(room) {
            let (watched, ()) = self.with(room, |_| {});
            self.ask(room, &watched).await;
            return lock(&watched.view).online();
        }
        let reading = self.reading(room).await;
        reading.map_or_else(Vec::new, |reading| View::of(reading.others).online())
    }

    /// What the other nodes have to be told next.
    pub(super) async fn next_word(&self) -> Look {
        let (room, left) = self.words.next().await;
        self.word(room, left)
    }

    /// All that the other nodes have to be told when the node stops: nobody is here any more.
    pub(super) fn last_words(&self) -> Vec<Look> {
        let mut words: BTreeMap<_, _> = self.words.take_all().into_iter().collect();
        let rooms: Vec<_> =
            lock(&self.rooms).iter().map(|(room, watched)| (room.clone(), Arc::clone(watched))).collect();
        for (room, watched) in rooms {
            let own = lock(&watched.view).own();
            if !own.is_empty() {
                words.entry(room).or_default().extend(own);
            }
        }
        words.into_iter().map(|(room, left)| self.word(room, left)).collect()
    }

    fn word(&self, room: RoomKey, left: BTreeSet<UserId>) -> Look {
        Look {
            node: self.node.as_ref().into(),
            stream: Stream::new(room.tenant, room.namespace),
            room: room.room,
            left: left.into_iter().collect(),
        }
    }

    /// Another node says that somebody came or went there.
    pub(super) fn hear(&self, look: Look) {
        let Look { node, stream, room, left } = look;
        let named = self.namespaces.iter().copied().find(|name| *name == &*stream.namespace);
        let Some(namespace) = named else { return };
        let room = RoomKey { tenant: stream.tenant, namespace, room };
        if self.concerns(&room) {
            let left = left.into_iter().map(|user| (node.clone(), user));
            self.due.add_to(room, Instant::now() + GATHER, |all| all.extend(left));
        }
    }

    /// Words of the other nodes about this tenant were lost: every room of it may have changed.
    pub(super) fn missed(&self, tenant: &TenantId) {
        let at = Instant::now() + GATHER;
        for room in self.rooms().into_iter().filter(|room| room.tenant == *tenant) {
            self.due.add_to(room, at, |_| {});
        }
    }

    /// Looks at rooms as it is told to, for ever.
    pub(super) async fn watch(&self) {
        let mut looks = FuturesUnordered::new();
        loop {
            tokio::select! {
                (room, left) = self.due.next(), if looks.len() < AT_ONCE => looks.push(async move {
                    // What can't be read now is with the next sweep.
                    if let Some(reading) = self.reading(&room).await {
                        self.apply(&room, reading, |other| left.contains(other));
                    }
                }),
                Some(()) = looks.next() => {}
            }
        }
    }

    /// Reads all rooms of this node.
    pub(super) async fn sweep(&self) -> Vec<(RoomKey, Reading)> {
        let readings = self.rooms().into_iter().map(|room| async {
            let reading = self.reading(&room).await?;
            Some((room, reading))
        });
        stream::iter(readings).buffer_unordered(AT_ONCE).filter_map(std::future::ready).collect().await
    }

    /// Draws the consequences of a sweep. Who is missing has gone if the state is `vouched` for.
    pub(super) fn settle(&self, swept: Vec<(RoomKey, Reading)>, vouched: bool) {
        for (room, reading) in swept {
            self.apply(&room, reading, |_| vouched);
            self.give_up(&room);
        }
    }

    /// The first time, learns who is there on the other nodes. Once, whoever comes meanwhile, and whatever comes of it: a sweep
    /// finds what could not be read.
    async fn ask(&self, room: &RoomKey, watched: &Watched) {
        let asking = async {
            let Some(reading) = self.reading(room).await else { return };
            let mut view = lock(&watched.view);
            let unknown = view.is_unread();
            for change in view.read(reading, |_| false) {
                // Who is here by now is here by joining, and is answered with everyone.
                if !unknown {
                    self.tell(room, Some(change), None);
                }
            }
        };
        // Somebody else may be asking, and is waited for.
        let _ = patience::wait(Duration::MAX, watched.asked.get_or_init(|| asking)).await;
    }

    fn apply(&self, room: &RoomKey, reading: Reading, believed: impl Fn(&Other) -> bool) {
        if self.concerns(room) {
            self.with(room, |view| {
                for change in view.read(reading, believed) {
                    self.tell(room, Some(change), None);
                }
            });
        }
    }

    async fn reading(&self, room: &RoomKey) -> Option<Reading> {
        let number = self.readings.fetch_add(1, Ordering::SeqCst) + 1;
        match self.leases.state().fields(&key(room)).await {
            Ok(fields) => {
                let others = fields.iter().filter_map(|(field, role)| other(field, role));
                let others: BTreeMap<_, _> = others.filter(|((node, _), _)| **node != *self.node).collect();
                Some(Reading { number, others })
            }
            Err(error) => {
                tracing::debug!(%error, "who is on the other nodes can't be read");
                None
            }
        }
    }

    /// Changes a room's view, in its turn.
    fn with<T>(&self, room: &RoomKey, change: impl FnOnce(&mut View) -> T) -> (Arc<Watched>, T) {
        loop {
            let watched = Arc::clone(lock(&self.rooms).entry(room.clone()).or_default());
            let mut view = lock(&watched.view);
            // Given up between the two lines above.
            if view.closed {
                continue;
            }
            let result = change(&mut view);
            drop(view);
            return (watched, result);
        }
    }

    /// Forgets a room in which nobody is any more.
    fn give_up(&self, room: &RoomKey) {
        let mut rooms = lock(&self.rooms);
        if let Some(watched) = rooms.get(room) {
            let mut view = lock(&watched.view);
            if !view.is_used() && !self.tables.are_in_use(room) {
                view.closed = true;
                drop(view);
                rooms.remove(room);
            }
        }
    }

    /// Whether a socket of this node is in the room.
    fn concerns(&self, room: &RoomKey) -> bool {
        lock(&self.rooms).contains_key(room) || self.tables.are_in_use(room)
    }

    fn rooms(&self) -> Vec<RoomKey> {
        lock(&self.rooms).keys().cloned().collect()
    }

    fn tell(&self, room: &RoomKey, change: Option<Change>, except: Option<&Member>) {
        let timestamp = self.clock.now();
        let emission = match change {
            Some(Change::Joined(user_id, role)) => Emission::new(
                room.room.clone(),
                &UserJoinedWsEvent { room: room.room.clone(), user_id, role, timestamp },
            ),
            Some(Change::Left(user_id)) => {
                let left = UserLeftWsEvent { room: room.room.clone(), user_id, timestamp };
                Emission::new(room.room.clone(), &left)
            }
            None => return,
        };
        let table = self.tables.find(&Stream::new(room.tenant.clone(), room.namespace));
        match (emission, table) {
            (Ok(Emission { room, event, payload }), Some(table)) => {
                self.tables.tell(&table, &room, event, payload.get(), except);
            }
            (Err(failure), _) => {
                let event = UserJoinedWsEvent::NAME;
                tracing::error!(%failure, event, "an event can't be written as JSON");
            }
            (Ok(_), None) => {}
        }
    }

    fn field(&self, user: &UserId) -> String {
        format!("{}/{user}", self.node)
    }
}

/// `{tenant}:presence:{namespace}:{room}`
fn key(room: &RoomKey) -> Key {
    Key::of(&room.tenant, "presence").and(room.namespace).and(room.room.as_str())
}

fn value(role: Role) -> Bytes {
    serde_json::to_vec(&role).unwrap_or_default().into()
}

/// A field, `{node}/{user}`, as another node has written it; one that can't be read is nobody.
fn other(field: &str, role: &[u8]) -> Option<(Other, Role)> {
    let (node, user) = field.split_once('/')?;
    let user = UserId::new(user).ok()?;
    Some(((node.into(), user), serde_json::from_slice(role).ok()?))
}

fn lock<T>(mutex: &Lock<T>) -> LockGuard<'_, T> {
    // Between any two changes what they guard is whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
