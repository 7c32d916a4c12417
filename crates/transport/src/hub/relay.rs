//! What this node and the others tell each other. On a node of its own nothing is told, and nothing is serialised for it.

use homeroom_contract::{Room, TenantId};
use std::sync::Arc;

use homeroom_journal::{Entry, Follower, Outlet, Stream};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::time::Instant;

use crate::metrics::Metrics;

/// An ephemeral event for one room.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Told {
    pub(crate) stream: Stream,
    pub(crate) room: Room,
    pub(crate) event: String,
    pub(crate) payload: Box<RawValue>,
}

/// The way to the other nodes.
#[derive(Debug, Clone)]
pub(crate) struct Relay;

impl Relay {
    /// Tells the other nodes, if there are any.
    pub(crate) fn tell(&self, _told: impl FnOnce() -> Told) {}

    /// Listens for this tenant from now on.
    pub(crate) fn serve(&self, _tenant: &TenantId) {}
}

/// Hears of every commit of this node: its own sockets first, then the others.
pub(crate) struct Outgoing {
    follower: Follower,
    metrics: Arc<Metrics>,
}

impl Outgoing {
    pub(crate) fn new(follower: Follower, _relay: Relay, metrics: Arc<Metrics>) -> Self {
        Self { follower, metrics }
    }
}

impl Outlet for Outgoing {
    fn committed(&self, entries: &[Arc<Entry>]) {
        let started = Instant::now();
        self.follower.offer(entries);
        self.metrics.delivered(started.elapsed());
    }
}
