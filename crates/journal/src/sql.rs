//! Running one statement, written once, on whichever database there is.
//!
//! What always holds: no statement runs without a time limit, and a transaction in which one failed or was abandoned can't be
//! committed.

use std::future::Future;
use std::time::Duration;

use sqlx::postgres::PgQueryResult;
use sqlx::sqlite::SqliteQueryResult;
use tokio::time::timeout;

use crate::conn::State;
use crate::{DatabaseError, error};

/// Runs one expression on either database and waits for it: `Result<_, DatabaseError>`.
///
/// The first argument is a [`Conn`](crate::Conn), a `&mut Conn` or what derefs to one ([`Tx`](crate::Tx),
/// [`Snapshot`](crate::Snapshot)). Placeholders are `$1`, `$2` … on both databases. What `execute` gives becomes the number of
/// affected rows, a `u64`; `fetch_all`, `fetch_optional` and `fetch_one` give what they always give (say the row type, as in
/// `query_as::<_, Row>`). With [`QueryBuilder`](sqlx::QueryBuilder) the expression is an `async` block:
///
/// ```
/// use homeroom_journal::{Conn, DatabaseError, sql};
///
/// async fn rename(conn: &mut Conn, tenant: &str, id: &str, title: &str) -> Result<bool, DatabaseError> {
///     let affected = sql!(conn, |c| {
///         sqlx::query("UPDATE books SET title = $3 WHERE tenant_id = $1 AND id = $2")
///             .bind(tenant).bind(id).bind(title).execute(c)
///     })?;
///     Ok(affected == 1)
/// }
///
/// async fn insert(conn: &mut Conn, tenant: &str, titles: &[(String, String)]) -> Result<u64, DatabaseError> {
///     sql!(conn, |c| async {
///         let mut insert = sqlx::QueryBuilder::new("INSERT INTO books (tenant_id, id, title) ");
///         insert.push_values(titles, |mut row, (id, title)| {
///             row.push_bind(tenant).push_bind(id).push_bind(title);
///         });
///         insert.build().execute(c).await
///     })
/// }
///
/// /// Where the databases differ, both are in the open.
/// async fn now(conn: &mut Conn) -> Result<String, DatabaseError> {
///     sql!(
///         conn,
///         postgres: |c| sqlx::query_scalar::<_, String>("SELECT now()::text").fetch_one(c),
///         sqlite: |c| sqlx::query_scalar::<_, String>("SELECT datetime('now')").fetch_one(c),
///     )
/// }
/// ```
#[macro_export]
macro_rules! sql {
    ($conn:expr, |$c:ident| $run:expr $(,)?) => {
        $crate::sql!($conn, postgres: |$c| $run, sqlite: |$c| $run)
    };
    ($conn:expr, postgres: |$p:ident| $postgres:expr, sqlite: |$s:ident| $sqlite:expr $(,)?) => {{
        use $crate::sql::Plain as _;
        // Says that the import is used even where only rows are counted.
        let () = $crate::sql::Got(()).into_answer();
        let (running, opened) = $conn.open_for_statement();
        match opened {
            $crate::sql::Opened::Postgres($p) => {
                running.run($postgres).await.map(|got| $crate::sql::Got(got).into_answer())
            }
            $crate::sql::Opened::Sqlite($s) => {
                running.run($sqlite).await.map(|got| $crate::sql::Got(got).into_answer())
            }
            $crate::sql::Opened::Gone => ::std::result::Result::Err($crate::DatabaseError::Spoilt),
        }
    }};
}

pub use crate::conn::Opened;

/// Watches over one statement.
#[derive(Debug)]
pub struct Running<'c> {
    state: &'c mut State,
    limit: Duration,
}

impl<'c> Running<'c> {
    pub(crate) fn new(state: &'c mut State, limit: Duration) -> Self {
        Self { state, limit }
    }

    /// Waits for the statement, but not for ever.
    pub async fn run<T>(
        self,
        statement: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Result<T, DatabaseError> {
        if self.state.failed || self.state.in_flight {
            return Err(DatabaseError::Spoilt);
        }
        self.state.in_flight = true;
        let result = match timeout(self.limit, statement).await {
            Ok(result) => result,
            Err(_) => Err(DatabaseError::timed_out()),
        };
        match &result {
            // The server has answered, and it was we who could not read it or found nothing.
            Ok(_)
            | Err(
                sqlx::Error::RowNotFound
                | sqlx::Error::ColumnDecode { .. }
                | sqlx::Error::Decode(_)
                | sqlx::Error::ColumnNotFound(_),
            ) => self.state.in_flight = false,
            Err(error) => {
                self.state.in_flight = !error::stays(error);
                self.state.failed = true;
            }
        }
        result.map_err(DatabaseError::from)
    }
}

/// An answer, so that both databases' [`execute`](sqlx::query::Query::execute) give the same type.
#[derive(Debug)]
pub struct Got<T>(pub T);

impl Got<PgQueryResult> {
    /// Rows affected.
    pub fn into_answer(self) -> u64 {
        self.0.rows_affected()
    }
}

impl Got<SqliteQueryResult> {
    /// Rows affected.
    pub fn into_answer(self) -> u64 {
        self.0.rows_affected()
    }
}

/// The answer as it is. The methods above come first, since they are not a trait's.
pub trait Plain<T> {
    /// The answer.
    fn into_answer(self) -> T;
}

impl<T> Plain<T> for Got<T> {
    fn into_answer(self) -> T {
        self.0
    }
}
