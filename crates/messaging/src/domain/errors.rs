//! What messaging refuses, each with the stable code that clients branch on.

use homeroom_contract::{Code, Failure, FieldError, UserId};

/// Why messaging refuses something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MessagingError {
    /// There is no such thing in this district, or not for whoever asks.
    #[error("There is no such {0}.")]
    NotFound(&'static str),
    /// Whoever asks has no right to it.
    #[error("You may not do this.")]
    NotAllowed,
    /// A student or guardian would be in a conversation without staff of the own school or class.
    #[error("This conversation needs staff of the school in it.")]
    SupervisionRequired,
    /// Nobody but the opener would be in it.
    #[error("A conversation needs somebody else.")]
    Alone,
    /// These two may not be in a conversation with each other.
    #[error("Not everyone who is named may talk with everyone else.")]
    MayNotTalk(UserId, UserId),
    /// Guardians would be in a conversation with each other that isn't a class's.
    #[error("Guardians talk with each other only in a class's conversation that staff opened.")]
    GuardiansTogether,
    /// Somebody named belongs neither to the class nor to its students' guardians.
    #[error("Somebody who is named has nothing to do with the class.")]
    NotOfClass(UserId),
    /// A conversation is about a student whom somebody in it may not see.
    #[error("Not everyone who is named may hear of this student.")]
    MayNotHearOf(UserId),
    /// A class's conversation isn't about one student.
    #[error("A class's conversation can't be about one student.")]
    AboutInClass,
    /// Only staff may say that in this field.
    #[error("Only staff may ask for this ({0}).")]
    StaffOnly(&'static str),
    /// Somebody is mentioned who doesn't take part.
    #[error("Somebody is mentioned who doesn't take part.")]
    NotParticipant(UserId),
    /// A person or file is listed twice.
    #[error("{field} lists the same twice.")]
    Twice {
        /// The list.
        field: &'static str,
        /// What it lists twice.
        id: String,
    },
    /// Only the sender may do this to a message.
    #[error("Only its sender may change a message.")]
    NotSender,
    /// The message has been deleted.
    #[error("The message has been deleted.")]
    Deleted,
    /// The message doesn't ask this person for an acknowledgement.
    #[error("Nobody asked you to acknowledge this message.")]
    NotAsked,
    /// One's own message is to be reported.
    #[error("You can't report your own message.")]
    OwnMessage,
    /// Whoever could moderate the message is its sender, or there is nobody.
    #[error("Nobody here could look at this independently. Turn to somebody you trust.")]
    NobodyIndependent,
    /// A text, a list or a number says nothing, or too much.
    #[error(transparent)]
    Field(#[from] FieldError),
}

impl MessagingError {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::NotFound(_) | Self::NobodyIndependent => Code::NotFound,
            Self::NotAllowed
            | Self::MayNotTalk(..)
            | Self::GuardiansTogether
            | Self::NotOfClass(_)
            | Self::MayNotHearOf(_)
            | Self::StaffOnly(_)
            | Self::NotSender => Code::Unauthorized,
            Self::SupervisionRequired => Code::SupervisionRequired,
            Self::Deleted => Code::Locked,
            Self::Alone
            | Self::AboutInClass
            | Self::NotParticipant(_)
            | Self::Twice { .. }
            | Self::NotAsked
            | Self::OwnMessage => Code::ValidationError,
            Self::Field(error) => error.code(),
        }
    }

    /// Where in the payload it is wrong, and the ids that it is about. A [`FieldError`] says it itself.
    fn details(&self) -> Option<Details<'_>> {
        let details = |path, ids| Some(Details { path, ids });
        match self {
            Self::Alone | Self::GuardiansTogether => details("participantIds", vec![]),
            Self::MayNotTalk(one, other) => details("participantIds", vec![one.as_str(), other.as_str()]),
            Self::NotOfClass(user) => details("participantIds", vec![user.as_str()]),
            Self::MayNotHearOf(user) => details("about", vec![user.as_str()]),
            Self::AboutInClass => details("about", vec![]),
            Self::StaffOnly(field) => details(field, vec![]),
            Self::NotParticipant(user) => details("mentions", vec![user.as_str()]),
            Self::Twice { field, id } => details(field, vec![id]),
            Self::NotAsked | Self::OwnMessage | Self::NobodyIndependent => details("messageId", vec![]),
            Self::Field(_)
            | Self::NotFound(_)
            | Self::NotAllowed
            | Self::SupervisionRequired
            | Self::NotSender
            | Self::Deleted => None,
        }
    }
}

/// Where a value of the payload was wrong.
#[derive(serde::Serialize)]
struct Details<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ids: Vec<&'a str>,
}

impl From<MessagingError> for Failure {
    fn from(error: MessagingError) -> Self {
        if let MessagingError::Field(error) = error {
            return error.into();
        }
        let failure = Failure::new(error.code(), error.to_string());
        match error.details() {
            Some(details) => failure.with_details(details),
            None => failure,
        }
    }
}
