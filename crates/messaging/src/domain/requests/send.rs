//! `message:send`: something is said.

use std::ops::Not;

use homeroom_contract::UserId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Attachment, ConversationId, Draft, MessageId, Priority};

/// Says something in a conversation that the sender is in.
///
/// `NOT_FOUND` in any other (`SUPERVISION_REQUIRED` if only for want of staff), and for an answer to a message that isn't there;
/// `VALIDATION_ERROR` for a blank body and for mentions of somebody who isn't in it; `PAYLOAD_TOO_LARGE` beyond a limit;
/// `UNAUTHORIZED` for what only staff may set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SendMessage {
    /// The conversation; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
    /// What is said, 1 to 10,000 characters (`messaging.limits.body_chars`), not blank. Plain text: whoever shows it escapes it.
    pub body: String,
    /// Files that go with it, at most 10 (`messaging.limits.attachments`), none twice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// The message that it answers, of the same conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<MessageId>,
    /// Who is mentioned in it: people in the conversation, at most 10 (`messaging.limits.mentions`), no one twice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<UserId>,
    /// How urgent it is; `normal` if nothing is said, `urgent` for staff only.
    #[serde(default, skip_serializing_if = "Priority::is_normal")]
    pub priority: Priority,
    /// Asks everyone who is in the conversation now to acknowledge it; for staff only.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub require_ack: bool,
}

/// The message is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageSent {
    /// The message.
    pub message_id: MessageId,
    /// Its number, in the order of the journal: that of its `message.new`.
    pub seq: u64,
}

impl SendMessage {
    /// Says this in that conversation, and nothing else.
    pub fn new(conversation: ConversationId, body: impl Into<String>) -> Self {
        Self {
            conversation_id: Some(conversation),
            body: body.into(),
            attachments: Vec::new(),
            reply_to: None,
            mentions: Vec::new(),
            priority: Priority::Normal,
            require_ack: false,
        }
    }
}

impl From<SendMessage> for Draft {
    fn from(send: SendMessage) -> Self {
        Self {
            body: send.body,
            attachments: send.attachments,
            reply_to: send.reply_to,
            mentions: send.mentions,
            priority: send.priority,
            require_ack: send.require_ack,
        }
    }
}
