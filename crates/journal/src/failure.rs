//! What can go wrong with the journal, and what of it a client is told.

use std::error::Error;
use std::time::Duration;

use homeroom_contract::{Code, Failure};

use crate::DatabaseError;

/// Why the journal could not do it. Unless it is [`DatabaseError::OutcomeUnknown`], nothing took effect.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The same command was committed under the same `clientId` while this one was under way. The stored reply is there now.
    #[error("the same command was committed at the same time")]
    Twin,
    /// The `clientId` was used with another command or another body.
    #[error("the clientId was used before with another command or body")]
    IdempotencyMismatch,
    /// Too much is told to one of the rooms that would hear of it.
    #[error("too much is told to a room")]
    Crowded {
        /// How long until there is a place again.
        retry_after: Duration,
    },
    /// An event or a reply can't be stored as it is: a mistake in the code that made it.
    #[error("{what} can't be stored")]
    Unfit {
        /// The event's kind, or `reply`.
        what: &'static str,
        /// The reason.
        #[source]
        cause: Box<dyn Error + Send + Sync>,
    },
    /// What is stored can't be read.
    #[error("{what} can't be read back")]
    Unreadable {
        /// What was being read.
        what: &'static str,
        /// The reason.
        #[source]
        cause: Box<dyn Error + Send + Sync>,
    },
}

impl JournalError {
    pub(crate) fn unfit(what: &'static str, cause: impl Error + Send + Sync + 'static) -> Self {
        Self::Unfit { what, cause: Box::new(cause) }
    }

    pub(crate) fn unreadable(what: &'static str, cause: impl Error + Send + Sync + 'static) -> Self {
        Self::Unreadable { what, cause: Box::new(cause) }
    }
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::Database(error) => error.into(),
            JournalError::Twin => {
                Failure::new(Code::Busy, "The same command is being carried out already. Try again.")
                    .retry_after(Duration::from_millis(200))
                    .because(error)
            }
            JournalError::IdempotencyMismatch => Failure::new(
                Code::IdempotencyMismatch,
                "This clientId was used before with another command or other values.",
            ),
            JournalError::Crowded { retry_after } => {
                Failure::new(Code::RateLimitExceeded, "Too much is going on in this room.")
                    .retry_after(retry_after)
            }
            JournalError::Unfit { .. } | JournalError::Unreadable { .. } => Failure::internal(error),
        }
    }
}
