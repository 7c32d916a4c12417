//! What keeps a Redis that is away from being waited for.
//!
//! What always holds: from the failure that opens the circuit until Redis has answered again, no command touches the network and
//! none that was under way is waited for any longer.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

use crate::StateError;

/// Whether commands go to Redis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Circuit {
    /// They do.
    Closed,
    /// Redis is away, or on a cluster some part of it: commands (to that part) fail at once.
    Open,
}

/// The circuit is open.
#[derive(Debug, thiserror::Error)]
#[error("Redis has not been answering; it was not asked")]
struct NotAsked;

/// The call had waited enough.
#[derive(Debug, thiserror::Error)]
#[error("the call has waited for Redis as long as it may")]
struct CutShort;

/// The circuit of one server, or of one part of a cluster's slots.
#[derive(Debug)]
pub(super) struct Breaker {
    /// As many failures in a row as open it.
    most: u32,
    /// Failures in a row; `most` or more while it is open.
    failures: AtomicU32,
    opened: Notify,
    counts: Counts,
}

#[derive(Debug, Default)]
struct Counts {
    openings: AtomicU64,
    unanswered: AtomicU64,
    refused: AtomicU64,
    cut_short: AtomicU64,
}

/// What has happened to commands since the start, for operators.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StateCounts {
    /// Circuits that are open now: at most 1, on a cluster at most 16 (one for each sixteenth of the slots).
    pub open: u64,
    /// How often a circuit has opened.
    pub openings: u64,
    /// Commands that Redis did not answer in time, or whose connection broke.
    pub unanswered: u64,
    /// Commands that failed at once, without Redis being asked, since a circuit was open.
    pub refused: u64,
    /// Commands that were not waited for, or hardly, since the call that asked had waited as long as it may
    /// ([`patience`](crate::patience)).
    pub cut_short: u64,
}

impl Breaker {
    pub(super) fn new(most: u32) -> Self {
        Self {
            most: most.max(1),
            failures: AtomicU32::new(0),
            opened: Notify::new(),
            counts: Counts::default(),
        }
    }

    pub(super) fn is_open(&self) -> bool {
        self.failures.load(Ordering::Acquire) >= self.most
    }

    /// Lets a command pass, with what ends its waiting when the circuit opens; an error while it is open.
    pub(super) fn admit(&self) -> Result<Notified<'_>, StateError> {
        // Before looking: an opening in between is then noticed by one of the two.
        let opened = self.opened.notified();
        if self.is_open() { Err(self.refused()) } else { Ok(opened) }
    }

    /// The error of a command that isn't waited for.
    pub(super) fn refused(&self) -> StateError {
        self.counts.refused.fetch_add(1, Ordering::Relaxed);
        StateError::Unavailable(Box::new(NotAsked))
    }

    /// The error of a command for which there was no time left.
    pub(super) fn cut_short(&self) -> StateError {
        self.counts.cut_short.fetch_add(1, Ordering::Relaxed);
        StateError::Unavailable(Box::new(CutShort))
    }

    /// Redis answered, whatever it said.
    pub(super) fn answered(&self) {
        let in_a_row = |failures| (failures > 0 && failures < self.most).then_some(0);
        self.failures.fetch_update(Ordering::AcqRel, Ordering::Acquire, in_a_row).ok();
    }

    /// Redis did not answer. Whether that has opened the circuit, just now.
    pub(super) fn unanswered(&self) -> bool {
        self.counts.unanswered.fetch_add(1, Ordering::Relaxed);
        let has_opened = self.failures.fetch_add(1, Ordering::AcqRel) + 1 == self.most;
        if has_opened {
            self.counts.openings.fetch_add(1, Ordering::Relaxed);
            self.opened.notify_waiters();
        }
        has_opened
    }

    /// Redis has answered again.
    pub(super) fn close(&self) {
        self.failures.store(0, Ordering::Release);
    }

    pub(super) fn add_to(&self, counts: &mut StateCounts) {
        counts.open += u64::from(self.is_open());
        counts.openings += self.counts.openings.load(Ordering::Relaxed);
        counts.unanswered += self.counts.unanswered.load(Ordering::Relaxed);
        counts.refused += self.counts.refused.load(Ordering::Relaxed);
        counts.cut_short += self.counts.cut_short.load(Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_failures_in_a_row_open_it() {
        let breaker = Breaker::new(3);
        for _ in 0..5 {
            assert!(!breaker.unanswered());
            assert!(!breaker.unanswered());
            breaker.answered();
        }
        assert!(!breaker.unanswered() && !breaker.unanswered() && !breaker.is_open());
        assert!(breaker.unanswered(), "the third in a row");
        assert!(!breaker.unanswered(), "it is open already");
        breaker.answered();
        assert!(breaker.is_open(), "a late answer doesn't close it: whoever looks does");
        assert!(breaker.admit().is_err());
        breaker.close();
        assert!(breaker.admit().is_ok());
        let mut counts = StateCounts::default();
        breaker.add_to(&mut counts);
        let expected = StateCounts { openings: 1, unanswered: 14, refused: 1, ..StateCounts::default() };
        assert_eq!(counts, expected);
    }

    #[tokio::test]
    async fn whoever_waits_is_let_go_when_it_opens() {
        let breaker = Breaker::new(1);
        let waiting = breaker.admit().unwrap();
        assert!(breaker.unanswered());
        waiting.await;
    }
}
