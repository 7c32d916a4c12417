//! What can go wrong with shared state.

use std::error::Error;
use std::time::Duration;

use homeroom_contract::{Code, Failure};

/// Why it could not be done.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The store can't be reached, or did not answer in time. What was asked may have happened all the same.
    #[error("the shared state is away")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// No more fits in.
    #[error("the shared state is full")]
    Full,
    /// Something of another kind is kept under that key.
    #[error("something else is kept under this key")]
    WrongKind,
    /// The field to be incremented holds no number, or the sum would be too large.
    #[error("the field can't be incremented")]
    NotANumber,
    /// The store answered with an error.
    #[error("the shared state answered with an error")]
    Other(#[source] Box<dyn Error + Send + Sync>),
}

impl From<StateError> for Failure {
    fn from(error: StateError) -> Self {
        match error {
            StateError::Unavailable(_) => Failure::new(Code::Unavailable, "This is not possible right now.")
                .retry_after(Duration::from_secs(1))
                .because(error),
            StateError::Full => Failure::new(Code::Busy, "Too much is going on at once. Try again.")
                .retry_after(Duration::from_secs(1))
                .because(error),
            _ => Failure::internal(error),
        }
    }
}
