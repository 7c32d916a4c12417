//! What can go wrong between us and the database, sorted by what it means for the caller: nothing happened, nobody knows,
//! try again, or our fault.

use std::time::Duration;

use homeroom_contract::{Code, Failure};
use sqlx::error::DatabaseError as Answer;
use sqlx::postgres::{PgDatabaseError, PgSeverity};
use sqlx::sqlite::SqliteError;

/// Why a database operation failed.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The database can't be reached, is shutting down or is full. Nothing took effect.
    #[error("the database is away")]
    Unavailable(#[source] sqlx::Error),
    /// The connection was lost, or time ran out, while COMMIT was under way.
    #[error("the answer to COMMIT was lost")]
    OutcomeUnknown(#[source] sqlx::Error),
    /// Another transaction was in the way: a deadlock, a lock held for too long, a serialization failure. Nothing took
    /// effect; the same again may succeed.
    #[error("another transaction was in the way")]
    Conflict(#[source] sqlx::Error),
    /// A constraint of the schema refused a row.
    #[error("a constraint refused a row")]
    Constraint(#[source] sqlx::Error),
    /// A statement of this transaction failed or was abandoned before: it can only be rolled back.
    #[error("a statement of this transaction failed before")]
    Spoilt,
    /// The address is not one of `postgres://…` and `sqlite://PATH`.
    #[error("a database address begins with postgres:// or sqlite://")]
    Address,
    /// The schema could not be brought up to date.
    #[error("the migrations failed")]
    Migration(#[source] sqlx::migrate::MigrateError),
    /// Anything else: an error in a statement, a row that can't be read, a damaged file.
    #[error("the database answered with an error")]
    Other(#[source] sqlx::Error),
}

/// What an answer of the database means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Away,
    Conflict,
    Constraint,
    Other,
}

/// PostgreSQL: Appendix A, Error Codes. SQLite: Result and Error Codes (the low byte is the primary code).
fn class(answer: &dyn Answer) -> Class {
    let code = answer.code().unwrap_or_default();
    if answer.try_downcast_ref::<PgDatabaseError>().is_some() {
        return match code.get(..2).unwrap_or_default() {
            // 57014: the statement timeout, in practice a lock that was not to be had.
            "57" if code == "57014" => Class::Conflict,
            // 57P0x: shutting down, crashed, starting; 08: connection; 53: resources; 58: system; 25006: now a replica.
            "08" | "53" | "57" | "58" => Class::Away,
            "25" if code == "25006" => Class::Away,
            "40" => Class::Conflict,
            "55" if code == "55P03" => Class::Conflict,
            "23" => Class::Constraint,
            _ => Class::Other,
        };
    }
    match code.parse::<u32>().map(|code| code & 0xff) {
        Ok(5 | 6) => Class::Conflict,
        Ok(8 | 10 | 13 | 14) if answer.try_downcast_ref::<SqliteError>().is_some() => Class::Away,
        Ok(19) => Class::Constraint,
        _ => Class::Other,
    }
}

/// Whether a server that a statement has failed on is still there for more on the same connection.
pub(crate) fn stays(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(answer) = error else { return false };
    // It has hung up with that, or is a replica now.
    let fatal = answer
        .try_downcast_ref::<PgDatabaseError>()
        .is_some_and(|answer| matches!(answer.severity(), PgSeverity::Fatal | PgSeverity::Panic));
    !fatal && answer.code().as_deref() != Some("25006")
}

impl From<sqlx::Error> for DatabaseError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            // Protocol: somebody between who takes connections for a server that is gone, and hangs up.
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Unavailable(error),
            sqlx::Error::Database(answer) => match class(answer.as_ref()) {
                Class::Away => Self::Unavailable(error),
                Class::Conflict => Self::Conflict(error),
                Class::Constraint => Self::Constraint(error),
                Class::Other => Self::Other(error),
            },
            _ => Self::Other(error),
        }
    }
}

impl DatabaseError {
    /// No answer within the time allowed.
    pub(crate) fn timed_out() -> sqlx::Error {
        sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())
    }

    /// What an error means that COMMIT ended with. Only what surely rolled back is told as such: a server that is shut down
    /// may have committed before it said so, and a disk that failed may still have taken the record.
    pub(crate) fn at_commit(error: sqlx::Error) -> Self {
        let surely_rolled_back = match &error {
            sqlx::Error::Database(answer) => {
                let full = answer.try_downcast_ref::<SqliteError>().is_some()
                    && answer.code().as_deref() == Some("13");
                full || class(answer.as_ref()) == Class::Conflict
                    || class(answer.as_ref()) == Class::Constraint
            }
            _ => false,
        };
        if surely_rolled_back { error.into() } else { Self::OutcomeUnknown(error) }
    }
}

impl From<DatabaseError> for Failure {
    fn from(error: DatabaseError) -> Self {
        match &error {
            DatabaseError::Unavailable(_) => Failure::new(
                Code::Unavailable,
                "The database can't be reached right now. Nothing was changed.",
            )
            .retry_after(Duration::from_secs(1))
            .because(error),
            DatabaseError::OutcomeUnknown(_) => Failure::new(
                Code::OutcomeUnknown,
                "It is not known whether this took effect. Repeat it with the same clientId.",
            )
            .retry_after(Duration::from_secs(1))
            .because(error),
            DatabaseError::Conflict(_) => {
                Failure::new(Code::Busy, "Too much is going on at once. Try again.")
                    .retry_after(Duration::from_millis(200))
                    .because(error)
            }
            _ => Failure::internal(error),
        }
    }
}
