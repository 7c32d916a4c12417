//! PostgreSQL that dies, comes back, falls silent or loses its answers.

use std::time::Duration;

use homeroom_contract::{Code, Failure};
use homeroom_journal::{DatabaseError, DatabaseOptions, JournalError, sql};
use homeroom_testkit::{AtCommit, Direction, Postgres, Proxy, TestDatabase};
use tokio::time::timeout;

use crate::following::{by_hints, node};
use crate::setup::{Fixture, Noted, call, call_again, note, open_with, stream};

const PATIENT: Duration = Duration::from_secs(30);

fn hasty() -> DatabaseOptions {
    DatabaseOptions {
        pool_size: 2,
        acquire_timeout_ms: 400,
        statement_timeout_ms: 300,
        commit_timeout_ms: 300,
        ..DatabaseOptions::default()
    }
}

async fn code<T>(failing: impl Future<Output = Result<T, JournalError>>) -> Code {
    match timeout(PATIENT, failing).await.expect("an answer within the time limits") {
        Ok(_) => panic!("this should fail"),
        Err(error) => Failure::from(error).code,
    }
}

async fn eventually_writes(fixture: &Fixture) {
    timeout(PATIENT, async {
        while fixture.journal.begin(&call("d-1")).await.is_err() {}
        note(&fixture.journal, &call("d-1"), &["works again"]).await;
    })
    .await
    .expect("it works again");
}

/// COMMIT took effect and its answer is lost: the caller is told that nobody knows, and repeating it gives the reply.
#[tokio::test]
async fn a_lost_answer_to_commit_is_an_unknown_outcome() {
    let database = TestDatabase::postgres();
    let proxy = Proxy::before(database.url()).await;
    let fixture = open_with(proxy.url(), hasty()).await;
    let mut tx = fixture.journal.begin(&call_again("k")).await.unwrap();
    tx.record(&Noted::new("who knows")).unwrap();
    proxy.at_next_commit(AtCommit::StandStill);
    assert_eq!(code(tx.commit("done")).await, Code::OutcomeUnknown);
    assert!(fixture.outlet.entries().is_empty(), "nobody was told");

    proxy.heal();
    let reply = timeout(PATIENT, fixture.journal.replay(&call_again("k"))).await.unwrap().unwrap();
    assert_eq!(reply.unwrap().get(), "\"done\"");
    assert_eq!(fixture.journal.head(&stream("d-1")).await.unwrap().seq, 1);
}

/// COMMIT never arrived: that is just as unknown to us, and a retry runs.
#[tokio::test]
async fn a_connection_that_breaks_at_commit_is_an_unknown_outcome() {
    let database = TestDatabase::postgres();
    let proxy = Proxy::before(database.url()).await;
    let fixture = open_with(proxy.url(), hasty()).await;
    let mut tx = fixture.journal.begin(&call_again("k")).await.unwrap();
    tx.record(&Noted::new("lost")).unwrap();
    proxy.at_next_commit(AtCommit::CutBefore);
    assert_eq!(code(tx.commit("done")).await, Code::OutcomeUnknown);

    proxy.heal();
    assert!(fixture.journal.replay(&call_again("k")).await.unwrap().is_none());
    note(&fixture.journal, &call_again("k"), &["retried"]).await;
    assert_eq!(fixture.journal.head(&stream("d-1")).await.unwrap().seq, 1);
}

/// A server that falls silent hangs nobody, in the middle of a transaction or before; and when it speaks again all
/// connections are there to be used.
#[tokio::test]
async fn a_silent_server_is_unavailable() {
    let database = TestDatabase::postgres();
    let proxy = Proxy::before(database.url()).await;
    let fixture = open_with(proxy.url(), hasty()).await;
    let mut open = fixture.db.begin().await.unwrap();
    let idle = fixture.db.begin().await.unwrap();
    proxy.stall(Direction::Both);
    drop(idle);
    let statement = async { Ok(sql!(open, |c| sqlx::query_scalar::<_, i32>("SELECT 1").fetch_one(c))?) };
    assert_eq!(code(statement).await, Code::Unavailable);
    assert!(matches!(open.commit().await, Err(DatabaseError::Spoilt)));
    for _ in 0..3 {
        assert_eq!(code(fixture.journal.begin(&call("d-1"))).await, Code::Unavailable);
    }

    proxy.heal();
    eventually_writes(&fixture).await;
    let both =
        timeout(PATIENT, async { tokio::join!(fixture.db.begin(), fixture.db.begin()) }).await.unwrap();
    both.0.unwrap();
    both.1.unwrap();
}

