//! Reports of messages, and who moderates.
//!
//! Moderators are the administrators of the conversation's school. If one of them sent the message, or the conversation has no
//! school, the district's administrators are: a principal doesn't learn in the school's room who reported the principal.

use homeroom_contract::{OrgId, Role, Room, Timestamp, UserId, field};
use serde::{Deserialize, Serialize};

use crate::domain::{
    Conversation, ConversationId, Limits, Message, MessageId, MessagingError, MessagingRoom, Party, ReportId,
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

impl Moderators {
    /// Who moderates what that sender said in a conversation. `district` is the district's org, or the school's where a school is
    /// its own tenant.
    pub fn of(conversation: &Conversation, district: &OrgId, sender: &Party) -> Self {
        match &conversation.school_id {
            Some(school) if !(sender.role == Role::SchoolAdmin && sender.schools.contains(school)) => {
                Self::School(school.clone())
            }
            _ => Self::District(district.clone()),
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
    /// What it said when it was reported; none if it had been deleted.
    pub body: Option<String>,
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
    /// `VALIDATION_ERROR` for one's own message and for a blank reason.
    pub fn of(
        message: &Message,
        reporting: Reporting,
        moderators: Moderators,
        limits: &Limits,
    ) -> Result<Self, MessagingError> {
        let Reporting { report_id, reported_by, reason, at } = reporting;
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
            body: message.said().map(str::to_owned),
            reported_by,
            reason,
            reported_at: at,
            moderators,
        })
    }
}
