//! What can go wrong with a roster.

use homeroom_contract::Failure;
use homeroom_journal::DatabaseError;

/// Why the roster gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum RosterError {
    /// There is no such thing in the actor's tenant; whether another tenant has one is not told.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The rules don't allow it.
    #[error("the roster does not allow it")]
    Unauthorized,
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl From<RosterError> for Failure {
    fn from(error: RosterError) -> Self {
        match error {
            RosterError::NotFound(what) => Failure::not_found(what),
            RosterError::Unauthorized => Failure::unauthorized(),
            RosterError::Database(cause) => cause.into(),
        }
    }
}
