//! Whether this node has seen what became of rights. It looks once a second; while it can't see, as with its database away, it
//! delivers nothing: somebody may have lost a right of which it has not heard, and the bus still brings what others commit.
//!
//! What always holds: nothing is delivered later than two seconds after the beginning of the last look that was answered.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::sync::futures::Notified;
use tokio::time::Instant;

use super::doubt::Moment;

/// How long after it was taken a right may have its effect, which is promised.
pub(super) const PROMISED: Duration = Duration::from_secs(2);

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// Changes of the roster.
    Roster,
    /// Revocations and bans.
    Gate,
}

/// What this node has seen, and until when that is good.
#[derive(Debug)]
pub(crate) struct Sight {
    roster: AtomicU64,
    gate: AtomicU64,
    again: Notify,
}

impl Sight {
    /// Everything has just been seen. Without a gate nothing of it is to be seen.
    pub(crate) fn new(gate: bool) -> Self {
        let now = until(Instant::now());
        let gate = if gate { now } else { u64::MAX };
        Self { roster: AtomicU64::new(now), gate: AtomicU64::new(gate), again: Notify::new() }
    }

    /// A look that began then was answered, and what it showed has had its effect.
    pub(super) fn saw(&self, what: Seen, began: Instant) {
        let good_until = match what {
            Seen::Roster => &self.roster,
            Seen::Gate => &self.gate,
        };
        good_until.fetch_max(until(began), Ordering::AcqRel);
        self.again.notify_waiters();
    }

    /// The present, as far as rights are known: what is in doubt by then is not delivered, and without sight everything is.
    pub(super) fn moment(&self) -> Moment {
        let good_until = self.roster.load(Ordering::Acquire).min(self.gate.load(Ordering::Acquire));
        let now = Moment::now();
        if now.micros() < good_until { now } else { Moment::BLIND }
    }

    /// Whether nothing is to be delivered.
    pub(super) fn is_lost(&self) -> bool {
        self.moment() == Moment::BLIND
    }

    /// The next time that something was seen.
    pub(super) fn again(&self) -> Notified<'_> {
        self.again.notified()
    }
}

/// Until when a look is good that began then, in microseconds as moments count.
fn until(began: Instant) -> u64 {
    Moment::at(began + PROMISED).micros()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_look_is_good_for_two_seconds_from_its_beginning() {
        let sight = Sight::new(true);
        assert!(!sight.is_lost());
        tokio::time::advance(Duration::from_secs(1)).await;
        let began = Instant::now();
        tokio::time::advance(Duration::from_millis(500)).await;
        sight.saw(Seen::Roster, began);
        sight.saw(Seen::Gate, began);
        tokio::time::advance(Duration::from_millis(1_499)).await;
        assert!(!sight.is_lost());
        tokio::time::advance(Duration::from_millis(1)).await;
        assert!(sight.is_lost());
        sight.saw(Seen::Gate, Instant::now());
        assert!(sight.is_lost(), "who has left school has not been seen");
        sight.saw(Seen::Roster, Instant::now());
        assert!(!sight.is_lost());
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_gate_the_roster_is_all_there_is() {
        let sight = Sight::new(false);
        tokio::time::advance(PROMISED).await;
        assert!(sight.is_lost());
        sight.saw(Seen::Roster, Instant::now());
        assert!(!sight.is_lost());
    }
}
