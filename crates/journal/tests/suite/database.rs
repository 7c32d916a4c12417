//! Transactions on either database: what goes in comes back, and what is not committed is gone.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use homeroom_contract::{Code, Failure};
use homeroom_journal::{Conn, Database, DatabaseError, DatabaseOptions, Dialect, sql};
use homeroom_testkit::{TestDatabase, on_both_databases};
use sqlx::Row as _;
use sqlx::types::Json;
use uuid::Uuid;

use crate::setup::{Fixture, Noted, START, call, note, open, open_with, stream, tenant};

async fn table(db: &Database) {
    let mut conn = db.begin().await.unwrap();
    sql!(
        conn,
        postgres: |c| sqlx::query(
            "CREATE TABLE things (id uuid PRIMARY KEY, name text, score double precision, ok boolean, \
             day date, at timestamptz, extra json, count bigint)"
        ).execute(c),
        sqlite: |c| sqlx::query(
            "CREATE TABLE things (id BLOB PRIMARY KEY, name TEXT, score REAL, ok BOOLEAN, \
             day DATE, at DATETIME, extra JSON, count INTEGER)"
        ).execute(c),
    )
    .unwrap();
    conn.commit().await.unwrap();
}

#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
struct Thing {
    id: Uuid,
    name: Option<String>,
    score: Option<f64>,
    ok: Option<bool>,
    day: Option<NaiveDate>,
    at: Option<DateTime<Utc>>,
    extra: Option<Json<Vec<String>>>,
    count: Option<i64>,
}

fn nothing(id: u128) -> Thing {
    let (name, score, ok) = (None, None, None);
    Thing { id: Uuid::from_u128(id), name, score, ok, day: None, at: None, extra: None, count: None }
}

async fn insert(conn: &mut Conn, things: &[Thing]) -> Result<u64, DatabaseError> {
    sql!(conn, |c| async {
        let mut insert =
            sqlx::QueryBuilder::new("INSERT INTO things (id, name, score, ok, day, at, extra, count) ");
        insert.push_values(things, |mut row, thing| {
            row.push_bind(thing.id).push_bind(&thing.name).push_bind(thing.score).push_bind(thing.ok);
            row.push_bind(thing.day).push_bind(thing.at).push_bind(&thing.extra).push_bind(thing.count);
        });
        insert.build().execute(c).await
    })
}

async fn count(db: &Database) -> i64 {
    let mut conn = db.lookup().await.unwrap();
    sql!(conn, |c| sqlx::query_scalar::<_, i64>("SELECT count(*) FROM things").fetch_one(c)).unwrap()
}

