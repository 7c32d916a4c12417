//! How often a person may send a command.

use std::time::Duration;

/// So many in any window of that length (a sliding window), per person and command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// The most that are let through in one window.
    pub count: u32,
    /// The window's length.
    pub per: Duration,
}

impl Limit {
    /// So many in ten seconds.
    pub const fn per_10s(count: u32) -> Self {
        Self { count, per: Duration::from_secs(10) }
    }

    /// So many in a minute.
    pub const fn per_minute(count: u32) -> Self {
        Self { count, per: Duration::from_mins(1) }
    }
}
