//! `message:edit` and `message:delete`.

use homeroom_contract::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::MessageId;

/// Says something else in a message of one's own. What it said before is kept for the export. Saying the same tells nobody.
///
/// `UNAUTHORIZED` for somebody else's, `LOCKED` for one that was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EditMessage {
    /// The message.
    pub message_id: MessageId,
    /// What it says from now on, 1 to 10,000 characters (`messaging.limits.body_chars`), not blank.
    pub body: String,
}

/// Deletes a message of one's own, or, for staff of the class in its conversations and for administrators of the school, anyone's.
/// That there was one is still seen; what it said is kept for the export and shown to nobody. Deleting it again changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeleteMessage {
    /// The message.
    pub message_id: MessageId,
}

/// The message is what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageChanged {
    /// The message.
    pub message_id: MessageId,
    /// Since when: that of an earlier change if this one changed nothing; `null` if it was never changed.
    pub changed_at: Option<Timestamp>,
}