on_both_databases! {
    /// Every type that the schema uses, and NULL for each of them.
    async fn what_goes_in_comes_back(database: TestDatabase) {
        let db = open(&database).await.db;
        table(&db).await;
        let full = Thing {
            name: Some("ü".to_owned()),
            score: Some(8.1),
            ok: Some(true),
            day: NaiveDate::from_ymd_opt(2026, 3, 2),
            at: DateTime::from_timestamp_millis(START + 123),
            extra: Some(Json(vec!["x".to_owned()])),
            count: Some(i64::MAX),
            ..nothing(1)
        };
        let whole_second = Thing { at: DateTime::from_timestamp_millis(START), ..nothing(3) };
        let things = [full, nothing(2), whole_second];
        let mut conn = db.begin().await.unwrap();
        assert_eq!(insert(&mut conn, &things).await.unwrap(), 3);
        conn.commit().await.unwrap();

        let mut conn = db.snapshot().await.unwrap();
        let read = sql!(conn, |c| sqlx::query_as::<_, Thing>("SELECT * FROM things ORDER BY id").fetch_all(c));
        assert_eq!(read.unwrap(), things);
        // Instants compare as instants, with and without a fraction of a second.
        let earlier = sql!(conn, |c| sqlx::query_scalar::<_, Uuid>("SELECT id FROM things WHERE at < $1")
            .bind(DateTime::from_timestamp_millis(START + 1))
            .fetch_all(c));
        assert_eq!(earlier.unwrap(), [Uuid::from_u128(3)]);
    }

    /// A transaction that is dropped, or whose task is aborted in the middle of a statement, leaves nothing behind, and its
    /// connection can be used again: ten times as many as there are connections.
    async fn what_is_dropped_is_rolled_back(database: TestDatabase) {
        let options = DatabaseOptions { pool_size: 4, ..DatabaseOptions::default() };
        let db = open_with(database.url(), options).await.db;
        table(&db).await;
        for n in 0..40 {
            let mut conn = db.begin().await.unwrap();
            insert(&mut conn, &[nothing(n)]).await.unwrap();
            if n % 2 == 0 {
                drop(conn);
                continue;
            }
            let (begun, has_begun) = tokio::sync::oneshot::channel();
            let mut tasks = tokio::task::JoinSet::new();
            tasks.spawn(async move {
                begun.send(()).unwrap();
                let _ = sql!(
                    conn,
                    postgres: |c| sqlx::query("SELECT pg_sleep(0.2)").execute(c),
                    sqlite: |c| sqlx::query(
                        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) SELECT count(*) FROM n"
                    ).execute(c),
                );
                std::future::pending::<()>().await;
            });
            has_begun.await.unwrap();
            tasks.abort_all();
        }
        assert_eq!(count(&db).await, 0);
        let mut conn = db.begin().await.unwrap();
        insert(&mut conn, &[nothing(1)]).await.unwrap();
        conn.commit().await.unwrap();
        assert_eq!(count(&db).await, 1);
    }

    /// A BEGIN that nobody waits for any more leaves no open transaction on a connection.
    async fn a_begin_that_is_abandoned_leaves_nothing_open(database: TestDatabase) {
        let options = DatabaseOptions { pool_size: 1, readers: 1, ..DatabaseOptions::default() };
        let db = open_with(database.url(), options).await.db;
        table(&db).await;
        for polls in 1..30 {
            let mut begin = Box::pin(db.begin());
            for _ in 0..polls {
                if futures_poll(&mut begin).await {
                    break;
                }
            }
            drop(begin);
            let mut conn = db.begin().await.unwrap();
            insert(&mut conn, &[nothing(polls)]).await.unwrap();
            conn.commit().await.unwrap();
            assert_eq!(count(&db).await, i64::try_from(polls).unwrap());
        }
    }

    /// A statement that failed spoils the transaction, also where the database itself would let it go on.
    async fn after_a_failure_only_rolling_back_is_left(database: TestDatabase) {
        let db = open(&database).await.db;
        table(&db).await;
        let mut conn = db.begin().await.unwrap();
        insert(&mut conn, &[nothing(1)]).await.unwrap();
        let twice = insert(&mut conn, &[nothing(1)]).await.unwrap_err();
        assert!(matches!(twice, DatabaseError::Constraint(_)), "{twice:?}");
        assert_eq!(Failure::from(twice).code, Code::Internal);
        assert!(matches!(insert(&mut conn, &[nothing(2)]).await, Err(DatabaseError::Spoilt)));
        assert!(matches!(conn.commit().await, Err(DatabaseError::Spoilt)));
        assert_eq!(count(&db).await, 0);
    }

    /// A row that isn't there, or is of another type, is no failure of the transaction.
    async fn an_unexpected_answer_spoils_nothing(database: TestDatabase) {
        let db = open(&database).await.db;
        table(&db).await;
        let mut conn = db.begin().await.unwrap();
        let none = sql!(conn, |c| sqlx::query_as::<_, Thing>("SELECT * FROM things").fetch_one(c));
        assert!(matches!(none, Err(DatabaseError::Other(sqlx::Error::RowNotFound))));
        insert(&mut conn, &[Thing { name: Some("x".to_owned()), ..nothing(1) }]).await.unwrap();
        let wrong = sql!(conn, |c| sqlx::query_scalar::<_, i64>("SELECT name FROM things").fetch_one(c));
        assert!(matches!(wrong, Err(DatabaseError::Other(_))));
        conn.commit().await.unwrap();
        assert_eq!(count(&db).await, 1);
    }

    /// Who waits for a lock for too long is told to come back, and nothing took effect.
    async fn waiting_too_long_is_busy(database: TestDatabase) {
        let options = DatabaseOptions { acquire_timeout_ms: 300, statement_timeout_ms: 300, ..DatabaseOptions::default() };
        let db = open_with(database.url(), options).await.db;
        table(&db).await;
        let mut holder = db.begin().await.unwrap();
        insert(&mut holder, &[nothing(1)]).await.unwrap();
        let error = async {
            let mut other = db.begin().await?;
            insert(&mut other, &[nothing(1)]).await
        }
        .await
        .unwrap_err();
        let failure = Failure::from(error);
        assert_eq!(failure.code, Code::Busy);
        assert!(failure.retry_after.is_some());
        holder.commit().await.unwrap();
    }

    /// Who asks for more than there is, is told within the time allowed; and nothing is lost for those who come later.
    async fn there_are_only_so_many_connections(database: TestDatabase) {
        let options =
            DatabaseOptions { pool_size: 2, readers: 2, acquire_timeout_ms: 200, ..DatabaseOptions::default() };
        let db = open_with(database.url(), options).await.db;
        let held = (db.snapshot().await.unwrap(), db.snapshot().await.unwrap());
        let code = Failure::from(db.snapshot().await.unwrap_err()).code;
        assert_eq!(code, if database.is_sqlite() { Code::Busy } else { Code::Unavailable });
        drop(held);
        for _ in 0..4 {
            db.snapshot().await.unwrap();
        }
    }

    /// Somebody holds a stream's head and has fallen silent, and every connection of the commands waits for it: the heads, and
    /// whatever else only looks, are to be had all the same. (SQLite: everyone who writes waits for who writes.)
    async fn who_looks_does_not_wait_for_who_writes(database: TestDatabase) {
        let options = DatabaseOptions {
            pool_size: 2, readers: 1, lookup_pool_size: 1, acquire_timeout_ms: 300, ..DatabaseOptions::default()
        };
        let Fixture { db, journal, .. } = open_with(database.url(), options).await;
        note(&journal, &call("d-1"), &["x"]).await;
        let elsewhere = open(&database).await;
        let mut silent = elsewhere.journal.begin(&call("d-1")).await.unwrap();
        sql!(silent, |c| sqlx::query("UPDATE journal_heads SET seq = seq").execute(c)).unwrap();
        let mut waiting = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let journal = journal.clone();
            waiting.spawn(async move {
                let mut tx = journal.begin(&call("d-1")).await?;
                tx.record(&Noted::new("waits"))?;
                tx.commit(()).await.map(|_| ())
            });
        }
        // There is no connection left for a command: two have one and wait, and the others are told to go.
        for _ in 0..2 {
            let refused = waiting.join_next().await.unwrap().unwrap().unwrap_err();
            assert!(matches!(Failure::from(refused).code, Code::Busy | Code::Unavailable));
        }
        for _ in 0..8 {
            let [(of, head)] = &journal.heads(&[tenant("d-1")]).await.unwrap()[..] else { panic!("one head") };
            assert_eq!((of, head.seq), (&stream("d-1"), 1));
            let mut conn = db.glimpse().await.unwrap();
            let heads = "SELECT count(*) FROM journal_heads";
            assert_eq!(sql!(conn, |c| sqlx::query_scalar::<_, i64>(heads).fetch_one(c)).unwrap(), 1);
            drop(conn);
            db.ping().await.unwrap();
        }
    }

    /// A snapshot can't write, nor can a glimpse, by the database's own word.
    async fn a_snapshot_is_read_only(database: TestDatabase) {
        let db = open(&database).await.db;
        table(&db).await;
        for mut conn in [db.snapshot().await.unwrap(), db.glimpse().await.unwrap()] {
            insert(&mut conn, &[nothing(1)]).await.unwrap_err();
        }
        assert_eq!(count(&db).await, 0);
    }

    /// A newer version has changed the schema: an older node starts all the same, and leaves it as it is.
    async fn what_a_newer_version_has_added_stays(database: TestDatabase) {
        let db = Database::open(database.url(), DatabaseOptions::default()).await.unwrap();
        db.migrate().await.unwrap();
        let later = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                     VALUES (9999, 'of tomorrow', TRUE, $1, 0)";
        let mut conn = db.begin().await.unwrap();
        sql!(conn, |c| sqlx::query(later).bind(vec![0_u8; 48]).execute(c)).unwrap();
        conn.commit().await.unwrap();
        db.migrate().await.unwrap();
        // Nor is it in the way where there is something to do as well.
        let mut conn = db.begin().await.unwrap();
        for undo in ["DROP TABLE journal_replies", "DELETE FROM _sqlx_migrations WHERE version = 1"] {
            sql!(conn, |c| sqlx::query(undo).execute(c)).unwrap();
        }
        conn.commit().await.unwrap();
        assert!(matches!(db.migrate().await, Err(DatabaseError::Migration(_))), "the other tables are there already");
    }

    /// Every node migrates when it starts; the second time there is nothing to do, and at once is no different.
    async fn nodes_may_migrate_at_once(database: TestDatabase) {
        let url = database.url().to_owned();
        let one = Database::open(&url, DatabaseOptions::default()).await.unwrap();
        if one.dialect() == Dialect::Postgres {
            let other = Database::open(&url, DatabaseOptions::default()).await.unwrap();
            let (first, second) = tokio::join!(one.migrate(), other.migrate());
            first.unwrap();
            second.unwrap();
        }
        one.migrate().await.unwrap();
        one.migrate().await.unwrap();
        one.ping().await.unwrap();
        one.close().await;
        assert!(matches!(one.ping().await, Err(DatabaseError::Unavailable(_))));
    }
}

