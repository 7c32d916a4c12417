//! What this node and the others tell each other: copies of committed entries as hints, and ephemeral events. On a node of its
//! own nothing is told, and nothing is serialised for it.
//!
//! What always holds: whatever is lost here costs latency, since the journal has every entry and followers compare heads; a
//! node listens for exactly the tenants that it serves.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use homeroom_contract::{Room, TenantId, UserId};
use homeroom_journal::{Entry, Follower, Outlet, Stream};
use homeroom_state::{Bus, Class, Heard, Topic};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use super::{Crowd, Echo, Echoes, Presence, Sessions, Tables};
use crate::metrics::{Metrics, Tier};

/// How long a first CONNECT of a tenant waits for its subscription. Without it only hints are missed.
const PATIENCE: Duration = Duration::from_millis(500);

/// How long to wait before subscribing again.
const RETRY: Duration = Duration::from_secs(1);

/// What goes from node to node. A kind that an older node doesn't know is ignored by it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Message {
    /// Copies of entries of one stream that are in the journal, in order.
    Entries(Vec<Entry>),
    /// An ephemeral event.
    Told(Told),
    /// The session of that name has come back on another node.
    Taken(String),
    /// What may follow of an earlier one.
    Echo(Echoed),
    /// Somebody came to a room, or left it.
    Look(Look),
}