/// A load balancer takes connections for a server that is gone, and hangs up: that is an outage too, no fault of ours.
#[tokio::test]
async fn a_server_behind_somebody_who_hangs_up_is_unavailable() {
    let database = TestDatabase::postgres();
    let server = Proxy::before(database.url()).await;
    let balancer = Proxy::before(server.url()).await;
    let fixture = open_with(balancer.url(), hasty()).await;
    server.cut();
    for _ in 0..3 {
        assert_eq!(code(fixture.journal.begin(&call("d-1"))).await, Code::Unavailable);
    }
    server.heal();
    eventually_writes(&fixture).await;
}

/// What was acknowledged survives `kill -9` of the server, the meantime is UNAVAILABLE, and afterwards it goes on by itself. A
/// failover that cuts all connections is not noticed by whoever begins after it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_may_die_and_come_back() {
    let server = tokio::task::spawn_blocking(Postgres::start).await.unwrap();
    let fixture = open_with(&server.fresh_database(), DatabaseOptions { pool_size: 4, ..hasty() }).await;
    note(&fixture.journal, &call_again("k"), &["acknowledged"]).await;
    let mut unfinished = fixture.journal.begin(&call("d-1")).await.unwrap();
    unfinished.record(&Noted::new("unfinished")).unwrap();

    server.kill9();
    assert_eq!(code(unfinished.commit(())).await, Code::Unavailable);
    assert_eq!(code(fixture.journal.begin(&call("d-1"))).await, Code::Unavailable);

    server.restart();
    assert!(fixture.journal.replay(&call_again("k")).await.unwrap().is_some());
    assert_eq!(fixture.journal.head(&stream("d-1")).await.unwrap().seq, 1);

    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(fixture.db.begin().await.unwrap());
    }
    drop(held);
    server.cut_connections();
    note(&fixture.journal, &call("d-1"), &["after the cut"]).await;
    assert_eq!(fixture.journal.head(&stream("d-1")).await.unwrap().seq, 2);

    // Whoever only looks has no BEGIN that would tell, but others may have noticed.
    let mut unfinished = fixture.journal.begin(&call("d-1")).await.unwrap();
    unfinished.record(&Noted::new("unfinished")).unwrap();
    assert!(fixture.journal.replay(&call_again("k")).await.unwrap().is_some());
    server.cut_connections();
    assert_eq!(code(unfinished.commit(())).await, Code::Unavailable);
    assert!(fixture.journal.replay(&call_again("k")).await.unwrap().is_some());
}

/// What was missed while the database was silent is delivered when it speaks again, without any further hint.
#[tokio::test]
async fn a_follower_does_not_give_up() {
    let database = TestDatabase::postgres();
    let proxy = Proxy::before(database.url()).await;
    let fixture = open_with(proxy.url(), hasty()).await;
    let node = node(&fixture, by_hints());
    let _following = node.follower.follow(&stream("d-1")).await.unwrap();
    note(&fixture.journal, &call("d-1"), &["missed", "missed too", "heard of"]).await;
    proxy.stall(Direction::Both);
    node.follower.offer(&fixture.outlet.entries()[2..]);
    assert_eq!(code(fixture.journal.begin(&call("d-1"))).await, Code::Unavailable);
    proxy.heal();
    assert_eq!(node.sockets.until(3).await, [1, 2, 3]);
}

/// A gateway whose machine has lost power in the middle of a transaction: PostgreSQL lets go of what it held.
#[tokio::test]
async fn who_falls_silent_loses_its_locks() {
    let database = TestDatabase::postgres();
    let options = DatabaseOptions { idle_in_transaction_ms: 200, ..DatabaseOptions::default() };
    let fixture = open_with(database.url(), options).await;
    note(&fixture.journal, &call("d-1"), &["x"]).await;
    let mut silent = fixture.db.begin().await.unwrap();
    sql!(silent, |c| sqlx::query("UPDATE journal_heads SET seq = 99").execute(c)).unwrap();
    note(&fixture.journal, &call("d-1"), &["y"]).await;
    assert_eq!(fixture.journal.head(&stream("d-1")).await.unwrap().seq, 2);
    assert_eq!(code(async { Ok(silent.commit().await?) }).await, Code::OutcomeUnknown);
}