/// Polls once, letting the runtime go on.
async fn futures_poll<F: Future + Unpin>(future: &mut F) -> bool {
    let ready = std::future::poll_fn(|cx| {
        std::task::Poll::Ready(std::pin::Pin::new(&mut *future).poll(cx).is_ready())
    })
    .await;
    tokio::task::yield_now().await;
    ready
}

#[tokio::test]
async fn an_address_is_of_a_kind_that_is_known() {
    for url in ["mysql://x", "", "homeroom.db"] {
        let error = Database::open(url, DatabaseOptions::default()).await.unwrap_err();
        assert!(matches!(error, DatabaseError::Address), "{url}");
    }
}

/// What is acknowledged is on the disk: WAL, and a sync at every COMMIT.
#[tokio::test]
async fn sqlite_waits_for_the_disk() {
    let database = TestDatabase::sqlite();
    let db = open(&database).await.db;
    let mut conn = db.begin().await.unwrap();
    for (pragma, expected) in
        [("PRAGMA synchronous", "2"), ("PRAGMA journal_mode", "wal"), ("PRAGMA foreign_keys", "1")]
    {
        let value = sql!(
            conn,
            postgres: |c| sqlx::query_scalar::<_, String>("").fetch_one(c),
            sqlite: |c| async {
                let row = sqlx::query(pragma).fetch_one(c).await?;
                row.try_get_unchecked::<String, _>(0)
            },
        );
        assert_eq!(value.unwrap(), expected, "{pragma}");
    }
}

