//! How much one request may bring, and how much is kept for one person.

use std::ops::RangeInclusive;
use std::time::Duration;

use homeroom_contract::Timestamp;
use serde::{Deserialize, Serialize};

const DAY: Duration = Duration::from_hours(24);

/// How much one request may bring, and how much is kept for one person. A longer text is `PAYLOAD_TOO_LARGE`, a number or an
/// instant outside of its range `VALIDATION_ERROR`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Characters of a title (200; `notifications.limits.title_chars`).
    pub title_chars: usize,
    /// Characters of a body (2,000; `notifications.limits.body_chars`).
    pub body_chars: usize,
    /// Characters of a link (2,000; `notifications.limits.link_chars`).
    pub link_chars: usize,
    /// Characters of a dedupe key (255; `notifications.limits.dedupe_key_chars`).
    pub dedupe_key_chars: usize,
    /// The most items of one page of `notification:list`, 1 at least (100; `notifications.limits.page_items`).
    pub page_items: usize,
    /// The shortest that a notification can be put off for, in seconds (60; `notifications.limits.snooze_min_sec`).
    pub snooze_min_sec: u32,
    /// The longest that a notification can be put off for, in days (30; `notifications.limits.snooze_max_days`).
    pub snooze_max_days: u32,
    /// The most items that are kept for one person, 1 at least (1,000; `notifications.limits.inbox_items`).
    pub inbox_items: usize,
    /// The most items that one digest shows; it counts the others (50; `notifications.limits.digest_items`).
    pub digest_items: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            title_chars: 200,
            body_chars: 2000,
            link_chars: 2000,
            dedupe_key_chars: 255,
            page_items: 100,
            snooze_min_sec: 60,
            snooze_max_days: 30,
            inbox_items: 1000,
            digest_items: 50,
        }
    }
}

impl Limits {
    /// Until when something may be put off that is put off now, both ends inclusive.
    pub fn snooze(&self, at: Timestamp) -> RangeInclusive<Timestamp> {
        let least = Duration::from_secs(self.snooze_min_sec.into());
        at.plus(least)..=at.plus(DAY.saturating_mul(self.snooze_max_days))
    }
}
