//! Lapses of sockets on other nodes: should such a node die, its typists stop typing here all the same.
//!
//! What always holds: what lapses on the node of the socket is told by that node; an echo is told here only if nothing more was
//! heard of it in time, or that node's lease has ended. It may then be told twice, which is why it says how things are and not
//! what has changed.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use homeroom_contract::Room;
use homeroom_journal::Stream;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::time::Instant;

use super::Tables;
use super::agenda::Agenda;
use super::lapse::LONGEST;

/// So much later than it is due an echo is told: until then the word of the socket's own node may be on its way.
const SLACK: Duration = Duration::from_secs(2);

/// What the other nodes are to tell by themselves, unless they hear more in time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Echo {
    /// The node of the socket.
    pub(super) node: Box<str>,
    /// The socket, by its number there.
    pub(super) member: u64,
    /// The lapse's key.
    pub(super) key: String,
    /// How long to wait.
    pub(super) after_ms: u64,
    /// What is to be told; nothing calls off what was to be told under this key.
    pub(super) then: Vec<Said>,
}

/// One ephemeral event for one room.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Said {
    pub(super) room: Room,
    pub(super) event: String,
    pub(super) payload: Box<RawValue>,
}

/// What is held for sockets of other nodes.
pub(crate) struct Echoes {
    tables: Arc<Tables>,
    held: Agenda<Whose, (Stream, Vec<Said>)>,
}

/// Node, socket and key.
type Whose = (Box<str>, u64, String);

impl Echoes {
    pub(crate) fn new(tables: Arc<Tables>) -> Self {
        Self { tables, held: Agenda::new() }
    }

    pub(super) fn hear(&self, stream: &Stream, echo: Echo) {
        let key = (echo.node, echo.member, echo.key);
        if echo.then.is_empty() {
            self.held.take(&key);
        } else {
            let after = Duration::from_millis(echo.after_ms).min(LONGEST) + SLACK;
            self.held.set(key, Instant::now() + after, (stream.clone(), echo.then));
        }
    }

    /// These nodes are gone: what their sockets would have let lapse lapses now.
    pub(super) fn end(&self, nodes: &BTreeSet<String>) {
        for node in nodes {
            let from = (node.as_str().into(), 0, String::new());
            // A node's id has no such character.
            let to = (format!("{node}\0").into(), 0, String::new());
            for (stream, then) in self.held.take_range(from..to, |_| true) {
                self.tell(&stream, &then);
            }
        }
    }

    /// Tells what is due, for ever.
    pub(super) async fn watch(&self) {
        loop {
            let (_, (stream, then)) = self.held.next().await;
            self.tell(&stream, &then);
        }
    }

    fn tell(&self, stream: &Stream, then: &[Said]) {
        if let Some(table) = self.tables.find(stream) {
            for Said { room, event, payload } in then {
                self.tables.tell(&table, room, event, payload.get(), None);
            }
        }
    }
}
