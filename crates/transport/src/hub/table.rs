//! Who is in which room of one stream (one tenant's namespace), and how its entries reach them.
//!
//! What always holds: a table exists as long as a socket of its namespace and tenant does, and its stream is followed for as
//! long; a room's members stand in the order of their ids, each once.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};

use homeroom_contract::{Event, Room, RoomKey};
use homeroom_journal::{Entry, Following, Sink, StoredDelivery, Stream};

use super::doubt::Moment;
use super::gather::{Part, gather};
use super::sessions::Offset;
use super::{CatchUp, Member, Served, Sight};
use crate::engine::{CloseReason, Sent};
use crate::frame::{Class, Framed};
use crate::metrics::Metrics;
use crate::socket_io::encode_event;

/// The rooms of one stream.
#[derive(Debug)]
pub(crate) struct Table {
    stream: Stream,
    /// The namespace with its slash, as packets name it.
    path: Box<str>,
    rooms: Mutex<HashMap<Room, Members>>,
    following: Following,
    sight: Arc<Sight>,
    metrics: Arc<Metrics>,
    /// As long as this table is here, the other nodes are heard about its tenant.
    _served: Option<Arc<Served>>,
}

/// A room's members. Shared with a delivery that is under way, so that it needs no lock to write.
type Members = Arc<Vec<Arc<Member>>>;

impl Table {
    fn new(
        following: Following,
        served: Option<Arc<Served>>,
        sight: Arc<Sight>,
        metrics: Arc<Metrics>,
    ) -> Self {
        let stream = following.stream().clone();
        let path = format!("/{}", stream.namespace).into();
        Self { stream, path, rooms: Mutex::default(), following, sight, metrics, _served: served }
    }

    /// The tenant and namespace.
    pub(crate) fn stream(&self) -> &Stream {
        &self.stream
    }

    /// What this node has seen of rights.
    pub(super) fn sight(&self) -> &Sight {
        &self.sight
    }

    /// The stream, as this node follows it.
    pub(super) fn following(&self) -> &Following {
        &self.following
    }

    /// Tells one member alone; never dropped, as long as its socket takes anything.
    pub(super) fn tell_with<E: Event>(&self, member: &Member, event: &E, offset: Option<&str>) {
        match serde_json::to_string(event) {
            Ok(payload) => {
                let frame = encode_event(&self.path, E::NAME, &payload, offset, Class::Durable);
                let taken = member.socket.send(&[frame]).taken(1);
                self.metrics.sent(&self.stream.namespace, E::NAME, taken);
            }
            Err(error) => tracing::error!(%error, event = E::NAME, "an event can't be written as JSON"),
        }
    }

    /// Sends a member that is behind what is due to it of these entries, as far as its socket has room. They come right
    /// after what it has reached. How much room the next one needs that found none, in bytes.
    pub(super) fn bring(&self, member: &Member, entries: &[Arc<Entry>]) -> usize {
        let entered = member.entered();
        let due = entries.iter().filter_map(|entry| {
            let due = |room: &Room| entered.get(room).is_some_and(|since| entry.seq > *since);
            let delivery = entry.deliveries.iter().find(|delivery| delivery.rooms.iter().any(due))?;
            let frame = self.frames(entry, delivery).take(member.way());
            Some(((entry.seq, &delivery.event), frame))
        });
        let room = member.socket.connection().outbox().room_now();
        let (due, cut) = as_far_as(room, due, |(_, frame)| frame.len());
        let (of, frames): (Vec<_>, Vec<_>) = due.into_iter().unzip();
        let sent = member.socket.send(&frames);
        for (_, event) in of.iter().take(sent.taken(of.len())) {
            self.metrics.sent(&self.stream.namespace, event, 1);
        }
        let next = if let Sent::Full(taken) = sent { taken } else { of.len() };
        let reached = match of.get(next) {
            Some((seq, _)) => Some(seq - 1),
            None if cut => of.last().map(|(seq, _)| *seq),
            None => entries.last().map(|last| last.seq),
        };
        if let Some(reached) = reached {
            member.reached.bring_to(reached);
        }
        frames.get(next).map_or(0, Framed::len)
    }

