//! The engine: everything that all connections share.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::task::TaskTracker;

use super::{CloseReason, Counters, EngineConfig, Upper, registry::Registry};

/// How often to look whether the last connections are closed.
const LOOK: Duration = Duration::from_millis(10);

/// An Engine.IO server, to be mounted with [`route`](super::route).
#[derive(Debug)]
pub struct Engine<U> {
    pub(crate) upper: U,
    pub(crate) config: EngineConfig,
    pub(crate) counters: Arc<Counters>,
    pub(crate) registry: Arc<Registry>,
    pub(crate) tracker: TaskTracker,
    stopping: AtomicBool,
}

impl<U: Upper> Engine<U> {
    /// An engine for the given protocol above it. Connections run on `tracker`, together with whatever else the
    /// caller spawns there.
    pub fn new(config: EngineConfig, upper: U, tracker: TaskTracker) -> Arc<Self> {
        Arc::new(Self {
            upper,
            config,
            counters: Arc::default(),
            registry: Arc::default(),
            tracker,
            stopping: AtomicBool::new(false),
        })
    }

    /// The protocol above.
    pub fn upper(&self) -> &U {
        &self.upper
    }

    /// What happened so far.
    pub fn counters(&self) -> &Arc<Counters> {
        &self.counters
    }

    /// Connections now.
    pub fn connections(&self) -> usize {
        self.registry.len()
    }

    /// Answers new handshakes with 503 from now on; what is connected stays.
    pub fn stop_accepting(&self) {
        self.stopping.store(true, Ordering::SeqCst);
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    /// Stops accepting, closes every transport once the layer above has finished with it, evenly spread over `spread` so that
    /// the clients don't all come back to the other nodes at once, and returns when the last task on the tracker has ended.
    ///
    /// Stock clients reconnect by themselves, since it is the transport that is closed and not their sockets.
    pub async fn drain(&self, spread: Duration) {
        self.stop_accepting();
        let connections = self.registry.all();
        let begun = Instant::now();
        let all = u32::try_from(connections.len()).unwrap_or(u32::MAX).max(1);
        for (nth, connection) in (0..all).zip(&connections) {
            let at = begun + spread.mul_f64(f64::from(nth) / f64::from(all));
            if at > Instant::now() {
                sleep_until(at).await;
            }
            connection.outbox().retire();
        }
        drop(connections);
        self.tracker.close();
        self.tracker.wait().await;
    }

    /// Closes whatever transport is left, whatever it waits for: the client is told so by a close frame, and comes back.
    /// Returns when all are closed, or their closing handshakes have had their time.
    pub async fn cut(&self) {
        let until = Instant::now() + self.config.close_timeout();
        for connection in self.registry.all() {
            connection.close(CloseReason::ShuttingDown);
        }
        while !self.registry.is_empty() && Instant::now() < until {
            sleep(LOOK).await;
        }
    }
}
