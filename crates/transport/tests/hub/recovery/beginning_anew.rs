//! Who can not go on where it was begins anew.

use std::sync::Arc;
use std::time::Duration;

use homeroom_contract::{Clock as _, ManualClock, SystemClock};
use homeroom_journal::sql;
use homeroom_state::MemoryState;
use homeroom_transport::TransportConfig;
use serde_json::json;

use super::{Client, nodes, on, pin};

#[tokio::test]
async fn a_session_is_of_no_use_to_another_person() {
    let [here, there] = nodes().await;
    let (_cay, cay) = there.socket("cay").await;
    let mut ada = Client::new(&here, "ada").await;
    ada.join("c-1").await;
    pin(&cay, "for the class").await;
    assert_eq!(ada.texts().await, ["for the class"]);
    let mut mallory = Client::with(&there, "mallory", json!({ "pid": ada.pid, "offset": ada.offset })).await;
    assert_ne!(mallory.pid, ada.pid);
    pin(&cay, "again").await;
    mallory.raw().send(r#"42/board,7["server:time",{}]"#).await;
    assert!(mallory.raw().text().await.starts_with("43/board,7["), "nothing has come before that");
    assert_eq!(ada.texts().await, ["again"], "and the session is still whose it was");
}

#[tokio::test]
async fn what_can_not_be_complete_is_a_new_session() {
    let config = TransportConfig { recovery_max_entries: 2, ..TransportConfig::default() };
    let [here, there] = on(Arc::new(MemoryState::new(Arc::new(SystemClock))), config).await;
    let (_ben, ben) = there.joined("ben", "c-1").await;
    let mut ada = Client::new(&here, "ada").await;
    ada.join("c-1").await;
    pin(&ben, "0").await;
    ada.texts::<1>().await;
    for offset in ["4.00000000", "1.00000000", "1!", "one", ""] {
        let new = Client::with(&there, "ada", json!({ "pid": ada.pid, "offset": offset })).await;
        assert_ne!(new.pid, ada.pid, "{offset}");
    }
    for text in ["1", "2", "3"] {
        pin(&ben, text).await;
    }
    let new = ada.back(&there, "ada").await;
    assert_ne!(new.pid, ada.pid, "three were missed, and two are the most");
    let unknown = Client::with(&there, "ada", json!({ "pid": "A".repeat(28), "offset": "0" })).await;
    assert_ne!(unknown.pid, "A".repeat(28));
}

/// A clock that is moved, for the sessions alone.
#[tokio::test]
async fn a_session_is_there_for_the_window_and_no_longer_than_a_renewal_more() {
    let hour = Duration::from_hours(1);
    let clock = Arc::new(ManualClock::at(SystemClock.now()));
    let config = TransportConfig { recovery_window_ms: 3_600_000, ..TransportConfig::default() };
    let [here, there] = on(Arc::new(MemoryState::new(Arc::clone(&clock) as _)), config).await;
    let mut ada = Client::new(&here, "ada").await;
    ada.join("c-1").await;
    ada.lose();
    clock.advance(hour);
    let mut back = ada.back(&there, "ada").await;
    assert_eq!(back.pid, ada.pid);
    back.lose();
    clock.advance(hour + hour / 4);
    assert_ne!(back.back(&here, "ada").await.pid, ada.pid);
}

/// Stock clients hold on to it: it says nothing of the new session.
#[tokio::test]
async fn the_offset_of_an_earlier_session_is_passed_over() {
    let config = TransportConfig { recovery_max_entries: 1, ..TransportConfig::default() };
    let [here, there] = on(Arc::new(MemoryState::new(Arc::new(SystemClock))), config).await;
    let (_ben, ben) = there.joined("ben", "c-1").await;
    let mut before = Client::new(&here, "ada").await;
    before.join("c-1").await;
    pin(&ben, "0").await;
    before.texts::<1>().await;
    before.lose();
    for text in ["1", "2"] {
        pin(&ben, text).await;
    }
    let mut ada = before.back(&here, "ada").await;
    assert_ne!(ada.pid, before.pid, "two were missed, and one is the most");
    ada.offset = before.offset;
    ada.join("c-1").await;
    ada.lose();
    pin(&ben, "missed").await;
    let mut back = ada.back(&there, "ada").await;
    assert_eq!(back.pid, ada.pid);
    assert_eq!(back.texts().await, ["missed"]);
}

/// A backup was put back while people were connected: they are sent to come back, and do so as somebody new.
#[tokio::test]
async fn nobody_goes_on_in_a_history_that_has_not_happened() {
    let [here, there] = nodes().await;
    let (_ben, ben) = there.joined("ben", "c-1").await;
    let mut ada = Client::new(&here, "ada").await;
    ada.join("c-1").await;
    pin(&ben, "1").await;
    pin(&ben, "2").await;
    assert_eq!(ada.texts().await, ["1", "2"]);
    let mut conn = here.journal.database().begin().await.unwrap();
    for undo in [
        "DELETE FROM journal_entries WHERE seq > 1",
        "DELETE FROM journal_rooms WHERE seq > 1",
        "UPDATE journal_heads SET seq = 1",
    ] {
        sql!(conn, |c| sqlx::query(undo).execute(c)).unwrap();
    }
    conn.commit().await.unwrap();
    ada.raw().closed().await;
    let (_cay, cay) = here.socket("cay").await;
    for text in ["another 2", "3"] {
        pin(&cay, text).await;
    }
    let back = ada.back(&there, "ada").await;
    assert_ne!(back.pid, ada.pid, "though there is an entry of that number again");
}

/// The same for somebody who has had nothing yet, and whose connection was lost before that.
#[tokio::test]
async fn nor_does_who_had_nothing_yet() {
    let [here, there] = nodes().await;
    let (_cay, cay) = here.socket("cay").await;
    pin(&cay, "1").await;
    let [mut ada, mut ben] = [Client::new(&here, "ada").await, Client::new(&here, "ben").await];
    for client in [&mut ada, &mut ben] {
        client.join("c-1").await;
        client.lose();
    }
    let mut back = ben.back(&there, "ben").await;
    assert_eq!(back.pid, ben.pid);
    let mut conn = here.journal.database().begin().await.unwrap();
    let another = "UPDATE journal_entries SET event_id = $1 WHERE seq = 1";
    sql!(conn, |c| sqlx::query(another).bind(uuid::Uuid::now_v7()).execute(c)).unwrap();
    conn.commit().await.unwrap();
    back.raw().closed().await;
    assert_ne!(ada.back(&there, "ada").await.pid, ada.pid);
}