    fn frames<'a>(&'a self, entry: &'a Entry, delivery: &'a StoredDelivery) -> Frames<'a> {
        Frames { path: &self.path, entry, delivery, framed: [const { OnceCell::new() }; 3] }
    }

    pub(super) fn add(&self, room: &Room, member: &Arc<Member>) {
        let mut rooms = self.lock();
        let members = Arc::make_mut(rooms.entry(room.clone()).or_default());
        if let Err(at) = members.binary_search_by_key(&member.id, |member| member.id) {
            members.insert(at, Arc::clone(member));
        }
    }

    pub(super) fn remove(&self, room: &Room, member: &Member) {
        let mut rooms = self.lock();
        let Some(members) = rooms.get_mut(room) else { return };
        if let Ok(at) = members.binary_search_by_key(&member.id, |member| member.id) {
            Arc::make_mut(members).remove(at);
        }
        if members.is_empty() {
            rooms.remove(room);
        }
    }

    /// Whoever is in any room.
    fn everyone(&self) -> Vec<Arc<Member>> {
        self.lock().values().flat_map(|members| members.iter().cloned()).collect()
    }

    fn members(&self, room: &Room) -> Option<Members> {
        self.lock().get(room).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Room, Members>> {
        // Between any two of its changes the map is whole.
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How an entry is framed for a member.
#[derive(Debug, Clone, Copy)]
pub(super) enum Way {
    /// Without recovery, and so without an offset.
    Plain,
    /// With the offset that brings a client back to here.
    Recoverable,
    /// With an offset from which nobody comes back.
    Unsaved,
}

/// One delivery of an entry, framed once for all members of a kind, and for those kinds that there are.
struct Frames<'a> {
    path: &'a str,
    entry: &'a Entry,
    delivery: &'a StoredDelivery,
    framed: [OnceCell<Framed>; 3],
}

impl Frames<'_> {
    fn frame(&self, way: Way) -> Framed {
        let offset = match way {
            Way::Plain => None,
            Way::Recoverable => Some(Offset::of(self.entry).text()),
            Way::Unsaved => Some(Offset::unsaved(self.entry.seq)),
        };
        let payload = self.entry.payload(self.delivery);
        encode_event(self.path, &self.delivery.event, &payload, offset.as_deref(), Class::Entry)
    }

    fn of(&self, way: Way) -> &Framed {
        let [plain, recoverable, unsaved] = &self.framed;
        let cell = match way {
            Way::Plain => plain,
            Way::Recoverable => recoverable,
            Way::Unsaved => unsaved,
        };
        cell.get_or_init(|| self.frame(way))
    }

    fn take(self, way: Way) -> Framed {
        self.of(way).clone()
    }
}

/// So many of these as fill the room and exceed it, and whether they do. No further one is made.
fn as_far_as<T>(room: usize, mut all: impl Iterator<Item = T>, len: impl Fn(&T) -> usize) -> (Vec<T>, bool) {
    let mut left = Some(room);
    let first = std::iter::from_fn(|| {
        let room = left?;
        let next = all.next()?;
        left = room.checked_sub(len(&next));
        Some(next)
    });
    (first.collect(), left.is_none())
}

/// All tables of this node.
#[derive(Debug)]
pub(crate) struct Tables {
    by_stream: RwLock<HashMap<Stream, Weak<Table>>>,
    sight: Arc<Sight>,
    metrics: Arc<Metrics>,
    catch_up: CatchUp,
}

impl Tables {
    pub(crate) fn new(sight: Arc<Sight>, metrics: Arc<Metrics>, catch_up: CatchUp) -> Self {
        Self { by_stream: RwLock::default(), sight, metrics, catch_up }
    }

    /// Begins to bring up a member that is behind.
    pub(super) fn catch_up(&self, member: &Arc<Member>) {
        self.catch_up.begin(member);
    }

    /// The table of that stream, if anyone here is in its namespace.
    pub(crate) fn find(&self, stream: &Stream) -> Option<Arc<Table>> {
        let tables = self.by_stream.read().unwrap_or_else(PoisonError::into_inner);
        tables.get(stream).and_then(Weak::upgrade)
    }

    /// The table of a stream that is being followed.
    pub(crate) fn find_or_add(&self, following: Following, served: Option<Arc<Served>>) -> Arc<Table> {
        let mut tables = self.by_stream.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(table) = tables.get(following.stream()).and_then(Weak::upgrade) {
            return table;
        }
        tables.retain(|_, table| table.strong_count() > 0);
        let table =
            Arc::new(Table::new(following, served, Arc::clone(&self.sight), Arc::clone(&self.metrics)));
        tables.insert(table.stream.clone(), Arc::downgrade(&table));
        table
    }

    /// Whether a socket of this node is in the room.
    pub(super) fn are_in_use(&self, room: &RoomKey) -> bool {
        let table = self.find(&Stream::new(room.tenant.clone(), room.namespace));
        table.is_some_and(|table| table.members(&room.room).is_some())
    }

