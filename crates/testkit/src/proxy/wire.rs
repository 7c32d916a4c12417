//! How a proxy's wire is now, as its tasks see it.

use tokio::sync::watch;

use super::AtCommit;

/// How the wire is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wire {
    /// Raised by every cut: a connection of an earlier life ends.
    pub(super) life: u64,
    /// Whether new connections are taken.
    pub(super) open: bool,
    /// Whether nothing goes to the server.
    pub(super) deaf: bool,
    /// Whether nothing comes from the server.
    pub(super) mute: bool,
    /// What becomes of the next COMMIT; taken by the connection that sends it.
    pub(super) at_commit: Option<AtCommit>,
    /// How many answers to a COMMIT are waited for, to be swallowed.
    pub(super) awaited: usize,
}

impl Wire {
    pub(super) fn whole() -> Self {
        Self { life: 0, open: true, deaf: false, mute: false, at_commit: None, awaited: 0 }
    }
}

/// The wire, and who waits for it to change.
#[derive(Debug)]
pub(super) struct Shared(watch::Sender<Wire>);

impl Shared {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(Wire::whole()))
    }

    pub(super) fn now(&self) -> Wire {
        self.0.borrow().clone()
    }

    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Wire) -> T) -> Option<T> {
        let mut answer = None;
        self.0.send_modify(|wire| answer = Some(change(wire)));
        answer
    }

    pub(super) async fn until(&self, holds: impl Fn(&Wire) -> bool) {
        if holds(&self.0.borrow()) {
            return;
        }
        // An error would say that the sender is gone, which is ourselves.
        drop(self.0.subscribe().wait_for(|wire| holds(wire)).await);
    }
}
