//! How much one request may bring.

use serde::{Deserialize, Serialize};

/// How much one request may bring. More is `PAYLOAD_TOO_LARGE`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Cells in one `grade:bulk-set`, and students named in one `grades:post` or `grades:hide` (500: the largest class, twice).
    pub items: usize,
    /// Characters of a line item's title (255, as OneRoster's strings).
    pub title_chars: usize,
    /// Characters of a text score (255).
    pub text_score_chars: usize,
    /// Characters of a comment (2,000).
    pub comment_chars: usize,
    /// Characters of an administrator's reason (500).
    pub reason_chars: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { items: 500, title_chars: 255, text_score_chars: 255, comment_chars: 2000, reason_chars: 500 }
    }
}
