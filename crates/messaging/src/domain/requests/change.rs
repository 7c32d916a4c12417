//! `message:edit` and `message:delete`.

use homeroom_contract::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::MessageId;

/// Says something else in a message of one's own. What it said before is kept for the export. Saying the same tells nobody.
///
/// `NOT_FOUND` for a message of a conversation that the sender isn't in (`SUPERVISION_REQUIRED` if only for want of staff),
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
/// That there was one is still seen; what it said is kept for the export and for moderators, and answered to
/// nobody in the conversation from then on. Deleting it again changes nothing.
///
/// `NOT_FOUND` for a message of a conversation that the sender neither is in nor moderates, `UNAUTHORIZED` for somebody else's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeleteMessage {
    /// The message.
    pub message_id: MessageId,
}

/// The message says that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageEdited {
    /// When it was edited last; `null` if it has said the same from the first.
    pub edited_at: Option<Timestamp>,
}

/// The message is deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageGone {
    /// Since when.
    pub deleted_at: Timestamp,
}