/// [`Message`] as it is written, without copying what it says.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
enum Saying<'a> {
    Entries(Vec<&'a Entry>),
    Told(&'a Told),
    Taken(&'a str),
    Echo(&'a Echoed),
    Look(&'a Look),
}

/// An ephemeral event for one room.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Told {
    pub(crate) stream: Stream,
    pub(crate) room: Room,
    pub(crate) event: String,
    pub(crate) payload: Box<RawValue>,
    /// What is to follow if nothing more is heard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) echo: Option<Echo>,
}

/// An [`Echo`] that comes without an event.
#[derive(Debug, Serialize, Deserialize)]
struct Echoed {
    stream: Stream,
    echo: Echo,
}

/// Who is in that room has changed on that node: the state says how.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Look {
    pub(super) node: Box<str>,
    pub(super) stream: Stream,
    pub(super) room: Room,
    /// Those who are not there any more, so that who is merely missing is not taken for gone.
    #[serde(default)]
    pub(super) left: Vec<UserId>,
}

/// The way to the other nodes, if there are any. Clones share it.
#[derive(Clone)]
pub(crate) struct Relay(Option<Arc<Inner>>);

struct Inner {
    bus: Arc<dyn Bus>,
    served: Mutex<HashMap<TenantId, Weak<Served>>>,
    follower: Follower,
    hearers: Hearers,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// Whom what is heard concerns.
pub(crate) struct Hearers {
    pub(crate) tables: Arc<Tables>,
    pub(crate) presence: Arc<Presence>,
    pub(crate) echoes: Arc<Echoes>,
    pub(crate) sessions: Arc<Sessions>,
}

/// A tenant is listened for as long as one of these is held.
#[derive(Debug)]
pub(crate) struct Served {
    _end: DropGuard,
}

impl Relay {
    /// Without a bus there are no other nodes. Tasks run on `tasks` and end with `stop`.
    pub(crate) fn new(
        bus: Option<Arc<dyn Bus>>,
        follower: Follower,
        hearers: Hearers,
        tasks: TaskTracker,
        stop: CancellationToken,
    ) -> Self {
        Self(bus.map(|bus| {
            let served = Mutex::default();
            Arc::new(Inner { bus, served, follower, hearers, tasks, stop })
        }))
    }

    /// Tells the other nodes, if there are any.
    pub(crate) fn tell(&self, told: impl FnOnce() -> Told) {
        let Some(inner) = &self.0 else { return };
        let told = told();
        inner.say(&told.stream.tenant, Class::Ephemeral, &Saying::Told(&told));
    }

    /// Tells the other nodes that the session of this name is this node's now.
    pub(super) fn take_over(&self, tenant: &TenantId, pid: &str) {
        if let Some(inner) = &self.0 {
            inner.say(tenant, Class::Hint, &Saying::Taken(pid));
        }
    }

    /// Tells the other nodes what may follow of what they heard before.
    pub(super) fn echo(&self, stream: &Stream, echo: Echo) {
        if let Some(inner) = &self.0 {
            let echoed = Echoed { stream: stream.clone(), echo };
            inner.say(&stream.tenant, Class::Ephemeral, &Saying::Echo(&echoed));
        }
    }

    /// Has the other nodes look at a room.
    pub(super) fn look(&self, look: &Look) {
        if let Some(inner) = &self.0 {
            inner.say(&look.stream.tenant, Class::Ephemeral, &Saying::Look(look));
        }
    }

    /// Listens for this tenant as long as what it gives is held.
    pub(crate) async fn serve(&self, tenant: &TenantId) -> Option<Arc<Served>> {
        let inner = self.0.as_ref()?;
        let (served, listening) = {
            let mut all = inner.served.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(served) = all.get(tenant).and_then(Weak::upgrade) {
                return Some(served);
            }
            let end = inner.stop.child_token();
            let (ready, listening) = oneshot::channel();
            let listener = Arc::clone(inner).listen(tenant.clone(), ready);
            let until = end.clone();
            inner.tasks.spawn(async move { until.run_until_cancelled(listener).await });
            let served = Arc::new(Served { _end: end.drop_guard() });
            all.retain(|_, served| served.strong_count() > 0);
            all.insert(tenant.clone(), Arc::downgrade(&served));
            (served, listening)
        };
        let _ = timeout(PATIENCE, listening).await;
        Some(served)
    }
}

impl Inner {
    fn say(&self, tenant: &TenantId, class: Class, saying: &Saying<'_>) {
        match serde_json::to_vec(saying) {
            Ok(message) => self.bus.publish(&Topic::tenant(tenant), class, message.into()),
            Err(error) => tracing::error!(%error, "a message to the other nodes can't be written as JSON"),
        }
    }

    async fn listen(self: Arc<Self>, tenant: TenantId, ready: oneshot::Sender<()>) {
        let topic = Topic::tenant(&tenant);
        let mut ready = Some(ready);
        loop {
            match self.bus.subscribe(&topic).await {
                Ok(mut subscription) => {
                    if let Some(ready) = ready.take() {
                        let _ = ready.send(());
                    }
                    while let Some(heard) = subscription.next().await {
                        self.hear(&tenant, heard);
                    }
                }
                Err(error) => tracing::warn!(%error, "the other nodes can't be heard"),
            }
            sleep(RETRY).await;
        }
    }

    fn hear(&self, tenant: &TenantId, heard: Heard) {
        let message = match heard {
            Heard::Message(message) => message,
            Heard::Missed(missed) => {
                tracing::debug!(missed, "messages of other nodes were lost");
                // The followers find what is missing when they compare heads.
                return self.hearers.presence.missed(tenant);
            }
        };
        match serde_json::from_slice(&message) {
            Ok(Message::Entries(entries)) => {
                let entries: Vec<_> = entries.into_iter().map(Arc::new).collect();
                self.follower.offer(&entries);
            }
            Ok(Message::Told(told)) => {
                let Hearers { tables, echoes, .. } = &self.hearers;
                if let Some(table) = tables.find(&told.stream) {
                    if let Some(echo) = told.echo {
                        echoes.hear(&told.stream, echo);
                    }
                    tables.tell(&table, &told.room, &told.event, told.payload.get(), None);
                }
            }
            Ok(Message::Taken(pid)) => self.hearers.sessions.taken(&pid),
            Ok(Message::Echo(Echoed { stream, echo })) => self.hearers.echoes.hear(&stream, echo),
            Ok(Message::Look(look)) => self.hearers.presence.hear(look),
            Err(error) => tracing::debug!(%error, "a message of another node is not understood"),
        }
    }
}

/// Hears of every commit of this node: its own sockets first, then the others.
pub(crate) struct Outgoing {
    follower: Follower,
    relay: Relay,
    crowd: Arc<Crowd>,
    metrics: Arc<Metrics>,
}

impl Outgoing {
    pub(crate) fn new(follower: Follower, relay: Relay, crowd: Arc<Crowd>, metrics: Arc<Metrics>) -> Self {
        Self { follower, relay, crowd, metrics }
    }
}

impl Outlet for Outgoing {
    fn admit(&self, stream: &Stream, rooms: &mut dyn Iterator<Item = &Room>) -> Result<(), Duration> {
        self.crowd.admit(stream, rooms).inspect_err(|_| self.metrics.limited(Tier::Room))
    }

    fn committed(&self, entries: &[Arc<Entry>]) {
        let started = Instant::now();
        self.follower.offer(entries);
        self.metrics.delivered(started.elapsed());
        if let (Some(inner), Some(first)) = (&self.relay.0, entries.first()) {
            let copies = entries.iter().map(AsRef::as_ref).collect();
            inner.say(&first.stream.tenant, Class::Hint, &Saying::Entries(copies));
        }
    }
}
