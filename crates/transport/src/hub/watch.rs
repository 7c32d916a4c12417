//! The tasks that a node has besides its connections: for lapses, for tokens, for sessions, for rights, for its leases and for
//! what the other nodes say. And the last word.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use homeroom_contract::RosterPosition;
use tokio::time::{MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Hub, Leases};
use crate::dispatch::builtin::ServerDrainingWsEvent;

/// How long the bus is given to get the last words out.
const LAST_WORDS: Duration = Duration::from_millis(100);

impl Hub {
    /// Starts them; they end with `stop`.
    pub(crate) fn watch(
        self: &Arc<Self>,
        tasks: &TaskTracker,
        stop: &CancellationToken,
        since: RosterPosition,
    ) {
        self.begin(tasks, stop, |hub| async move { hub.watch_lapses().await });
        self.begin(tasks, stop, |hub| async move { hub.watch_tokens().await });
        self.begin(tasks, stop, |hub| async move { hub.sessions.renew(hub.leases.emptied()).await });
        self.begin(tasks, stop, move |hub| async move { hub.watch_rights(since).await });
        self.begin(tasks, stop, |hub| async move { hub.review_rights().await });
        if let Some(gate) = self.verifier.gate().cloned() {
            let refused = Arc::clone(&gate);
            self.begin(tasks, stop, |_| async move { Self::watch_refusals(&refused).await });
            self.begin(tasks, stop, |hub| async move { hub.watch_gate(&gate).await });
        }
    }

    /// Starts what concerns the other nodes; ends with `stop`.
    pub(crate) fn watch_others(self: &Arc<Self>, tasks: &TaskTracker, stop: &CancellationToken) {
        self.begin(tasks, stop, |hub| async move { hub.leases.keep().await });
        self.begin(tasks, stop, |hub| async move { hub.echoes.watch().await });
        self.begin(tasks, stop, |hub| async move { hub.presence.watch().await });
        self.begin(tasks, stop, |hub| async move { hub.speak().await });
        self.begin(tasks, stop, |hub| async move { hub.sweep().await });
    }

    /// Has this done, until the node stops.
    fn begin<T: Future<Output: Send> + Send + 'static>(
        self: &Arc<Self>,
        tasks: &TaskTracker,
        stop: &CancellationToken,
        task: impl FnOnce(Arc<Self>) -> T,
    ) {
        tasks.spawn(stop.clone().run_until_cancelled_owned(task(Arc::clone(self))));
    }

    /// Tells the other nodes of whoever comes and goes here, for ever.
    async fn speak(&self) {
        loop {
            let look = self.presence.next_word().await;
            self.relay.look(&look);
        }
    }

    /// Looks again and again whose leases have ended, and for whatever else the other nodes' words have not reached us of.
    async fn sweep(&self) {
        let mut ticks = interval(self.leases.sweep());
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut known = BTreeSet::new();
        loop {
            ticks.tick().await;
            let swept = self.presence.sweep().await;
            // After the rooms: whatever they lost, the nodes had lost by then.
            let Ok(nodes) = self.leases.state().fields(&Leases::nodes()).await else { continue };
            let vouched = self.leases.vouched(&nodes).await;
            self.presence.settle(swept, vouched);
            let now: BTreeSet<_> = nodes.into_iter().map(|(node, _)| node).collect();
            if vouched {
                self.echoes.end(&known.difference(&now).cloned().collect());
                known = now;
            } else {
                known.extend(now);
            }
        }
    }

    /// Lets go of all that this node holds, and has the other nodes look: nobody is here any more.
    pub(crate) async fn let_go(&self) {
        self.leases.give_up().await;
        let words = self.presence.last_words();
        for look in &words {
            self.relay.look(look);
        }
        if !words.is_empty() {
            // Publishing does not wait, and the bus ends with this node. What it does not get out costs the others a sweep.
            sleep(LAST_WORDS).await;
        }
    }

    /// Tells everyone that this node stops.
    pub(crate) fn say_goodbye(&self) {
        let draining = ServerDrainingWsEvent { reconnect_in_ms: self.config.reconnect_in_ms };
        for member in self.links.all().iter().flat_map(|link| link.members()) {
            member.tell(&draining);
        }
    }
}
