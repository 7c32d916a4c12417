//! What an operator can set about sessions, revocations and warnings.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::{Escalation, FOR_GOOD};

/// The settings. Times in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How long an access token is good (15 min).
    pub access_token_ms: u64,
    /// How long a refresh token is good, and so a session that nobody uses (7 days).
    pub refresh_token_ms: u64,
    /// How long a revocation is kept of which it isn't known when the token would have ended (400 days): not shorter than the
    /// platform's longest-lived token, which would be good again.
    pub keep_revocations_ms: u64,
    /// Characters of a reason or a warning (500).
    pub reason_chars: usize,
    /// Refused calls of one person within a minute, on one node, that count as a violation of medium severity (300): too many
    /// calls of their own (not of all in a room), bad payloads, unknown commands. At most one violation a minute.
    pub refusals_per_minute: u32,
    /// What violations lead to.
    pub escalation: Escalation,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            access_token_ms: 900_000,
            refresh_token_ms: 604_800_000,
            keep_revocations_ms: 34_560_000_000,
            reason_chars: 500,
            refusals_per_minute: 300,
            escalation: Escalation::default(),
        }
    }
}

impl Settings {
    pub(crate) fn access_token(&self) -> Duration {
        Duration::from_millis(self.access_token_ms).min(FOR_GOOD)
    }

    pub(crate) fn refresh_token(&self) -> Duration {
        Duration::from_millis(self.refresh_token_ms).min(FOR_GOOD)
    }

    pub(crate) fn keep_revocations(&self) -> Duration {
        Duration::from_millis(self.keep_revocations_ms).min(FOR_GOOD)
    }
}