    /// Tells everyone in the room but one socket, and but those of whom it is in doubt whether they may hear it.
    pub(crate) fn tell(
        &self,
        table: &Table,
        room: &Room,
        event: &str,
        payload: &str,
        except: Option<&Member>,
    ) {
        let Some(members) = table.members(room) else { return };
        let frame = [encode_event(&table.path, event, payload, None, Class::Ephemeral)];
        let except = except.map(|member| member.id);
        let (now, mut told) = (self.sight.moment(), 0);
        let others = members.iter().filter(|member| Some(member.id) != except);
        for member in others.filter(|member| !member.is_withheld(now)) {
            // What is ephemeral displaces nothing else: if something was shed, then this.
            told += usize::from(matches!(member.socket.send(&frame), Sent::Written | Sent::Queued));
        }
        self.metrics.sent(&table.stream.namespace, event, told);
    }

    /// Writes entries to the sockets that are concerned: each event is framed once, a socket gets of one entry the first
    /// delivery that concerns it, and all that it gets of these entries in one write. Who is behind gets them later.
    fn write(&self, table: &Table, entries: &[Arc<Entry>]) {
        let now = self.sight.moment();
        let mut frames = Vec::new();
        let mut parts = Vec::new();
        for entry in entries {
            for delivery in &entry.deliveries {
                let rooms: Vec<_> = delivery.rooms.iter().filter_map(|room| table.members(room)).collect();
                if rooms.is_empty() {
                    continue;
                }
                frames.push(table.frames(entry, delivery));
                let frame = frames.len() - 1;
                parts.extend(rooms.into_iter().map(|members| Part {
                    seq: entry.seq,
                    event: &delivery.event,
                    frame,
                    members,
                }));
            }
        }
        match (parts.as_slice(), frames.as_slice()) {
            ([one], [frames]) => {
                let mut sent = 0;
                for member in one.members.iter().filter(|member| member.is_live()) {
                    let frame = std::slice::from_ref(frames.of(member.way()));
                    sent += self.send(member, now, frame, |_| one.seq);
                }
                self.metrics.sent(&table.stream.namespace, one.event, sent);
            }
            (parts, frames) => self.gathered(table, now, frames, parts),
        }
    }

    fn gathered(&self, table: &Table, now: Moment, frames: &[Frames<'_>], parts: &[Part<'_, Arc<Member>>]) {
        let mut hits = gather(parts, |member| member.id);
        hits.retain(|(member, _)| member.is_live());
        let mut own = Vec::new();
        let mut sent = vec![0; frames.len()];
        for hits in hits.chunk_by(|(member, _), (other, _)| member.id == other.id) {
            let Some((member, _)) = hits.first() else { continue };
            own.clear();
            let events = hits.iter().filter_map(|(_, part)| frames.get(part.frame));
            own.extend(events.map(|frames| frames.of(member.way()).clone()));
            let taken =
                self.send(member, now, &own, |taken| hits.get(taken).map_or(u64::MAX, |(_, part)| part.seq));
            for (_, part) in hits.iter().take(taken) {
                if let Some(sent) = sent.get_mut(part.frame) {
                    *sent += 1;
                }
            }
        }
        for (frames, sent) in frames.iter().zip(sent) {
            self.metrics.sent(&table.stream.namespace, &frames.delivery.event, sent);
        }
    }

    /// Sends entries to a member; from the first on that finds no room, or may not be told now, it is behind. How many were
    /// taken.
    fn send(
        &self,
        member: &Arc<Member>,
        now: Moment,
        frames: &[Framed],
        seq: impl Fn(usize) -> u64,
    ) -> usize {
        let sent = if member.is_withheld(now) { Sent::Full(0) } else { member.socket.send(frames) };
        if let Sent::Full(taken) = sent {
            member.reached.fall_behind(seq(taken) - 1);
            self.catch_up(member);
        }
        sent.taken(frames.len())
    }
}

impl Sink for Tables {
    fn deliver(&self, stream: &Stream, entries: &[Arc<Entry>]) {
        if let Some(table) = self.find(stream) {
            self.write(&table, entries);
        }
    }

    /// Everyone comes back, as somebody new: the offsets that they have are of another history.
    fn gone_back(&self, stream: &Stream) {
        for member in self.find(stream).iter().flat_map(|table| table.everyone()) {
            member.link.connection.close(CloseReason::Server);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// However long the page is that a slow client is brought up from.
    #[test]
    fn no_more_is_framed_than_finds_room() {
        let mut made = 0;
        let frames = (1..=1_000).inspect(|_| made += 1);
        assert_eq!(as_far_as(25, frames, |_| 10), (vec![1, 2, 3], true));
        assert_eq!(made, 3);
        assert_eq!(as_far_as(30, 1..=3, |_| 10), (vec![1, 2, 3], false));
        assert_eq!(as_far_as(0, 1..=3, |_| 10), (vec![1], true), "with an empty socket one always goes out");
    }
}
