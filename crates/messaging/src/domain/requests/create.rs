//! `conversation:create`: a new conversation, between people or in a class.

use homeroom_contract::{ClassId, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{ConversationId, MessagingError};

/// Opens a conversation. Without `classId` it is one between the sender and `participantIds`: staff with each other, families with
/// staff of their school. With a student in it there has to be staff of the student's school, else it is `SUPERVISION_REQUIRED`;
/// guardians don't meet here, and who may not talk with each other gets `UNAUTHORIZED`.
///
/// With `classId` it is the class's, opened by its staff: without `participantIds` of everyone enrolled and the staff, else of
/// those of the class who are named and of guardians of its students. Everyone in a class has one conversation: to open it
/// again is answered with that one, and tells nobody.
///
/// `NOT_FOUND` for a class or a person that isn't of the district, `VALIDATION_ERROR` where nobody but the sender would be in it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateConversation {
    /// The class whose conversation it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
    /// Who shall be in it beside the sender, at most 200 (`messaging.limits.participants`); needed without `classId`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participant_ids: Option<Vec<UserId>>,
    /// Its name, 1 to 255 characters (`messaging.limits.title_chars`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Whom it is about; not in a class's. Everyone in it must be allowed to hear of the student: `UNAUTHORIZED` otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<About>,
}

/// Whom a conversation is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct About {
    /// The student.
    pub student_id: UserId,
}

/// The conversation is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversationOpened {
    /// The conversation.
    pub conversation_id: ConversationId,
}

/// Whom a `conversation:create` brings together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Invitation<'a> {
    /// The sender and these people.
    People {
        /// Those who are named.
        participants: &'a [UserId],
        /// The student whom it is about, if it is about one.
        about: Option<&'a UserId>,
    },
    /// Everyone in that class.
    Class(&'a ClassId),
    /// The sender and these people of that class, or guardians of its students.
    ClassGroup {
        /// The class.
        class: &'a ClassId,
        /// Those who are named.
        participants: &'a [UserId],
    },
}

impl CreateConversation {
    /// Whom it brings together; `VALIDATION_ERROR` if it says neither a class nor people, and for a class's that is about a
    /// student.
    pub fn invitation(&self) -> Result<Invitation<'_>, MessagingError> {
        let about = self.about.as_ref().map(|about| &about.student_id);
        match (&self.class_id, self.participant_ids.as_deref()) {
            (Some(_), _) if about.is_some() => Err(MessagingError::AboutInClass),
            (Some(class), Some(participants)) => Ok(Invitation::ClassGroup { class, participants }),
            (Some(class), None) => Ok(Invitation::Class(class)),
            (None, Some(participants)) => Ok(Invitation::People { participants, about }),
            (None, None) => Err(MessagingError::Alone),
        }
    }

    /// A conversation with these people.
    pub fn with(participants: impl IntoIterator<Item = UserId>) -> Self {
        Self { participant_ids: Some(participants.into_iter().collect()), ..Self::default() }
    }

    /// The conversation of everyone in that class.
    pub fn of_class(class: ClassId) -> Self {
        Self { class_id: Some(class), ..Self::default() }
    }
}
