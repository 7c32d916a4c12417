//! `message:react` and `message:ack`: what somebody says to a message without words.

use homeroom_contract::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{MessageId, ReactionView};

/// Adds the sender's reaction to a message, or takes it away: one of a kind per person. What stands already, or isn't there to be
/// taken away, tells nobody.
///
/// `NOT_FOUND` for a message of a conversation that the sender isn't in (`SUPERVISION_REQUIRED` if only for want of staff);
/// `LOCKED` for one that was deleted; `PAYLOAD_TOO_LARGE` beyond 20 kinds to one message (`messaging.limits.reactions`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReactToMessage {
    /// The message.
    pub message_id: MessageId,
    /// An emoji or a short word, 1 to 32 characters (`messaging.limits.reaction_chars`) without white space around it.
    pub reaction: String,
    /// Whether it is added or taken away.
    pub is_set: bool,
}

/// The reactions as they are now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReactionsLeft {
    /// Each kind and who reacted so.
    pub reactions: Vec<ReactionView>,
}

/// Acknowledges a message that asks for it. Again, it is answered with the first time.
///
/// `NOT_FOUND` for a message of a conversation that the sender isn't in (`SUPERVISION_REQUIRED` if only for want of staff),
/// `VALIDATION_ERROR` for who isn't asked, `LOCKED` for a message that was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AcknowledgeMessage {
    /// The message.
    pub message_id: MessageId,
}

/// The message is acknowledged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageAcked {
    /// Since when.
    pub acknowledged_at: Timestamp,
}
