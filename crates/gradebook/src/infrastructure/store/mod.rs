//! The gradebook's tables. Every statement binds the tenant, and every function works on the caller's connection.

pub(crate) mod cells;
pub(crate) mod changes;
pub(crate) mod closings;
pub(crate) mod files;
pub(crate) mod line_items;

use std::error::Error;

use homeroom_journal::DatabaseError;

/// Rows in one statement: some 20 columns each stay below what SQLite binds at most (32,766).
const BATCH: usize = 500;

/// A row that isn't what was once written.
fn unreadable(error: impl Error + Send + Sync + 'static) -> DatabaseError {
    sqlx::Error::Decode(Box::new(error)).into()
}

/// A word that isn't one of ours.
#[derive(Debug, thiserror::Error)]
#[error("unknown word {0:?}")]
struct UnknownWord(String);
