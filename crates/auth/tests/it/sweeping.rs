//! What a node hears of, and when: also with the database away, and when changes are committed out of turn.

use std::sync::Arc;
use std::time::Duration;

use homeroom_auth::{Gate, Provenance, Settings};
use homeroom_contract::{Actor, Clock as _, Code, UserId};
use homeroom_journal::{Database, DatabaseOptions, Journal, JournalOptions, sql};
use homeroom_testkit::{Postgres, TestDatabase, on_both_databases};
use serde_json::json;

use crate::office::{Office, tenant};

/// Another node on the same database.
async fn other_node(office: &Office) -> Gate {
    Gate::open(office.journal.clone(), office.clock.clone(), Settings::default()).await.unwrap()
}

fn is_banned(gate: &Gate, user: &str) -> bool {
    gate.check(&Actor::person(tenant(), UserId::new(user).unwrap()), &Provenance::default()).is_err()
}

on_both_databases! {
    async fn a_node_hears_of_what_is_new_and_one_that_starts_of_all_that_is_in_force(database: TestDatabase) {
        let office = Office::open(&database).await;
        let running = other_node(&office).await;
        office.does("user:ban", json!({ "userId": "ada", "reason": "r" })).await.unwrap();
        assert!(!is_banned(&running, "ada"), "memory alone is asked");
        assert!(running.sweep().await.unwrap().changed);
        assert!(is_banned(&running, "ada") && !is_banned(&running, "ben"));
        assert!(!running.sweep().await.unwrap().changed, "once");
        assert!(is_banned(&other_node(&office).await, "ada"));
        office.does("user:pardon", json!({ "userId": "ada" })).await.unwrap();
        assert!(running.sweep().await.unwrap().changed);
        assert!(!is_banned(&running, "ada"));
        assert!(!is_banned(&other_node(&office).await, "ada"));
    }

    async fn however_many_there_are_none_is_passed_over(database: TestDatabase) {
        let office = Office::open(&database).await;
        let running = other_node(&office).await;
        // Two to a version, as with what is lifted at once; so a page ends between two of one version.
        let many = "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) \
                    INSERT INTO auth_restrictions SELECT 'd-1', 'banned', 'u-' || i, (i + 3) / 2, $1, $2, 'r', 'op', false FROM n";
        let (from, until) = (office.clock.now().to_utc(), office.clock.now().plus(Duration::from_hours(1)).to_utc());
        let mut conn = office.journal.database().begin().await.unwrap();
        assert_eq!(sql!(conn, |c| sqlx::query(many).bind(from).bind(until).execute(c)).unwrap(), 2501);
        sql!(conn, |c| sqlx::query("UPDATE auth_head SET version = 1251").execute(c)).unwrap();
        conn.commit().await.unwrap();
        assert!(running.sweep().await.unwrap().changed);
        for node in [running, other_node(&office).await] {
            let passed_over = (0..=2500).filter(|i| !is_banned(&node, &format!("u-{i}"))).count();
            assert_eq!(passed_over, 0);
        }
    }

    async fn what_lasts_longer_than_for_good_lasts_for_good(database: TestDatabase) {
        let longest = u64::MAX;
        let mut settings = Settings { keep_revocations_ms: longest, ..Settings::default() };
        settings.escalation.critical_ban_ms = longest;
        settings.escalation.review_window_ms = longest;
        let office = Office::with(&database, settings, None).await;
        let address = "192.0.2.7".parse().unwrap();
        office.auth.ban_address(address, "r".to_owned(), Some(Duration::MAX)).await.unwrap();
        let warn = json!({ "userId": "ada", "severity": "critical", "message": "m" });
        office.does("user:warn", warn).await.unwrap();
        office.does("token:revoke", json!({ "userId": "ben" })).await.unwrap();
        for years in [0, 99] {
            office.clock.advance(Duration::from_hours(years * 365 * 24));
            office.gate.purge().await.unwrap();
            let node = other_node(&office).await;
            assert!(node.check_address(address).is_err());
            assert!(is_banned(&node, "ada") && is_banned(&node, "ben"), "in {years} years");
        }
        assert!(office.auth.pardon_address(address).await.unwrap());
    }

    async fn a_warning_is_told_by_every_node_once_and_by_none_that_starts_later(database: TestDatabase) {
        let office = Office::open(&database).await;
        let nodes = [other_node(&office).await, other_node(&office).await];
        let warn = json!({ "userId": "ada", "severity": "medium", "message": "Be kind." });
        office.does("user:warn", warn).await.unwrap();
        for node in &nodes {
            let warnings = node.sweep().await.unwrap().warnings;
            assert_eq!(warnings.len(), 1);
            assert_eq!((warnings[0].message.as_str(), warnings[0].violations), ("Be kind.", 1));
            assert!(node.sweep().await.unwrap().warnings.is_empty());
        }
        assert!(other_node(&office).await.sweep().await.unwrap().warnings.is_empty());
    }

    async fn who_is_refused_too_often_is_written_down_once(database: TestDatabase) {
        let settings = Settings { refusals_per_minute: 3, ..Settings::default() };
        let office = Office::with(&database, settings, None).await;
        let ada = Actor::person(tenant(), UserId::new("ada").unwrap());
        for _ in 0..50 {
            office.gate.note_refusal(&ada, Code::ValidationError);
        }
        office.gate.write_down().await.unwrap();
        let warnings = office.gate.sweep().await.unwrap().warnings;
        assert_eq!(warnings.iter().map(|warning| warning.violations).collect::<Vec<_>>(), [1]);
        office.gate.write_down().await.unwrap();
        assert!(office.gate.sweep().await.unwrap().warnings.is_empty());
        assert_eq!(office.kinds().await, ["ViolationRecorded"]);
    }

    async fn a_backup_that_was_put_back_is_noticed(database: TestDatabase) {
        let office = Office::open(&database).await;
        office.does("user:ban", json!({ "userId": "ada", "reason": "r" })).await.unwrap();
        office.gate.sweep().await.unwrap();
        let mut conn = office.journal.database().begin().await.unwrap();
        sql!(conn, |c| sqlx::query("UPDATE auth_head SET version = 0").execute(c)).unwrap();
        sql!(conn, |c| sqlx::query("DELETE FROM auth_restrictions").execute(c)).unwrap();
        conn.commit().await.unwrap();
        assert!(office.gate.sweep().await.unwrap().changed);
        assert!(!is_banned(&office.gate, "ada"));
    }
}

