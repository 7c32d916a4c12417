//! Reports of messages, and who moderates.
//!
//! Moderators are the administrators of the conversation's school. If one of them sent the message, or there are none, the
//! district's administrators are. A report never goes to a room in which its message's sender is: nobody reads there who reported
//! them.

use std::collections::BTreeSet;

use homeroom_contract::{OrgId, Room, Timestamp, UserId, field};
use serde::{Deserialize, Serialize};

use crate::domain::{
    Attachment, Conversation, ConversationId, Limits, Message, MessageId, MessagingError, MessagingRoom,
    Participants, ReportId,
};

/// Whose room a report goes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "camelCase")]
pub enum Moderators {
    /// The school's administrators.
    School(OrgId),
    /// The district's administrators.
    District(OrgId),
}

/// Who could moderate a conversation, as the roster has it: by all roles that each holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Administrators {
    /// Those in the room of the conversation's school, [`MessagingRoom::SchoolAdmins`]; nobody if it has no school.
    pub of_school: BTreeSet<UserId>,
    /// The district's org, or the school's where a school is its own tenant.
    pub district_id: OrgId,
    /// Those in the district's room, [`MessagingRoom::DistrictAdmins`].
    pub of_district: BTreeSet<UserId>,
}

impl Moderators {
    /// Who moderates what that sender said: the first room that has somebody in it, and not the sender.
    fn of(
        conversation: &Conversation,
        sender: &UserId,
        administrators: &Administrators,
    ) -> Result<Self, MessagingError> {
        let is_independent = |admins: &BTreeSet<UserId>| !admins.is_empty() && !admins.contains(sender);
        match &conversation.school_id {
            Some(school) if is_independent(&administrators.of_school) => Ok(Self::School(school.clone())),
            _ if is_independent(&administrators.of_district) => {
                Ok(Self::District(administrators.district_id.clone()))
            }
            _ => Err(MessagingError::NobodyIndependent),
        }
    }

    /// The room that they are in.
    pub fn room(&self) -> Room {
        match self {
            Self::School(school) => MessagingRoom::SchoolAdmins(school.clone()).room(),
            Self::District(district) => MessagingRoom::DistrictAdmins(district.clone()).room(),
        }
    }
}

/// Who reports a message, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reporting {
    /// The report's new id.
    pub report_id: ReportId,
    /// Who reports it.
    pub reported_by: UserId,
    /// Why, 1 to 2,000 characters.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// A report of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
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
    pub attachments: Vec<Attachment>,
    /// When it was deleted, if it had been.
    pub deleted_at: Option<Timestamp>,
    /// Who reported it.
    pub reported_by: UserId,
    /// Why.
    pub reason: String,
    /// When.
    pub reported_at: Timestamp,
    /// Who is to look at it.
    pub moderators: Moderators,
}

impl Report {
    /// Reports a message, deleted or not: deleting it doesn't take it out of the moderators' hands.
    ///
    /// `NOT_FOUND` or `SUPERVISION_REQUIRED` to who isn't in the message's conversation, `NOT_FOUND` too if nobody could moderate it
    /// but its sender; `VALIDATION_ERROR` for one's own message and for a blank reason.
    pub fn of(
        message: &Message,
        conversation: &Conversation,
        participants: &Participants,
        administrators: &Administrators,
        reporting: Reporting,
        limits: &Limits,
    ) -> Result<Self, MessagingError> {
        let Reporting { report_id, reported_by, reason, at } = reporting;
        if conversation.conversation_id != message.conversation_id {
            return Err(MessagingError::NotFound("message"));
        }
        participants.admit_to(message, &reported_by)?;
        if reported_by == message.sender_id {
            return Err(MessagingError::OwnMessage);
        }
        field::text("reason", &reason, limits.reason_chars)?;
        Ok(Self {
            report_id,
            conversation_id: message.conversation_id.clone(),
            message_id: message.message_id.clone(),
            sender_id: message.sender_id.clone(),
            sender_name: message.sender_name.clone(),
            body: message.body.clone(),
            attachments: message.attachments.clone(),
            deleted_at: message.deleted.as_ref().map(|deletion| deletion.at),
            reported_by,
            reason,
            reported_at: at,
            moderators: Moderators::of(conversation, &message.sender_id, administrators)?,
        })
    }
}
