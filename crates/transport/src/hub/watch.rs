//! The tasks that a node has besides its connections: one for lapses, one for tokens, one for sessions, one for rights. And the last word.

use std::sync::Arc;

use homeroom_contract::RosterPosition;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Hub;
use crate::dispatch::builtin::ServerDrainingWsEvent;

impl Hub {
    /// Starts them; they end with `stop`.
    pub(crate) fn watch(
        self: &Arc<Self>,
        tasks: &TaskTracker,
        stop: &CancellationToken,
        since: RosterPosition,
    ) {
        let (hub, until) = (Arc::clone(self), stop.clone());
        tasks.spawn(async move { until.run_until_cancelled(hub.watch_lapses()).await });
        let (hub, until) = (Arc::clone(self), stop.clone());
        tasks.spawn(async move { until.run_until_cancelled(hub.watch_tokens()).await });
        let (hub, until) = (Arc::clone(self), stop.clone());
        tasks.spawn(async move { until.run_until_cancelled(hub.sessions.renew()).await });
        let (hub, until) = (Arc::clone(self), stop.clone());
        tasks.spawn(async move { until.run_until_cancelled(hub.watch_rights(since)).await });
    }

    /// Tells everyone that this node stops.
    pub(crate) fn say_goodbye(&self) {
        let draining = ServerDrainingWsEvent { reconnect_in_ms: self.config.reconnect_in_ms };
        for member in self.links.all().iter().flat_map(|link| link.members()) {
            member.tell(&draining);
        }
    }
}
