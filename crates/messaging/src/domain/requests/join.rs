//! `conversation:join` and `conversation:leave`, and what there is to see in between.

use homeroom_contract::{ClassId, Role, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::MessageView;
use crate::domain::{ConversationId, MessageId, PresenceStatus, Reading};

/// Joins a conversation that the sender is in: what was said last, how far everyone is, and all that is said from now on. To
/// anyone else there is no such conversation (`NOT_FOUND`); who has no staff of the own school in it any more gets
/// `SUPERVISION_REQUIRED`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct JoinConversation {
    /// The conversation; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
}

/// Leaves a conversation: nothing of it is pushed any more but what is unread. Who left is still in it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LeaveConversation {
    /// The conversation; it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
}

/// A conversation as somebody who is in it sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversationData {
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
    pub about: Option<super::About>,
    /// Who opened it.
    pub opened_by: UserId,
    /// When.
    pub opened_at: Timestamp,
    /// Everyone who is in it.
    pub participants: Vec<ParticipantView>,
    /// What was said last, oldest first: at most 50 messages (`messaging.limits.page_default`).
    pub messages: Vec<MessageView>,
    /// Whether there is more before these; `conversation:history` has it.
    pub has_more: bool,
    /// How far the others have read, as far as they let it be known.
    pub reads: Vec<ReadView>,
    /// Messages that the sender hasn't read.
    pub unread: u64,
    /// Whether the sender leaves it out of the total of what is unread.
    pub is_muted: bool,
    /// Who is typing.
    pub typing: Vec<UserId>,
    /// Who is there; who isn't listed is offline, and was not seen of late.
    pub presence: Vec<PresenceView>,
}

/// Somebody in a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ParticipantView {
    /// The person.
    pub user_id: UserId,
    /// The name by which the person goes.
    pub name: String,
    /// As what the person is in it.
    pub role: Role,
}

/// How far somebody has read, as far as others may know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReadView {
    /// The person.
    pub user_id: UserId,
    /// The last message that the person has read; all before it are read too.
    pub message_id: MessageId,
    /// That message's number.
    pub seq: u64,
}

/// How present somebody is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PresenceView {
    /// The person.
    pub user_id: UserId,
    /// How present.
    pub status: PresenceStatus,
    /// When the person was last heard of.
    pub last_seen_at: Timestamp,
}

impl ReadView {
    /// What others see of a person's reading; nothing of what was read in private.
    pub fn of(user: &UserId, reading: &Reading) -> Option<Self> {
        reading.shown.as_ref().map(|shown| Self {
            user_id: user.clone(),
            message_id: shown.message_id.clone(),
            seq: shown.seq,
        })
    }
}

impl JoinConversation {
    /// That conversation.
    pub fn of(conversation: ConversationId) -> Self {
        Self { conversation_id: Some(conversation) }
    }
}

impl LeaveConversation {
    /// That conversation.
    pub fn of(conversation: ConversationId) -> Self {
        Self { conversation_id: Some(conversation) }
    }
}