/// Numbers become visible in their order: a writer that is under way holds the next one back, so no sweep can pass it. Only
/// PostgreSQL has two writers at once.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_committed_late_is_not_passed_over() {
    let database = TestDatabase::postgres();
    let office = Arc::new(Office::open(&database).await);
    let running = other_node(&office).await;
    let mut slow = office.journal.database().begin().await.unwrap();
    let next = "UPDATE auth_head SET version = version + 1 RETURNING version";
    let version = sql!(slow, |c| sqlx::query_scalar::<_, i64>(next).fetch_one(c)).unwrap();
    let quick = {
        let office = Arc::clone(&office);
        let ban = json!({ "userId": "ben", "reason": "r" });
        tokio::task::JoinSet::from_iter([async move { office.does("user:ban", ban).await }])
    };
    let mut watch = office.journal.database().lookup().await.unwrap();
    let waiting = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while sql!(watch, |c| sqlx::query_scalar::<_, i64>(waiting).fetch_one(c)).unwrap() == 0 {
        tokio::task::yield_now().await;
    }
    assert!(!running.sweep().await.unwrap().changed, "neither is there yet");
    sql!(slow, |c| sqlx::query(
        "INSERT INTO auth_restrictions VALUES \
         ('d-1', 'banned', 'ada', $1, now(), now() + interval '100 years', 'r', 'op', false)"
    )
    .bind(version)
    .execute(c))
    .unwrap();
    slow.commit().await.unwrap();
    assert!(quick.join_all().await.into_iter().all(|done| done.is_ok()));
    running.sweep().await.unwrap();
    assert!(is_banned(&running, "ada") && is_banned(&running, "ben"));
}

/// So nobody waits for long for those who delete: what they have done stays done, even if they can't go on. Only PostgreSQL has
/// two writers at once.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_is_deleted_some_at_a_time() {
    let database = TestDatabase::postgres();
    let quick = DatabaseOptions { statement_timeout_ms: 1000, ..DatabaseOptions::default() };
    let opened = Database::open(database.url(), quick).await.unwrap();
    let office = Office::over(opened, Settings::default(), None).await;
    let mut conn = office.journal.database().begin().await.unwrap();
    let sessions = "INSERT INTO auth_sessions SELECT 'd-1', n::text, 'ada', now(), \
                    '2000-01-01Z'::timestamptz + n * interval '1 s', NULL FROM generate_series(1, 2500) n";
    assert_eq!(sql!(conn, |c| sqlx::query(sessions).execute(c)).unwrap(), 2500);
    conn.commit().await.unwrap();
    let mut held = office.journal.database().begin().await.unwrap();
    let last = "SELECT 1 FROM auth_sessions WHERE session_id = '2500' FOR UPDATE";
    sql!(held, |c| sqlx::query_scalar::<_, i32>(last).fetch_one(c)).unwrap();
    assert!(office.gate.purge().await.is_err(), "one of them is held");
    let mut conn = office.journal.database().lookup().await.unwrap();
    let left = "SELECT COUNT(*) FROM auth_sessions";
    assert_eq!(sql!(conn, |c| sqlx::query_scalar::<_, i64>(left).fetch_one(c)).unwrap(), 500);
    drop(held);
    assert_eq!(office.gate.purge().await.unwrap(), 500);
}

