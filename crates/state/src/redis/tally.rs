//! What has gone over the bus, for operators.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::Class;

#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) published: AtomicU64,
    pub(super) heard: AtomicU64,
    pub(super) dropped_hints: AtomicU64,
    pub(super) dropped_ephemeral: AtomicU64,
    pub(super) breaks: AtomicU64,
}

/// What has gone over the bus since the start. A dropped hint costs others a read of the journal, up to a second later.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BusCounts {
    /// Messages that Redis has taken.
    pub published: u64,
    /// Messages of other nodes that have arrived.
    pub heard: u64,
    /// Hints that were not published: too many were waiting, or Redis was away.
    pub dropped_hints: u64,
    /// Ephemeral events that were not published, for the same reasons; they go first.
    pub dropped_ephemeral: u64,
    /// How often a connection to Redis has broken, or was given up. Whoever listens may then have missed something.
    pub breaks: u64,
}

impl Tally {
    pub(super) fn dropped(&self, class: Class) {
        let dropped = match class {
            Class::Hint => &self.dropped_hints,
            Class::Ephemeral => &self.dropped_ephemeral,
        };
        dropped.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn counts(&self) -> BusCounts {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        BusCounts {
            published: of(&self.published),
            heard: of(&self.heard),
            dropped_hints: of(&self.dropped_hints),
            dropped_ephemeral: of(&self.dropped_ephemeral),
            breaks: of(&self.breaks),
        }
    }
}
