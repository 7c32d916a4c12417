//! An attempt's clock: how much time is left, when to warn, pausing and going on.
//!
//! The time for which it was paused is given back in full. Nothing here looks at a clock: whoever runs it asks for the next
//! moment that matters, and comes back then or later. It is after the end by a margin, since a request's time is when it was
//! received, which is before it holds the row: what was sent in the last instant is still to be written then.

use std::time::Duration;

use homeroom_contract::Timestamp;

use crate::domain::{AssessmentError, Attempt, Limits, Standing};

impl Attempt {
    /// From when on nothing is taken any more: `expiresAt`, and the grace if there is one.
    pub(crate) fn deadline(&self, limits: &Limits) -> Timestamp {
        self.expires_at.plus(Duration::from_millis(limits.grace_ms))
    }

    /// How much time is left; while it is paused, how much there will be.
    pub fn left(&self, at: Timestamp) -> Duration {
        self.expires_at.since(self.paused_since.unwrap_or(at))
    }

    /// The seconds that are left, rounded up.
    pub fn seconds_left(&self, at: Timestamp) -> u32 {
        u32::try_from(self.left(at).as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
    }

    /// Stops the clock. Whether it ran.
    pub fn pause(&mut self, at: Timestamp, limits: &Limits) -> Result<bool, AssessmentError> {
        self.require_open(at, limits)?;
        let fresh = self.paused_since.is_none();
        self.paused_since.get_or_insert(at);
        Ok(fresh)
    }

    /// Lets the clock go on, and gives back the time for which it stood. Whether it stood.
    pub fn resume(&mut self, at: Timestamp, limits: &Limits) -> Result<bool, AssessmentError> {
        self.require_open(at, limits)?;
        let Some(since) = self.paused_since.take() else { return Ok(false) };
        self.expires_at = self.expires_at.plus(at.since(since));
        Ok(true)
    }

    /// Gives it so much more time. Warnings that lie ahead again are given again, and one that is due already, and wasn't given,
    /// stays due.
    pub(crate) fn extend(&mut self, by: Duration, at: Timestamp, limits: &Limits) {
        self.expires_at = self.expires_at.plus(by);
        let passed = self.passed(at, limits);
        self.warned_sec = self.warned_sec.zip(passed).map(|(warned, passed)| warned.max(passed));
    }

    /// Until when it lasts, exclusive, where that is known: not while it is paused.
    pub fn shown_expiry(&self) -> Option<Timestamp> {
        self.paused_since.is_none().then_some(self.expires_at)
    }

    /// The seconds left, if a warning is due and wasn't given. Of several that were missed only the last is, and it says what
    /// is left now.
    pub fn warn(&mut self, at: Timestamp, limits: &Limits) -> Option<u32> {
        if self.standing(at, limits) != Standing::Running {
            return None;
        }
        let due = self.passed(at, limits)?;
        if self.warned_sec.is_some_and(|warned| warned <= due) {
            return None;
        }
        self.warned_sec = Some(due);
        Some(self.seconds_left(at))
    }

    /// When there is something to do without anybody asking: a warning, or half a second (`assessment.limits.settle_after_ms`)
    /// after the time has run out. None while it is paused and once it has ended. It may have passed already.
    pub fn next_moment(&self, limits: &Limits) -> Option<Timestamp> {
        if self.reset.is_some() || self.submission.is_some() || self.paused_since.is_some() {
            return None;
        }
        let ahead = limits
            .warn_at_sec
            .iter()
            .filter(|warning| self.warned_sec.is_none_or(|warned| **warning < warned));
        let warning = ahead.max().map(|warning| {
            Timestamp::from_unix_millis(self.expires_at.unix_millis() - i64::from(*warning) * 1000)
        });
        Some(warning.unwrap_or_else(|| self.deadline(limits).plus(limits.settle_after())))
    }

    /// Whether the student's client, last heard of then, is missing: the attempt runs, and the silence is too long.
    pub fn misses_client(&self, last_seen_at: Timestamp, at: Timestamp, limits: &Limits) -> bool {
        let silence = at.since(last_seen_at.max(self.started_at));
        self.standing(at, limits) == Standing::Running
            && silence > Duration::from_millis(limits.missing_after_ms)
    }

    /// What lies behind by now needs no warning: an attempt of a minute doesn't begin with one of five.
    pub(crate) fn need_no_warning_passed(&mut self, at: Timestamp, limits: &Limits) {
        self.warned_sec = self.passed(at, limits);
    }

    /// The lowest of the warnings that are due with so much time left.
    fn passed(&self, at: Timestamp, limits: &Limits) -> Option<u32> {
        let left = self.seconds_left(at);
        limits.warn_at_sec.iter().copied().filter(|warning| left <= *warning).min()
    }
}