/// What is over is found by its time, however much there is: looked at in SQLite's own words, since PostgreSQL chooses by size.
#[tokio::test]
async fn what_is_over_is_found_by_an_index() {
    let office = Office::open(&TestDatabase::sqlite()).await;
    let mut conn = office.journal.database().lookup().await.unwrap();
    for question in [
        "EXPLAIN QUERY PLAN SELECT 1 FROM auth_sessions WHERE expires_at <= '2026'",
        "EXPLAIN QUERY PLAN SELECT 1 FROM auth_refresh_tokens WHERE expires_at <= '2026'",
        "EXPLAIN QUERY PLAN SELECT 1 FROM auth_restrictions WHERE ends_at <= '2026'",
        "EXPLAIN QUERY PLAN SELECT 1 FROM auth_violations WHERE recorded_at < '2026'",
    ] {
        let plan =
            sql!(conn, |c| sqlx::query_as::<_, (i64, i64, i64, String)>(question).fetch_one(c)).unwrap();
        assert!(plan.3.starts_with("SEARCH"), "{question}: {}", plan.3);
    }
}

/// Whoever holds the lock that all writers need keeps no node from hearing of a ban. Only PostgreSQL has two writers at once.
#[tokio::test(flavor = "multi_thread")]
async fn a_ban_is_heard_of_while_violations_wait_to_be_written() {
    let database = TestDatabase::postgres();
    let patient = DatabaseOptions { statement_timeout_ms: 600_000, ..DatabaseOptions::default() };
    let opened = Database::open(database.url(), patient).await.unwrap();
    let settings = Settings { refusals_per_minute: 1, ..Settings::default() };
    let office = Office::over(opened, settings, None).await;
    office.does("user:ban", json!({ "userId": "ada", "reason": "r" })).await.unwrap();
    let mut held = office.journal.database().begin().await.unwrap();
    sql!(held, |c| sqlx::query("UPDATE auth_head SET version = version").execute(c)).unwrap();
    office.gate.note_refusal(&Actor::person(tenant(), UserId::new("ben").unwrap()), Code::ValidationError);
    let gate = Arc::clone(&office.gate);
    let writing = tokio::task::JoinSet::from_iter([async move { gate.write_down().await }]);
    let swept = tokio::time::timeout(Duration::from_secs(10), office.gate.sweep()).await;
    assert!(swept.expect("it waits for nobody").unwrap().changed);
    assert!(is_banned(&office.gate, "ada"));
    drop(held);
    assert!(writing.join_all().await.into_iter().all(|written| written.is_ok()));
    assert_eq!(office.kinds().await, ["PersonRestricted", "ViolationRecorded"]);
}

/// While the database is away what is known stays in force; once it is back, what is new is heard of.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_away_lifts_nothing() {
    let postgres = Postgres::start();
    let database = TestDatabase::in_postgres(&postgres);
    let office = Office::open(&database).await;
    let options = DatabaseOptions { acquire_timeout_ms: 500, ..DatabaseOptions::default() };
    let opened = Database::open(database.url(), options).await.unwrap();
    let journal = Journal::new(opened, office.clock.clone(), JournalOptions::default());
    let settings = Settings { refusals_per_minute: 1, ..Settings::default() };
    let node = Gate::open(journal, office.clock.clone(), settings).await.unwrap();
    office.does("user:ban", json!({ "userId": "ada", "reason": "r" })).await.unwrap();
    node.sweep().await.unwrap();
    postgres.kill9();
    node.note_refusal(&Actor::person(tenant(), UserId::new("ben").unwrap()), Code::ValidationError);
    assert!(node.write_down().await.is_err() && node.sweep().await.is_err());
    assert!(is_banned(&node, "ada"));
    postgres.restart();
    let recovers = async {
        while node.write_down().await.is_err()
            || node.sweep().await.is_err()
            || office.kinds().await.len() < 2
        {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), recovers).await.expect("it is heard of again");
    assert_eq!(
        office.kinds().await,
        ["PersonRestricted", "ViolationRecorded"],
        "what was owed is written down"
    );
    assert!(is_banned(&node, "ada"));
}
