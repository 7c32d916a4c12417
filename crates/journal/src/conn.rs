//! One connection of either database with, usually, an open transaction on it.
//!
//! What always holds: a connection goes back to its pool only in a known state. Whatever was not committed is rolled back when
//! the [`Conn`] is dropped, and a connection on which something was still under way then is closed instead.

use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection};
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use crate::DatabaseError;
use crate::database::Deaths;
use crate::sql::Running;

/// How long a connection may take to roll back and to answer before it is given up.
const RETURN_TIMEOUT: Duration = Duration::from_secs(2);

/// Which database this is, where a statement has to differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// PostgreSQL.
    Postgres,
    /// SQLite.
    Sqlite,
}

/// An open transaction on either database (or a connection for single reading statements, see
/// [`Database::lookup`](crate::Database::lookup)). Statements are run on it with [`sql!`](crate::sql).
///
/// Dropping it rolls back.
#[derive(Debug)]
pub struct Conn {
    raw: Option<Raw>,
    state: State,
    statement_timeout: Duration,
    commit_timeout: Duration,
    deaths: Deaths,
    returns: TaskTracker,
}

#[derive(Debug)]
pub(crate) enum Raw {
    Postgres(PoolConnection<Postgres>),
    Sqlite(PoolConnection<Sqlite>),
}

#[derive(Debug, Default)]
pub(crate) struct State {
    /// Whether a transaction is open.
    pub(crate) open: bool,
    /// Whether a statement was sent whose answer has not come, or was that nothing more will come.
    pub(crate) in_flight: bool,
    /// Whether a statement failed. PostgreSQL then turns COMMIT into ROLLBACK without calling it an error.
    pub(crate) failed: bool,
}

/// The connection inside, for the macro.
#[doc(hidden)]
#[derive(Debug)]
pub enum Opened<'c> {
    Postgres(&'c mut PgConnection),
    Sqlite(&'c mut SqliteConnection),
    Gone,
}

/// The times that a connection is held to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timeouts {
    pub(crate) statement: Duration,
    pub(crate) commit: Duration,
}

impl Conn {
    pub(crate) fn new(raw: Raw, timeouts: Timeouts, deaths: Deaths, returns: TaskTracker) -> Self {
        Self {
            raw: Some(raw),
            state: State::default(),
            statement_timeout: timeouts.statement,
            commit_timeout: timeouts.commit,
            deaths,
            returns,
        }
    }

    /// Which database this is.
    pub fn dialect(&self) -> Dialect {
        match self.raw {
            Some(Raw::Postgres(_)) => Dialect::Postgres,
            Some(Raw::Sqlite(_)) | None => Dialect::Sqlite,
        }
    }

    /// For the macro: the connection, and what watches over the statement.
    #[doc(hidden)]
    pub fn open_for_statement(&mut self) -> (Running<'_>, Opened<'_>) {
        let opened = match &mut self.raw {
            Some(Raw::Postgres(raw)) => Opened::Postgres(raw),
            Some(Raw::Sqlite(raw)) => Opened::Sqlite(raw),
            None => Opened::Gone,
        };
        (Running::new(&mut self.state, self.statement_timeout), opened)
    }

    /// Sends BEGIN in one of its forms.
    pub(crate) async fn start(&mut self, begin: &'static str) -> Result<(), DatabaseError> {
        // Marked before, so that a BEGIN which is abandoned half way leads to a rollback.
        self.state.open = true;
        crate::sql!(self, |c| sqlx::raw_sql(begin).execute(c)).map(|_| ())
    }

    /// Makes it so. An error other than [`DatabaseError::OutcomeUnknown`] means that nothing took effect.
    pub async fn commit(mut self) -> Result<(), DatabaseError> {
        if self.state.failed || self.state.in_flight || !self.state.open {
            return Err(DatabaseError::Spoilt);
        }
        self.state.in_flight = true;
        let commit = async {
            match &mut self.raw {
                Some(Raw::Postgres(raw)) => sqlx::raw_sql("COMMIT").execute(&mut **raw).await.map(|_| ()),
                Some(Raw::Sqlite(raw)) => sqlx::raw_sql("COMMIT").execute(&mut **raw).await.map(|_| ()),
                None => Err(sqlx::Error::PoolClosed),
            }
        };
        match timeout(self.commit_timeout, commit).await {
            Ok(Ok(())) => {
                self.state.open = false;
                self.state.in_flight = false;
                Ok(())
            }
            Ok(Err(error)) => Err(DatabaseError::at_commit(error)),
            Err(_) => Err(DatabaseError::OutcomeUnknown(DatabaseError::timed_out())),
        }
    }
}

impl Drop for Conn {
    fn drop(&mut self) {
        let State { open, in_flight, failed: _ } = self.state;
        match self.raw.take() {
            Some(Raw::Postgres(mut raw)) => {
                if in_flight {
                    // The server is still busy with it, or gone. It rolls back when it sees that we have left.
                    raw.close_on_drop();
                    self.deaths.note();
                } else {
                    self.returns.spawn(return_postgres(raw, open, self.deaths.clone()));
                }
            }
            // SQLite's own thread does one thing after the other, so a rollback comes after what is still under way.
            Some(Raw::Sqlite(raw)) => {
                self.returns.spawn(return_sqlite(raw, open));
            }
            None => {}
        }
    }
}

async fn return_postgres(mut raw: PoolConnection<Postgres>, open: bool, deaths: Deaths) {
    if open {
        let rolled_back = timeout(RETURN_TIMEOUT, sqlx::raw_sql("ROLLBACK").execute(&mut *raw)).await;
        if !matches!(rolled_back, Ok(Ok(_))) {
            raw.close_on_drop();
            deaths.note();
            return;
        }
    }
    // What the pool does by itself on drop (a ping, then back on the list), but a server that has fallen silent does not
    // keep the place for ever.
    let returned = timeout(RETURN_TIMEOUT, raw.return_to_pool()).await;
    if returned.is_err() {
        deaths.note();
        tracing::warn!("a connection did not answer on its way back to the pool and was closed");
    }
}

async fn return_sqlite(mut raw: PoolConnection<Sqlite>, open: bool) {
    if open && let Err(error) = sqlx::raw_sql("ROLLBACK").execute(&mut *raw).await {
        // A COMMIT whose answer nobody waited for has left nothing to roll back, nor has a BEGIN that failed.
        let nothing_open = matches!(&error, sqlx::Error::Database(answer) if answer.message().contains("no transaction is active"));
        if !nothing_open {
            tracing::warn!(%error, "a rollback failed; the connection is opened anew");
            raw.close_on_drop();
            return;
        }
    }
    raw.return_to_pool().await;
}
