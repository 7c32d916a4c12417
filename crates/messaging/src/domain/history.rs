//! Paging through what was said: from the newest back. Whoever asks for the page before the oldest message of the last one, and so
//! on, gets every message once.

use homeroom_contract::field;

use crate::domain::{Limits, MessagingError};

/// The greatest number that every database can hold.
const NEWEST: u64 = i64::MAX.unsigned_abs();

/// Which page is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Only what has a lower `seq`.
    pub before_seq: u64,
    /// How many messages at most.
    pub limit: u32,
}

impl Page {
    /// The page before that number, or the newest; `VALIDATION_ERROR` for a limit that is 0 or beyond `messaging.limits.page`.
    pub fn asked(
        before_seq: Option<u64>,
        limit: Option<u32>,
        limits: &Limits,
    ) -> Result<Self, MessagingError> {
        let most = limits.page.max(1);
        let limit = limit.unwrap_or(limits.page_default.clamp(1, most));
        field::within("limit", &limit, &(1..=most))?;
        Ok(Self { before_seq: before_seq.map_or(NEWEST, |seq| seq.min(NEWEST)), limit })
    }

    /// How many messages to look up, newest first: one more than asked for, which tells whether there are more.
    pub fn to_look_up(self) -> u32 {
        self.limit.saturating_add(1)
    }

    /// What was looked up, as it is answered: oldest first, and whether there is more before it.
    pub fn cut<T>(self, mut newest_first: Vec<T>) -> (Vec<T>, bool) {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let has_more = newest_first.len() > limit;
        newest_first.truncate(limit);
        newest_first.reverse();
        (newest_first, has_more)
    }
}
