//! Who is in which room of one stream (one tenant's namespace), and how its entries reach them.
//!
//! What always holds: a table exists as long as a socket of its namespace and tenant does, and its stream is followed for as
//! long; a room's members stand in the order of their ids, each once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};

use homeroom_contract::Room;
use homeroom_journal::{Entry, Following, Sink, Stream};

use super::gather::{Part, gather};
use super::{Member, Served};
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
    _following: Following,
    metrics: Arc<Metrics>,
    /// As long as this table is here, the other nodes are heard about its tenant.
    _served: Option<Arc<Served>>,
}

/// A room's members. Shared with a delivery that is under way, so that it needs no lock to write.
type Members = Arc<Vec<Arc<Member>>>;

impl Table {
    fn new(following: Following, served: Option<Arc<Served>>, metrics: Arc<Metrics>) -> Self {
        let stream = following.stream().clone();
        let path = format!("/{}", stream.namespace).into();
        Self { stream, path, rooms: Mutex::default(), _following: following, metrics, _served: served }
    }

    /// The tenant and namespace.
    pub(crate) fn stream(&self) -> &Stream {
        &self.stream
    }

    /// An event of this namespace, framed once for everyone.
    pub(crate) fn frame(&self, event: &str, payload: &str, class: Class) -> Framed {
        encode_event(&self.path, event, payload, None, class)
    }

    /// Tells one member alone; never dropped, as long as its socket takes anything.
    pub(super) fn tell(&self, member: &Member, event: &str, payload: &str) {
        member.socket.send(&[self.frame(event, payload, Class::Durable)]);
        self.metrics.sent(&self.stream.namespace, event, 1);
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

    fn members(&self, room: &Room) -> Option<Members> {
        self.lock().get(room).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Room, Members>> {
        // Between any two of its changes the map is whole.
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All tables of this node.
#[derive(Debug)]
pub(crate) struct Tables {
    tables: RwLock<HashMap<Stream, Weak<Table>>>,
    metrics: Arc<Metrics>,
}

impl Tables {
    pub(crate) fn new(metrics: Arc<Metrics>) -> Self {
        Self { tables: RwLock::default(), metrics }
    }

    /// The table of that stream, if anyone here is in its namespace.
    pub(crate) fn find(&self, stream: &Stream) -> Option<Arc<Table>> {
        let tables = self.tables.read().unwrap_or_else(PoisonError::into_inner);
        tables.get(stream).and_then(Weak::upgrade)
    }

    /// The table of a stream that is being followed.
    pub(crate) fn find_or_add(&self, following: Following, served: Option<Arc<Served>>) -> Arc<Table> {
        let mut tables = self.tables.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(table) = tables.get(following.stream()).and_then(Weak::upgrade) {
            return table;
        }
        tables.retain(|_, table| table.strong_count() > 0);
        let table = Arc::new(Table::new(following, served, Arc::clone(&self.metrics)));
        tables.insert(table.stream.clone(), Arc::downgrade(&table));
        table
    }

    /// Tells everyone in the room but one socket.
    pub(crate) fn tell(
        &self,
        table: &Table,
        room: &Room,
        event: &str,
        payload: &str,
        except: Option<&Member>,
    ) {
        let Some(members) = table.members(room) else { return };
        let frame = [table.frame(event, payload, Class::Ephemeral)];
        let except = except.map(|member| member.id);
        let mut told = 0;
        for member in members.iter().filter(|member| Some(member.id) != except) {
            member.socket.send(&frame);
            told += 1;
        }
        self.metrics.sent(&table.stream.namespace, event, told);
    }

    /// Writes entries to the sockets that are concerned: each event is framed once, a socket gets of one entry the first
    /// delivery that concerns it, and all that it gets of these entries in one write.
    fn write(&self, table: &Table, entries: &[Arc<Entry>]) {
        let mut frames = Vec::new();
        let mut parts = Vec::new();
        for entry in entries {
            for delivery in &entry.deliveries {
                let rooms: Vec<_> = delivery.rooms.iter().filter_map(|room| table.members(room)).collect();
                if rooms.is_empty() {
                    continue;
                }
                frames.push(table.frame(&delivery.event, &entry.payload(delivery), Class::Durable));
                let frame = frames.len() - 1;
                parts.extend(rooms.into_iter().map(|members| Part {
                    seq: entry.seq,
                    event: &delivery.event,
                    frame,
                    members,
                }));
            }
        }
        match parts.as_slice() {
            [] => {}
            [one] => {
                for member in one.members.iter() {
                    member.socket.send(&frames);
                }
                self.metrics.sent(&table.stream.namespace, one.event, one.members.len());
            }
            many => self.gathered(table, &frames, many),
        }
    }

    fn gathered(&self, table: &Table, frames: &[Framed], parts: &[Part<'_, Arc<Member>>]) {
        let mut hits = gather(parts, |member| member.id);
        let mut own = Vec::new();
        for hits in hits.chunk_by(|(member, _), (other, _)| member.id == other.id) {
            own.clear();
            own.extend(hits.iter().filter_map(|(_, part)| frames.get(part.frame).cloned()));
            if let Some((member, _)) = hits.first() {
                member.socket.send(&own);
            }
        }
        hits.sort_by_key(|(_, part)| part.frame);
        for hits in hits.chunk_by(|(_, part), (_, other)| part.frame == other.frame) {
            if let Some((_, part)) = hits.first() {
                self.metrics.sent(&table.stream.namespace, part.event, hits.len());
            }
        }
    }
}

impl Sink for Tables {
    fn deliver(&self, stream: &Stream, entries: &[Arc<Entry>]) {
        if let Some(table) = self.find(stream) {
            self.write(&table, entries);
        }
    }
}
