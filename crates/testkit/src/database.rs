//! An empty database for one test: every test of SQL runs on both kinds.

use std::env;

use tempfile::TempDir;

use crate::Postgres;
use crate::error::{Error, or_panic};

/// An empty database for one test, gone afterwards.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    folder: Option<TempDir>,
}

impl TestDatabase {
    /// A new database in the [shared](Postgres::shared) PostgreSQL.
    #[track_caller]
    pub fn postgres() -> Self {
        Self::in_postgres(Postgres::shared())
    }

    /// A new database in a PostgreSQL of the test's own.
    #[track_caller]
    pub fn in_postgres(postgres: &Postgres) -> Self {
        Self { url: postgres.fresh_database(), folder: None }
    }

    /// A new SQLite file in a folder of its own.
    #[track_caller]
    pub fn sqlite() -> Self {
        let folder = or_panic(TempDir::new().map_err(|source| Error::File { path: env::temp_dir(), source }));
        let url = format!("sqlite://{}", folder.path().join("homeroom.db").display());
        Self { url, folder: Some(folder) }
    }

    /// As `DATABASE_URL` has it: `postgres://…` or `sqlite://…` (the file doesn't exist yet).
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether it is SQLite.
    pub fn is_sqlite(&self) -> bool {
        self.folder.is_some()
    }
}

/// Makes two tests of each function, `name::sqlite` and `name::postgres`, each with an empty database of its own.
///
/// ```
/// homeroom_testkit::on_both_databases! {
///     /// What the test shows.
///     async fn the_url_says_which(database: homeroom_testkit::TestDatabase) {
///         assert_eq!(database.url().starts_with("sqlite://"), database.is_sqlite());
///     }
/// }
/// ```
///
/// A file in `tests/` begins with `#![cfg(test)]`, so that the lints let all of it unwrap. The crate that uses it needs `tokio` with `macros` and `rt-multi-thread`.
#[macro_export]
macro_rules! on_both_databases {
    ($($(#[$about:meta])* async fn $name:ident($database:ident: $type:ty) $(-> $returns:ty)? $body:block)*) => {$(
        // Marked as a test's own, so that the lints let it unwrap.
        #[cfg(test)]
        $(#[$about])*
        async fn $name($database: $type) $(-> $returns)? $body

        #[cfg(test)]
        mod $name {
            #[::tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() $(-> $returns)? {
                super::$name($crate::TestDatabase::sqlite()).await
            }

            #[::tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() $(-> $returns)? {
                super::$name($crate::TestDatabase::postgres()).await
            }
        }
    )*};
}
