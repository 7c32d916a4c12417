//! The events as clients receive them. Durable ones also carry `eventId`, `seq` and `timestamp`.
//!
//! A field that says nothing is left out.

use std::ops::Not;

use homeroom_contract::{ClassId, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{
    About, Attachment, ConversationId, FileId, FileStatus, MessageId, PresenceStatus, Priority, ReportId,
};

/// A conversation was opened; to everyone in it, on all devices. It is not joined by that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversationCreatedWsEvent {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Its name, if it was given one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The class, if it is a class's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
    /// The student whom it is about, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<About>,
    /// Who is in it, by id; absent where everyone in the class is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participant_ids: Option<Vec<UserId>>,
    /// Who opened it.
    pub created_by: UserId,
}

/// Something was said. Its `seq` is the message's number, its `timestamp` when it was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageNewWsEvent {
    /// The message.
    pub message_id: MessageId,
    /// Its conversation.
    pub conversation_id: ConversationId,
    /// Who sent it.
    pub sender_id: UserId,
    /// The name by which the sender goes.
    pub sender_name: String,
    /// What it says; plain text.
    pub body: String,
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
    /// Whether everyone who was in the conversation is asked to acknowledge it.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub require_ack: bool,
}

/// Somebody has read a conversation up to that message, and lets it be known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageReadWsEvent {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The last message that was read.
    pub message_id: MessageId,
    /// Who read it.
    pub user_id: UserId,
}

/// Messages have reached a device of somebody for the first time; to who sent them, once for each message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageDeliveredWsEvent {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The messages that arrived, oldest first: these and no others.
    pub message_ids: Vec<MessageId>,
    /// Whom they have reached.
    pub user_id: UserId,
}

/// A message says something else now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageUpdatedWsEvent {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The message.
    pub message_id: MessageId,
    /// What it says.
    pub body: String,
    /// When it was edited.
    pub edited_at: Timestamp,
}

/// A message was deleted: whoever has it takes what it said out of sight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageDeletedWsEvent {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The message.
    pub message_id: MessageId,
}

/// Somebody reacted to a message, or took a reaction away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageReactedWsEvent {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The message.
    pub message_id: MessageId,
    /// Who.
    pub user_id: UserId,
    /// An emoji or a short word.
    pub reaction: String,
    /// Whether it was added or taken away.
    pub is_set: bool,
}

/// Somebody acknowledged a message; to its sender, and to the person's own devices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageAcknowledgedWsEvent {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The message.
    pub message_id: MessageId,
    /// Who acknowledged it.
    pub user_id: UserId,
    /// When.
    pub acknowledged_at: Timestamp,
    /// How many have acknowledged it by now; for its sender only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<usize>,
    /// How many were asked; for its sender only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<usize>,
}

/// A message was reported; to the moderators.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageReportedWsEvent {
    /// The report.
    pub report_id: ReportId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The message.
    pub message_id: MessageId,
    /// Who sent it.
    pub sender_id: UserId,
    /// The name by which the sender went.
    pub sender_name: String,
    /// What it said when it was reported; of a deleted message, what it said last.
    pub body: String,
    /// The files that went with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// When it was deleted, if it had been.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
    /// Who reported it.
    pub reported_by: UserId,
    /// Why.
    pub reason: String,
}

/// What is unread has changed; to all devices of one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnreadChangedWsEvent {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// What is unread in it.
    pub unread: u64,
    /// What is unread in all conversations that aren't muted.
    pub total: u64,
}

/// Somebody is typing in a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserTypingWsEvent {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Who.
    pub user_id: UserId,
}

/// Somebody is no longer typing in a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserStopTypingWsEvent {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Who.
    pub user_id: UserId,
}

/// How present somebody is; to the conversations that the person has joined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PresenceUpdateWsEvent {
    /// Who.
    pub user_id: UserId,
    /// How present, over all devices.
    pub status: PresenceStatus,
    /// When the person was last heard of.
    pub last_seen_at: Timestamp,
}

/// How far the upload of a file is; to the other devices of who uploads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileProgressWsEvent {
    /// The file.
    pub file_id: FileId,
    /// How far, in percent, 0 to 100.
    pub progress: u8,
    /// What is being done with it.
    pub status: FileStatus,
}

homeroom_contract::events! {
    durable ConversationCreatedWsEvent = "conversation.created";
    durable MessageNewWsEvent = "message.new";
    durable MessageReadWsEvent = "message.read";
    durable MessageDeliveredWsEvent = "message.delivered";
    durable MessageUpdatedWsEvent = "message.updated";
    durable MessageDeletedWsEvent = "message.deleted";
    durable MessageReactedWsEvent = "message.reacted";
    durable MessageAcknowledgedWsEvent = "message.acknowledged";
    durable MessageReportedWsEvent = "message.reported";
    ephemeral UnreadChangedWsEvent = "unread.changed";
    ephemeral UserTypingWsEvent = "user:typing";
    ephemeral UserStopTypingWsEvent = "user:stop-typing";
    ephemeral PresenceUpdateWsEvent = "presence:update";
    ephemeral FileProgressWsEvent = "file.progress";
}
