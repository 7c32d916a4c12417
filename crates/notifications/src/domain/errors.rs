//! What is refused, each with the stable code that clients branch on.

use homeroom_contract::{Code, Failure, FieldError};

/// Why something about notifications is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotificationError {
    /// There is no such thing in this district, or not in this person's inbox.
    #[error("There is no such {0}.")]
    NotFound(&'static str),
    /// Whoever asks has no right to it.
    #[error("You may not do this.")]
    NotAllowed,
    /// Only what is urgent goes to everyone.
    #[error("Only an urgent notification can go to everyone.")]
    UrgentOnly,
    /// People of that role aren't addressed together.
    #[error("Nobody can be addressed by this role.")]
    NoSuchGroup,
    /// The link leads somewhere that it may not.
    #[error("link must be a path that begins with one slash, or an https address.")]
    BadLink,
    /// The quiet hours end when they begin.
    #[error("quietHours must not end when they begin.")]
    NoQuietHours,
    /// What was dismissed can't be put off.
    #[error("The notification has been dismissed.")]
    Dismissed,
    /// A text says nothing or too much, or a value lies outside of its range.
    #[error(transparent)]
    Field(#[from] FieldError),
}

impl NotificationError {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::NotFound(_) => Code::NotFound,
            Self::NotAllowed => Code::Unauthorized,
            Self::Dismissed => Code::Locked,
            Self::UrgentOnly | Self::NoSuchGroup | Self::BadLink | Self::NoQuietHours => {
                Code::ValidationError
            }
            Self::Field(error) => error.code(),
        }
    }

    /// The path of the value that was wrong, if it was a value. A field says it itself.
    fn path(&self) -> Option<&'static str> {
        match self {
            Self::NotFound(_) | Self::NotAllowed | Self::Dismissed | Self::Field(_) => None,
            Self::UrgentOnly => Some("priority"),
            Self::NoSuchGroup => Some("target.role"),
            Self::BadLink => Some("link"),
            Self::NoQuietHours => Some("quietHours"),
        }
    }
}

impl From<NotificationError> for Failure {
    fn from(error: NotificationError) -> Self {
        if let NotificationError::Field(error) = error {
            return error.into();
        }
        let failure = Failure::new(error.code(), error.to_string());
        match error.path() {
            Some(path) => failure.at(path),
            None => failure,
        }
    }
}
