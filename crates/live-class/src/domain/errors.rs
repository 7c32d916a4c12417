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
    /// Nobody of the staff has opened the class yet.
    #[error("The class has not begun.")]
    NotBegun,
    /// The class has ended.
    #[error("The class is over.")]
    ClassOver,
    /// Whoever asks isn't in the class right now.
    #[error("You are not in this class.")]
    NotHere,
    /// As many are in there as may be.
    #[error("There is no place left.")]
    Full,
    /// A text or a list says nothing, or too much, or a value lies outside of its range.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// What is wrong is in an entry of a list.
    #[error("{error}")]
    At {
        /// The whole path within the payload, such as `strokes[2].width`.
        path: String,
        /// What is wrong there.
        error: Box<LiveClassError>,
    },
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
    /// The breakouts can't be given more time.
    #[error("The breakouts last as long as they may already.")]
    NoMoreTime,
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
            Self::NotHere => Code::NotInRoom,
            Self::Full => Code::RoomFull,
            Self::Field(error) => error.code(),
            Self::At { error, .. } => error.code(),
            Self::BoardFull => Code::PayloadTooLarge,
            Self::AlreadyVoted => Code::AlreadySubmitted,
            Self::PollExpired | Self::BreakoutsOver => Code::Expired,
            Self::SupervisionRequired => Code::SupervisionRequired,
            Self::NotBegun
            | Self::ClassOver
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
            | Self::ToOneself
            | Self::NoMoreTime => Code::ValidationError,
        }
    }

    /// The path within the payload, if it is one field that is wrong.
    pub fn path(&self) -> Option<String> {
        let field = match self {
            Self::Field(error) => return Some(error.path()),
            Self::At { path, .. } => return Some(path.clone()),
            Self::TooFew { field, .. } | Self::Twice { field } => field,
            Self::PersonTwice(_) => "groups",
            Self::OneChoice => "choices",
            Self::BadScope => "scope",
            Self::BadWidth => "width",
            Self::BadColor => "color",
            Self::BoardFull => "strokes",
            Self::ToOneself | Self::SupervisionRequired => "toUserId",
            Self::NoMoreTime => "deltaSec",
            _ => return None,
        };
        Some(field.to_owned())
    }

    /// The same, at that path.
    pub(crate) fn at(self, path: String) -> Self {
        match self {
            Self::At { error, .. } => Self::At { path, error },
            error => Self::At { path, error: Box::new(error) },
        }
    }

    /// The same, of something that is itself within the payload, such as `strokes[2]`.
    pub(crate) fn under(self, outer: String) -> Self {
        let path = self.path().map(|path| format!("{outer}.{path}"));
        self.at(path.unwrap_or(outer))
    }
}

/// What exactly was wrong.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Details<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locked: Option<Lockable>,
}

impl From<LiveClassError> for Failure {
    fn from(error: LiveClassError) -> Self {
        let failure = Failure::new(error.code(), error.to_string());
        let mut details = Details { path: error.path(), user_id: None, locked: None };
        let what = if let LiveClassError::At { error, .. } = &error { error } else { &error };
        match what {
            LiveClassError::PersonTwice(user) => details.user_id = Some(user),
            LiveClassError::Locked(what) => details.locked = Some(*what),
            _ if details.path.is_none() => return failure,
            _ => {}
        }
        failure.with_details(details)
    }
}
