//! What a live class refuses, each with the stable code that clients branch on.

use homeroom_contract::{Code, Failure, FieldError, UserId};
use serde::Serialize;

use crate::domain::Lockable;

/// Why a live class refuses something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LiveClassError {
    /// There is no such thing in this district, or not in this class.
    #[error("There is no such {0}.")]
    NotFound(&'static str),
    /// Whoever asks has no right to it.
    #[error("You may not do this.")]
    NotAllowed,
    /// Staff sent this person out; it holds until the class ends.
    #[error("You were asked to leave this class.")]
    Removed,
    /// The class has ended.
    #[error("The class is over.")]
    ClassOver,
    /// As many are in there as may be.
    #[error("There is no place left.")]
    Full,
    /// A text or a list says nothing, or too much, or a value lies outside of its range.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// A list has too few entries.
    #[error("{field} needs at least {least} entries.")]
    TooFew {
        /// The field.
        field: &'static str,
        /// The fewest.
        least: usize,
    },
    /// Something comes twice in one list.
    #[error("{field} has an entry twice.")]
    Twice {
        /// The field.
        field: &'static str,
    },
    /// A person comes twice: nobody is in two breakouts.
    #[error("A student is listed twice.")]
    PersonTwice(UserId),
    /// The poll takes one choice.
    #[error("This poll takes one choice.")]
    OneChoice,
    /// Another poll of the class isn't closed yet.
    #[error("Another poll is open; close it first.")]
    PollOpen,
    /// The poll was closed.
    #[error("The poll is closed.")]
    PollClosed,
    /// The poll's time has run out.
    #[error("The time to vote is over.")]
    PollExpired,
    /// This person has voted, from here or from elsewhere.
    #[error("You have voted already.")]
    AlreadyVoted,
    /// Staff have locked this for the person.
    #[error("This is locked right now.")]
    Locked(Lockable),
    /// A lock's scope is a room in which nobody can be bound.
    #[error("scope must be the class, a breakout or a person.")]
    BadScope,
    /// A width is no share of the board.
    #[error("width must be above 0 and at most 1.")]
    BadWidth,
    /// A colour isn't written as `#rrggbb`.
    #[error("color must be written as #rrggbb.")]
    BadColor,
    /// The board holds as much as it can.
    #[error("The whiteboard is full.")]
    BoardFull,
    /// A student writes to a student while nobody of the staff is there.
    #[error("Students can write to each other only while a teacher is in the class.")]
    SupervisionRequired,
    /// A message to oneself.
    #[error("You can't write to yourself.")]
    ToOneself,
    /// Somebody else is showing the screen.
    #[error("Somebody else is sharing the screen.")]
    ScreenTaken,
    /// The class is in breakouts already.
    #[error("The class is in breakouts already; close them first.")]
    BreakoutsOpen,
    /// The breakouts' time has run out.
    #[error("The time of the breakouts is over.")]
    BreakoutsOver,
}

impl LiveClassError {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::NotFound(_) => Code::NotFound,
            Self::NotAllowed => Code::Unauthorized,
            Self::Removed => Code::Suspended,
            Self::Full => Code::RoomFull,
            Self::Field(error) => error.code(),
            Self::BoardFull => Code::PayloadTooLarge,
            Self::AlreadyVoted => Code::AlreadySubmitted,
            Self::PollExpired | Self::BreakoutsOver => Code::Expired,
            Self::SupervisionRequired => Code::SupervisionRequired,
            Self::ClassOver
            | Self::PollOpen
            | Self::PollClosed
            | Self::Locked(_)
            | Self::ScreenTaken
            | Self::BreakoutsOpen => Code::Locked,
            Self::TooFew { .. }
            | Self::Twice { .. }
            | Self::PersonTwice(_)
            | Self::OneChoice
            | Self::BadScope
            | Self::BadWidth
            | Self::BadColor
            | Self::ToOneself => Code::ValidationError,
        }
    }

    /// The path within the payload, if it is one field that is wrong. A [`FieldError`] says it itself.
    fn path(&self) -> Option<&'static str> {
        match self {
            Self::TooFew { field, .. } | Self::Twice { field } => Some(field),
            Self::PersonTwice(_) => Some("groups"),
            Self::OneChoice => Some("choices"),
            Self::BadScope => Some("scope"),
            Self::BadWidth => Some("width"),
            Self::BadColor => Some("color"),
            Self::BoardFull => Some("strokes"),
            Self::ToOneself | Self::SupervisionRequired => Some("toUserId"),
            _ => None,
        }
    }
}

/// What exactly was wrong.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Details<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locked: Option<Lockable>,
}

impl From<LiveClassError> for Failure {
    fn from(error: LiveClassError) -> Self {
        if let LiveClassError::Field(error) = error {
            return error.into();
        }
        let failure = Failure::new(error.code(), error.to_string());
        let details = Details { path: error.path(), user_id: None, locked: None };
        match &error {
            LiveClassError::PersonTwice(user) => {
                failure.with_details(Details { user_id: Some(user), ..details })
            }
            LiveClassError::Locked(what) => failure.with_details(Details { locked: Some(*what), ..details }),
            _ if details.path.is_some() => failure.with_details(details),
            _ => failure,
        }
    }
}
