//! `conversation:history`: what was said before; and a message as somebody in its conversation sees it.

use homeroom_contract::{Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{
    Acknowledgements, Attachment, ConversationId, Message, MessageId, Priority, ReactionView, Reactions,
};

/// Tells what was said in a conversation, a page at a time, from the newest back: the next page is before the `seq` of the oldest
/// message of this one.
///
/// `NOT_FOUND` for a conversation that the sender isn't in (`SUPERVISION_REQUIRED` if only for want of staff).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversationHistory {
    /// The conversation; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
    /// Only messages with a lower `seq`; without it, the newest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before_seq: Option<u64>,
    /// How many at most, 1 to 100 (`messaging.limits.page`), else it is `VALIDATION_ERROR`; 50 if nothing is said
    /// (`messaging.limits.page_default`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A page of what was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryPage {
    /// The messages, oldest first.
    pub messages: Vec<MessageView>,
    /// Whether there is more before these.
    pub has_more: bool,
}

/// A message as somebody in its conversation sees it now. One that was deleted has neither `body` nor anything that was in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageView {
    /// The message.
    pub message_id: MessageId,
    /// Its number, in the order of the journal: that of its `message.new`.
    pub seq: u64,
    /// When it was sent.
    pub timestamp: Timestamp,
    /// Who sent it.
    pub sender_id: UserId,
    /// The name by which the sender went then.
    pub sender_name: String,
    /// What it says; absent once it is deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The files that go with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// The message that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<MessageId>,
    /// Who is mentioned in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<UserId>,
    /// How urgent it is; absent if `normal`.
    #[serde(default, skip_serializing_if = "Priority::is_normal")]
    pub priority: Priority,
    /// When it was edited last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Timestamp>,
    /// When it was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
    /// How people reacted to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<ReactionView>,
    /// That whoever looks is asked to acknowledge it, and whether that was done; absent for those who aren't asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ack: Option<OwnAckView>,
    /// Who was asked to acknowledge it, and who did; for its sender only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asked: Vec<AskedView>,
}

/// One's own acknowledgement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnAckView {
    /// When one acknowledged it; `null` while one hasn't.
    pub acknowledged_at: Option<Timestamp>,
}

/// Somebody who was asked to acknowledge a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AskedView {
    /// The person.
    pub user_id: UserId,
    /// When the person acknowledged it; `null` while they haven't.
    pub acknowledged_at: Option<Timestamp>,
}

impl MessageView {
    /// What that person sees of a message.
    pub fn of(
        viewer: &UserId,
        seq: u64,
        message: &Message,
        reactions: &Reactions,
        acks: &Acknowledgements,
    ) -> Self {
        let blank = Self {
            message_id: message.message_id.clone(),
            seq,
            timestamp: message.sent_at,
            sender_id: message.sender_id.clone(),
            sender_name: message.sender_name.clone(),
            body: None,
            attachments: Vec::new(),
            reply_to: message.reply_to.clone(),
            mentions: Vec::new(),
            priority: Priority::Normal,
            edited_at: None,
            deleted_at: message.deleted.as_ref().map(|deletion| deletion.at),
            reactions: Vec::new(),
            ack: None,
            asked: Vec::new(),
        };
        let Some(body) = message.said() else { return blank };
        let is_sender = *viewer == message.sender_id;
        let asked = acks
            .each()
            .filter(|_| is_sender)
            .map(|(user, at)| AskedView { user_id: user.clone(), acknowledged_at: at });
        Self {
            body: Some(body.to_owned()),
            attachments: message.attachments.clone(),
            mentions: message.mentions.clone(),
            priority: message.priority,
            edited_at: message.edited_at,
            reactions: reactions.views(),
            ack: acks.is_asked(viewer).then(|| OwnAckView { acknowledged_at: acks.acknowledged_at(viewer) }),
            asked: asked.collect(),
            ..blank
        }
    }
}
