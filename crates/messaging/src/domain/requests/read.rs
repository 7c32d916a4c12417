//! `message:read` and `conversation:mute`: what is unread.

use std::ops::Not;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{ConversationId, MessageId};

/// Tells that the sender has read a conversation up to that message. The position only moves forward: an older message than that
/// of before changes nothing. The sender's other devices hear what is unread now.
///
/// `NOT_FOUND` in a conversation that the sender isn't in (`SUPERVISION_REQUIRED` if only for want of staff), and for a message
/// that isn't of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReadMessage {
    /// The conversation; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
    /// The last message that was read, of that conversation.
    pub message_id: MessageId,
    /// Tells nobody else, until a later message is read without it.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub private: bool,
}

/// What is left to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnreadLeft {
    /// Messages of that conversation after the position that aren't one's own and weren't deleted.
    pub unread: u64,
    /// What is unread in all conversations that aren't muted: `unread.changed` goes to the other devices only.
    pub total: u64,
}

/// Leaves a conversation out of the total of what is unread, or counts it again; nobody else hears of it.
///
/// `NOT_FOUND` for a conversation that the sender isn't in (`SUPERVISION_REQUIRED` if only for want of staff).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MuteConversation {
    /// The conversation; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
    /// Whether it is left out.
    pub is_muted: bool,
}

/// It is left out, or counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversationMuted {
    /// What is unread in that conversation.
    pub unread: u64,
    /// What is unread in all conversations that aren't muted.
    pub total: u64,
}