/// A server that does not answer is noticed within the time allowed.
#[tokio::test]
async fn nobody_there_is_unavailable() {
    let options = DatabaseOptions { acquire_timeout_ms: 200, ..DatabaseOptions::default() };
    let db = Database::open("postgres://homeroom@127.0.0.1:1/none", options).await.unwrap();
    let failed = tokio::time::timeout(Duration::from_secs(30), db.begin()).await.expect("does not hang");
    assert_eq!(Failure::from(failed.unwrap_err()).code, Code::Unavailable);
}

async fn touch(conn: &mut Conn, id: u128) -> Result<u64, DatabaseError> {
    sql!(conn, |c| sqlx::query("UPDATE things SET count = 1 WHERE id = $1")
        .bind(Uuid::from_u128(id))
        .execute(c))
}

/// Of two transactions that wait for each other one is told to try again.
#[tokio::test]
async fn a_deadlock_is_busy() {
    let database = TestDatabase::postgres();
    let db = open(&database).await.db;
    table(&db).await;
    let mut conn = db.begin().await.unwrap();
    insert(&mut conn, &[nothing(1), nothing(2)]).await.unwrap();
    conn.commit().await.unwrap();
    let (mut one, mut other) = (db.begin().await.unwrap(), db.begin().await.unwrap());
    touch(&mut one, 1).await.unwrap();
    touch(&mut other, 2).await.unwrap();
    let (first, second) = tokio::join!(
        async {
            let result = touch(&mut one, 2).await;
            drop(one);
            result
        },
        async {
            let result = touch(&mut other, 1).await;
            drop(other);
            result
        },
    );
    let [refused] =
        [first, second].into_iter().filter_map(Result::err).collect::<Vec<_>>().try_into().unwrap();
    let refused: DatabaseError = refused;
    assert_eq!(Failure::from(refused).code, Code::Busy);
}

/// A disk without room: nothing took effect, and it is not our fault.
#[tokio::test]
async fn a_full_disk_is_unavailable() {
    let database = TestDatabase::sqlite();
    let db = open(&database).await.db;
    table(&db).await;
    let mut conn = db.begin().await.unwrap();
    sql!(conn, |c| sqlx::raw_sql("PRAGMA max_page_count = 1").execute(c)).unwrap();
    let large = Thing { name: Some("x".repeat(1_000_000)), ..nothing(1) };
    let full = insert(&mut conn, &[large]).await.unwrap_err();
    assert_eq!(Failure::from(full).code, Code::Unavailable);
    drop(conn);
    assert_eq!(count(&db).await, 0);
}
