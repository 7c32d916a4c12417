//! The database: PostgreSQL in production, SQLite as the embedded default. Native drivers, one SQL text.

use std::collections::HashMap;
use std::path::Path;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, PgPool, SqlitePool};
use tokio::time::{Instant, sleep, timeout_at};
use tokio_util::task::TaskTracker;

use crate::conn::{Raw, Timeouts};
use crate::{Conn, DatabaseError, DatabaseOptions, Dialect, sql};

/// A connection that has rested longer than this is asked whether it still lives before it is used. Where there is so little to do,
/// a round trip more is nothing.
const RESTED: Duration = Duration::from_millis(100);

/// Between one dead connection and the next try.
const PAUSE: Duration = Duration::from_millis(10);

const READ_ONLY: [&str; 2] = ["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "BEGIN DEFERRED"];

/// An open database. Clones share it.
#[derive(Debug, Clone)]
pub struct Database {
    pools: Pools,
    options: Arc<DatabaseOptions>,
    deaths: Deaths,
    returns: TaskTracker,
}

/// When a connection was last given up, broken or with something still under way. Others that have rested since before may have died
/// with it, as in a failover, and are asked: who only looks sends no BEGIN that would tell.
#[derive(Debug, Clone, Default)]
pub(crate) struct Deaths(Arc<Mutex<Option<Instant>>>);

impl Deaths {
    pub(crate) fn note(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Whether there was one while a connection rested that has done so for so long.
    fn was_one_within(&self, rest: Duration) -> bool {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.is_some_and(|last| last.elapsed() < rest)
    }
}

#[derive(Debug, Clone)]
enum Pools {
    Postgres { commands: PgPool, lookups: PgPool },
    Sqlite { writer: SqlitePool, readers: SqlitePool },
}

/// What a connection is for: whoever looks never waits for those who may wait for a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// To write, and so perhaps to wait for others who do.
    Write,
    /// To read for a call, for as long as that takes.
    Read,
    /// To have a short look.
    Look,
}

impl Database {
    /// Opens `postgres://…` or `sqlite://PATH`. The SQLite file and its folder are made if they are not there. PostgreSQL is
    /// not contacted yet: [`ping`](Self::ping) tells.
    pub async fn open(url: &str, options: DatabaseOptions) -> Result<Self, DatabaseError> {
        let deaths = Deaths::default();
        let pools = if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            postgres(url, &options, &deaths)?
        } else if url.starts_with("sqlite:") {
            sqlite(url, &options).await?
        } else {
            return Err(DatabaseError::Address);
        };
        Ok(Self { pools, options: Arc::new(options), deaths, returns: TaskTracker::new() })
    }

    /// Which database it is.
    pub fn dialect(&self) -> Dialect {
        match self.pools {
            Pools::Postgres { .. } => Dialect::Postgres,
            Pools::Sqlite { .. } => Dialect::Sqlite,
        }
    }

    /// Brings the schema up to date. Several nodes may do it at once: PostgreSQL lets one go first. What a newer version has added
    /// stays, and where nothing is missing nothing is asked that takes the right to change the schema.
    pub async fn migrate(&self) -> Result<(), DatabaseError> {
        let mut migrator = match self.dialect() {
            Dialect::Postgres => sqlx::migrate!("../../migrations/postgres"),
            Dialect::Sqlite => sqlx::migrate!("../../migrations/sqlite"),
        };
        migrator.set_ignore_missing(true);
        if self.has_all(&migrator).await {
            return Ok(());
        }
        match &self.pools {
            Pools::Postgres { commands, .. } => {
                // A connection of its own: a migration may take longer than any statement of a command.
                let options = commands.connect_options();
                let unlimited = [("statement_timeout", "0"), ("idle_in_transaction_session_timeout", "0")];
                let mut conn = PgConnectOptions::clone(&options).options(unlimited).connect().await?;
                let done = migrator.run(&mut conn).await;
                conn.close().await.ok();
                done.map_err(DatabaseError::Migration)
            }
            Pools::Sqlite { writer, .. } => migrator.run(writer).await.map_err(DatabaseError::Migration),
        }
    }

    /// Whether all of these migrations have been made; not if that can't be told.
    async fn has_all(&self, migrator: &Migrator) -> bool {
        const QUESTION: &str = "SELECT version, checksum FROM _sqlx_migrations WHERE success";
        let made = async {
            let mut conn = self.lookup().await?;
            sql!(conn, |c| sqlx::query_as::<_, (i64, Vec<u8>)>(QUESTION).fetch_all(c))
        };
        let made: HashMap<_, _> = made.await.unwrap_or_default().into_iter().collect();
        migrator.iter().all(|known| made.get(&known.version).is_some_and(|sum| *sum == *known.checksum))
    }

    /// Begins a transaction that may write (PostgreSQL: READ COMMITTED; SQLite: IMMEDIATE, so there is one at a time).
    pub async fn begin(&self) -> Result<Conn, DatabaseError> {
        self.connect(Purpose::Write, Some(["BEGIN ISOLATION LEVEL READ COMMITTED", "BEGIN IMMEDIATE"])).await
    }

    /// Begins a transaction that only reads, all of it as of one moment.
    pub async fn snapshot(&self) -> Result<Conn, DatabaseError> {
        self.connect(Purpose::Read, Some(READ_ONLY)).await
    }

    /// A connection without a transaction, for statements that only read, each for itself: a round trip instead of three. Those
    /// who write have none of these connections, so that a look at somebody's rights or at a stream's head is to be had however
    /// many commands wait for a lock. For what is short.
    pub async fn lookup(&self) -> Result<Conn, DatabaseError> {
        self.connect(Purpose::Look, None).await
    }

    /// [`lookup`](Self::lookup) for several statements, all of them as of one moment.
    pub async fn glimpse(&self) -> Result<Conn, DatabaseError> {
        self.connect(Purpose::Look, Some(READ_ONLY)).await
    }

    /// [`lookup`](Self::lookup) for a command that is about to begin, among those who write: a crowd of them keeps nobody else
    /// from looking.
    pub(crate) async fn lookup_for_command(&self) -> Result<Conn, DatabaseError> {
        self.connect(Purpose::Read, None).await
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), DatabaseError> {
        match self.ping_once().await {
            // A connection that died while it rested, perhaps. Now that this is known, no other dead one is taken for a live one.
            Err(DatabaseError::Unavailable(_)) => self.ping_once().await,
            done => done,
        }
    }

    async fn ping_once(&self) -> Result<(), DatabaseError> {
        let mut conn = self.lookup().await?;
        sql!(conn, |c| sqlx::query_scalar::<_, i32>("SELECT 1").fetch_one(c)).map(|_| ())
    }

    /// Lets every connection go that is no longer in use, and waits for those that are.
    pub async fn close(&self) {
        self.returns.close();
        self.returns.wait().await;
        match &self.pools {
            Pools::Postgres { commands, lookups } => {
                commands.close().await;
                lookups.close().await;
            }
            Pools::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
        }
    }

    /// Gets a connection and sends the first (PostgreSQL) or second (SQLite) of the two statements.
    async fn connect(
        &self,
        purpose: Purpose,
        begin: Option<[&'static str; 2]>,
    ) -> Result<Conn, DatabaseError> {
        let deadline = Instant::now() + self.options.acquire_timeout();
        loop {
            let attempt = async {
                let (raw, begin) = match &self.pools {
                    Pools::Postgres { commands, lookups } => {
                        let pool = if purpose == Purpose::Look { lookups } else { commands };
                        (Raw::Postgres(pool.acquire().await?), begin.map(|[text, _]| text))
                    }
                    Pools::Sqlite { writer, readers } => {
                        let pool = if purpose == Purpose::Write { writer } else { readers };
                        let raw = pool.acquire().await.map_err(queueing)?;
                        (Raw::Sqlite(raw), begin.map(|[_, text]| text))
                    }
                };
                let mut conn = Conn::new(raw, self.timeouts(), self.deaths.clone(), self.returns.clone());
                if let Some(begin) = begin {
                    conn.start(begin).await?;
                }
                Ok(conn)
            };
            match timeout_at(deadline, attempt).await {
                Ok(Err(DatabaseError::Unavailable(error)))
                    if !matches!(error, sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed) =>
                {
                    // A connection that died while it rested, most likely. BEGIN has changed nothing: take another.
                    if Instant::now() + PAUSE >= deadline {
                        return Err(DatabaseError::Unavailable(error));
                    }
                    tracing::debug!(%error, "a connection was dead");
                    sleep(PAUSE).await;
                }
                Ok(done) => return done,
                Err(_) if self.dialect() == Dialect::Sqlite => {
                    return Err(queueing(sqlx::Error::PoolTimedOut));
                }
                Err(_) => return Err(DatabaseError::Unavailable(DatabaseError::timed_out())),
            }
        }
    }

    fn timeouts(&self) -> Timeouts {
        Timeouts { statement: self.options.statement_timeout(), commit: self.options.commit_timeout() }
    }
}

/// SQLite's file is there even if its one writer has too much to do: that is no outage.
fn queueing(error: sqlx::Error) -> DatabaseError {
    match error {
        sqlx::Error::PoolTimedOut => DatabaseError::Conflict(error),
        error => error.into(),
    }
}

fn postgres(url: &str, options: &DatabaseOptions, deaths: &Deaths) -> Result<Pools, DatabaseError> {
    let statement_timeout = options.statement_timeout_ms.to_string();
    let idle_timeout = options.idle_in_transaction_ms.to_string();
    let connect = PgConnectOptions::from_str(url)
        .map_err(DatabaseError::Other)?
        .application_name("homeroom")
        .options([
            ("statement_timeout", statement_timeout.as_str()),
            ("idle_in_transaction_session_timeout", idle_timeout.as_str()),
        ]);
    let pool = |size: u32| {
        let deaths = deaths.clone();
        PgPoolOptions::new()
            .max_connections(size)
            .acquire_timeout(options.acquire_timeout())
            .test_before_acquire(false)
            .before_acquire(move |conn, meta| {
                let is_in_doubt = meta.idle_for > RESTED || deaths.was_one_within(meta.idle_for);
                Box::pin(async move {
                    if is_in_doubt {
                        conn.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_lazy_with(connect.clone())
    };
    Ok(Pools::Postgres { commands: pool(options.pool_size), lookups: pool(options.lookup_pool_size) })
}

async fn sqlite(url: &str, options: &DatabaseOptions) -> Result<Pools, DatabaseError> {
    let connect = SqliteConnectOptions::from_str(url)
        .map_err(DatabaseError::Other)?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // In WAL mode NORMAL survives a killed process, but a power cut takes the last commits with it. What was
        // acknowledged must survive both, so every COMMIT waits for the disk.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // Another process on the same file (a backup, the command line) may be writing.
        .busy_timeout(options.acquire_timeout());
    if let Some(folder) = connect.get_filename().parent().filter(|folder| *folder != Path::new("")) {
        tokio::fs::create_dir_all(folder).await.map_err(sqlx::Error::Io)?;
    }
    let pool = |size: u32| {
        SqlitePoolOptions::new()
            .max_connections(size)
            .acquire_timeout(options.acquire_timeout())
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
    };
    // The writer first: it makes the file and turns WAL on, which stays with the file.
    let writer = pool(1).connect_with(connect.clone()).await?;
    let readers = pool(options.readers).connect_lazy_with(connect.pragma("query_only", "ON"));
    Ok(Pools::Sqlite { writer, readers })
}
