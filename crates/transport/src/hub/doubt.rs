//! Whether it is in doubt what those on a transport may: something has changed that may concern them, and nobody has looked since.
//!
//! What always holds: what has come into doubt stays so until somebody has looked who began after that; whoever waits for that is
//! woken then.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::sync::futures::Notified;
use tokio::time::Instant;

/// What moments are counted from.
static BEGINNING: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Later than any moment.
const NEVER: u64 = u64::MAX;

/// A moment to compare with: one for all to whom something is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment(u64);

impl Moment {
    /// Later than any, so that everything is withheld.
    pub(super) const BLIND: Self = Self(NEVER);

    pub(super) fn now() -> Self {
        Self::at(Instant::now())
    }

    pub(super) fn at(instant: Instant) -> Self {
        let since = instant.saturating_duration_since(*BEGINNING);
        Self(u64::try_from(since.as_micros()).unwrap_or(NEVER - 1))
    }

    /// In microseconds since the first of all.
    pub(super) fn micros(self) -> u64 {
        self.0
    }
}

/// The doubt about one transport.
#[derive(Debug)]
pub(super) struct Doubt {
    /// The moment from which on nothing is delivered.
    withheld_from: AtomicU64,
    /// How often it has come into doubt. Held while the moment changes.
    times: Mutex<u64>,
    looked: Notify,
}

impl Doubt {
    /// None.
    pub(super) fn none() -> Self {
        Self { withheld_from: AtomicU64::new(NEVER), times: Mutex::default(), looked: Notify::new() }
    }

    /// From now on there is doubt; from then on, or from when it was said before if that is earlier, nothing is delivered.
    pub(super) fn raise(&self, withheld_from: Instant) {
        let mut times = self.times();
        *times += 1;
        self.withheld_from.fetch_min(Moment::at(withheld_from).0, Ordering::AcqRel);
    }

    /// Whether there is any, delivered or not.
    pub(super) fn is_raised(&self) -> bool {
        self.withheld_from.load(Ordering::Acquire) != NEVER
    }

    /// Whether nothing may be delivered at that moment.
    pub(super) fn withholds(&self, at: Moment) -> bool {
        self.withheld_from.load(Ordering::Acquire) <= at.0
    }

    /// How often it has been raised until now: whoever looks after this knows of all of them.
    pub(super) fn raised(&self) -> u64 {
        *self.times()
    }

    /// Somebody has looked who knew of so many. True if that was all, and there is none any more.
    pub(super) fn settle(&self, raised: u64) -> bool {
        let times = self.times();
        let all = *times == raised;
        if all {
            self.withheld_from.store(NEVER, Ordering::Release);
            self.looked.notify_waiters();
        }
        all
    }

    /// The next time that somebody has looked, or that waiting is of no use any more.
    pub(super) fn looked(&self) -> Notified<'_> {
        self.looked.notified()
    }

    /// Whoever waits has to see for itself.
    pub(super) fn wake(&self) {
        self.looked.notify_waiters();
    }

    fn times(&self) -> MutexGuard<'_, u64> {
        self.times.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_withholds_from_its_moment_until_somebody_has_looked_who_knew_of_all() {
        let (doubt, after) = (Doubt::none(), Duration::from_millis(500));
        let _ = Moment::now();
        assert!(!doubt.is_raised() && !doubt.withholds(Moment::now()));
        doubt.raise(Instant::now() + after);
        assert!(doubt.is_raised() && !doubt.withholds(Moment::now()), "not yet");
        let known = doubt.raised();
        tokio::time::advance(after).await;
        assert!(doubt.withholds(Moment::now()));
        doubt.raise(Instant::now() + after);
        assert!(doubt.withholds(Moment::now()), "it stays with the earlier moment");
        assert!(!doubt.settle(known), "who has looked knew of the first alone");
        assert!(doubt.withholds(Moment::now()));
        assert!(doubt.settle(doubt.raised()));
        assert!(!doubt.is_raised() && !doubt.withholds(Moment::now()));
    }
}
