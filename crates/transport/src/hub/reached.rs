//! How far a member has been sent its entries.
//!
//! What always holds: while it is behind, at most one has taken it on to bring it up, until it is live again.

use std::sync::atomic::{AtomicU64, Ordering};

/// Live, or up to which entry it has been sent what is due to it. Changed by whoever delivers in its stream, which is one at a
/// time, while it is live, and by the one that brings it up while it is behind.
#[derive(Debug)]
pub(super) struct Reached(AtomicU64);

/// Later than any entry.
const LIVE: u64 = u64::MAX;

/// Somebody has taken it on to bring it up. No stream gets so long.
const TAKEN: u64 = 1 << 63;

impl Reached {
    /// It hears what is delivered at once.
    pub(super) fn live() -> Self {
        Self(AtomicU64::new(LIVE))
    }

    /// It is behind, and nobody brings it up yet.
    pub(super) fn behind(seq: u64) -> Self {
        Self(AtomicU64::new(seq & !TAKEN))
    }

    pub(super) fn is_live(&self) -> bool {
        self.0.load(Ordering::Acquire) == LIVE
    }

    /// Up to where it has been sent its entries, while it is behind.
    pub(super) fn seq(&self) -> u64 {
        self.0.load(Ordering::Acquire) & !TAKEN
    }

    /// It was live, and has been sent its entries up to this one.
    pub(super) fn fall_behind(&self, seq: u64) {
        self.0.store(seq & !TAKEN, Ordering::Release);
    }

    /// Takes it on; true for one alone, and only if it is behind.
    pub(super) fn take_on(&self) -> bool {
        let free = |reached| (reached & TAKEN == 0).then_some(reached | TAKEN);
        self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, free).is_ok()
    }

    /// Whoever has taken it on has brought it up to this entry.
    pub(super) fn bring_to(&self, seq: u64) {
        self.0.store(seq | TAKEN, Ordering::Release);
    }

    /// From now on it hears what is delivered at once.
    pub(super) fn go_live(&self) {
        self.0.store(LIVE, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A delivery may find no room while the rooms of a new socket are still being entered, and both then begin.
    #[test]
    fn who_is_behind_is_brought_up_by_one() {
        let reached = Reached::live();
        assert!(!reached.take_on(), "nothing is to be brought to who is live");
        reached.fall_behind(7);
        assert!(reached.take_on());
        assert!(!reached.take_on(), "somebody is at it");
        reached.bring_to(9);
        assert_eq!(reached.seq(), 9);
        assert!(!reached.take_on(), "still");
        reached.go_live();
        assert!(reached.is_live() && !reached.take_on());
        reached.fall_behind(12);
        assert!(!reached.is_live());
        assert_eq!(reached.seq(), 12);
        assert!(reached.take_on(), "it has fallen behind anew");
    }

    #[test]
    fn who_comes_back_is_behind_from_the_start() {
        let reached = Reached::behind(0);
        assert!(!reached.is_live());
        assert!(reached.take_on());
        assert!(!reached.take_on());
    }
}
