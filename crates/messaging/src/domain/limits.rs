//! How much one request may bring, and how long what is said in passing holds.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How much one request may bring; more is `PAYLOAD_TOO_LARGE`, unless another code is named. Each is a key of the
/// configuration, `messaging.limits.body_chars` and so on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// People named in one `conversation:create` (200: two guardians for each student of a large class).
    pub participants: usize,
    /// Characters of a conversation's title (255).
    pub title_chars: usize,
    /// Characters of a message's body (10,000).
    pub body_chars: usize,
    /// People mentioned in one message (10).
    pub mentions: usize,
    /// Files attached to one message (10).
    pub attachments: usize,
    /// Characters of an attached file's name, and of its media type (255).
    pub attachment_chars: usize,
    /// Bytes of one attached file (104,857,600, which are 100 MiB); more is `VALIDATION_ERROR`.
    pub attachment_bytes: u64,
    /// Characters of one reaction (32: an emoji may be made of a dozen).
    pub reaction_chars: usize,
    /// Kinds of reactions to one message (20).
    pub reactions: usize,
    /// Characters of the reason in a report (2,000).
    pub reason_chars: usize,
    /// Messages in one page of the history at most (100); asking for more is `VALIDATION_ERROR`. 0 is taken for 1.
    pub page: u32,
    /// Messages in one page where nobody says how many (50), and in the answer to a join; from 1 to `page`.
    pub page_default: u32,
    /// Milliseconds after which somebody who typed and says no more is no longer typing (5,000).
    pub typing_ms: u64,
    /// Milliseconds after which somebody who says no more is offline (300,000, which are 5 minutes).
    pub presence_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            participants: 200,
            title_chars: 255,
            body_chars: 10_000,
            mentions: 10,
            attachments: 10,
            attachment_chars: 255,
            attachment_bytes: 104_857_600,
            reaction_chars: 32,
            reactions: 20,
            reason_chars: 2000,
            page: 100,
            page_default: 50,
            typing_ms: 5000,
            presence_ms: 300_000,
        }
    }
}

impl Limits {
    /// How long somebody is taken to be typing.
    pub fn typing_lasts(&self) -> Duration {
        Duration::from_millis(self.typing_ms)
    }

    /// How long somebody is taken to be there.
    pub fn presence_lasts(&self) -> Duration {
        Duration::from_millis(self.presence_ms)
    }
}
