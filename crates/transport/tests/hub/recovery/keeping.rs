//! Sessions outlive their connections, and what happens to their store.

use std::sync::Arc;
use std::time::Duration;

use homeroom_contract::{SystemClock, TenantId};
use homeroom_state::{Held, Key, MemoryState, RedisOptions, RedisState, StateAdapter};
use homeroom_testkit::Redis;
use homeroom_transport::TransportConfig;
use serde_json::json;
use tokio::time::{sleep, timeout};

use super::{Client, on, pin};
use crate::board::class;

/// Where its session is kept.
fn session(client: &Client) -> Key {
    Key::of(&TenantId::new("d-1").unwrap(), "session").and(&client.pid)
}

/// Until a store that came back empty has the sessions again, its clients don't come back to what was there before.
#[tokio::test]
async fn a_redis_that_came_back_empty_is_given_the_sessions_again() {
    let redis = Redis::start();
    let state = Arc::new(RedisState::open(&redis.url(), RedisOptions::default()).unwrap());
    let config =
        TransportConfig { recovery_window_ms: 1_000, limits_off: true, ..TransportConfig::default() };
    let [here, there] = on(state, config).await;
    let (_ben, ben) = there.joined("ben", "c-1").await;
    let mut ada = Client::new(&here, "ada").await;
    ada.join("c-1").await;
    redis.kill9();
    pin(&ben, "meanwhile").await;
    assert_eq!(ada.texts().await, ["meanwhile"]);
    assert!(ada.offset.as_ref().unwrap().starts_with("1."), "what was kept is the session as it is");
    for node in [&here, &there] {
        node.rules.allow("ada", class("c-2"));
    }
    ada.raw().send(r#"42/board,["board:join",{"classId":"c-2"}]"#).await;
    assert_eq!(ada.next("session.unsaved").await, json!({}), "and now it is not");
    assert_eq!(ada.offset.as_deref(), Some("1!"));
    let new = Client::with(&there, "ada", json!({ "pid": ada.pid, "offset": ada.offset })).await;
    assert_ne!(new.pid, ada.pid);
    redis.restart();
    // Whenever it has been kept, the next entry brings an offset to come back from.
    while ada.offset.as_ref().unwrap().ends_with('!') {
        pin(&ben, "again").await;
        ada.texts::<1>().await;
    }
    let back = ada.back(&there, "ada").await;
    assert_eq!(back.pid, ada.pid);
}

/// A write to a store that stood still was given up, and arrives when the next one has long been there.
#[tokio::test]
async fn a_write_that_comes_late_hides_nothing() {
    let state = Arc::new(MemoryState::new(Arc::new(SystemClock)));
    let [here, there] = on(Arc::clone(&state) as _, TransportConfig::default()).await;
    for node in [&here, &there] {
        node.rules.allow("ada", class("c-2"));
    }
    let (_cay, cay) = there.socket("cay").await;
    let mut ada = Client::new(&here, "ada").await;
    ada.join("c-1").await;
    let key = session(&ada);
    let before = state.latest(&key).await.unwrap().unwrap();
    ada.join("c-2").await;
    let late = Held { key, field: before.field, value: before.value };
    assert_eq!(state.set_latest(&[late], Duration::from_hours(1)).await.unwrap(), 0);
    ada.lose();
    cay.request("note:pin", &json!({ "classId": "c-2", "text": "missed" })).await.unwrap();
    let mut back = ada.back(&there, "ada").await;
    assert_eq!(back.pid, ada.pid);
    assert_eq!(back.texts().await, ["missed"]);
}

/// A Redis comes back with what it had on its disk, and perhaps not with the last change; so does a replica that takes over. Whose
/// node keeps the session anew loses nothing by it, and whose node is gone begins anew.
async fn a_change_may_be_lost(circuit_failures: u32, recovery_window_ms: u64, kept_anew_within: Duration) {
    let redis = Redis::start();
    let state = Arc::new(
        RedisState::open(&redis.url(), RedisOptions { circuit_failures, ..RedisOptions::default() }).unwrap(),
    );
    let config = TransportConfig { recovery_window_ms, ..TransportConfig::default() };
    let [here, there] = on(Arc::clone(&state) as _, config).await;
    let (_cay, cay) = there.socket("cay").await;
    let [mut ada, mut ben] = [Client::new(&here, "ada").await, Client::new(&here, "ben").await];
    for client in [&mut ada, &mut ben] {
        client.join("c-1").await;
    }
    ben.lose();
    redis.ask("SAVE");
    redis.kill9();
    while state.ping().await.is_ok() {}
    redis.restart();
    let is_last = async |client: &Client| Some(state.latest(&session(client)).await.ok()??.is_last);
    let known = async {
        while is_last(&ben).await.is_none() {
            sleep(Duration::from_millis(20)).await;
        }
        while is_last(&ada).await != Some(true) {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(kept_anew_within, known).await.expect("who is here has it kept anew");
    assert_eq!(is_last(&ben).await, Some(false), "and who is not has not");
    let new = ben.back(&there, "ben").await;
    assert_ne!(new.pid, ben.pid);
    ada.lose();
    pin(&cay, "missed").await;
    let mut back = ada.back(&there, "ada").await;
    assert_eq!(back.pid, ada.pid);
    assert_eq!(back.texts().await, ["missed"]);
}

#[tokio::test]
async fn a_store_that_may_have_lost_the_last_change_is_not_believed() {
    // Anything else but the circuit would come after a fortieth of the window: 20 s.
    a_change_may_be_lost(1, 800_000, Duration::from_secs(15)).await;
}

#[tokio::test]
async fn nor_is_one_that_was_away_too_shortly_to_be_asked_no_more() {
    // After 6 s, then; everyone's turn would come after a minute.
    a_change_may_be_lost(1_000_000, 240_000, Duration::from_secs(30)).await;
}

/// Another node has taken up the session, and this one has not heard of it.
#[tokio::test]
async fn who_is_left_behind_changes_nothing_any_more() {
    let state = Arc::new(MemoryState::new(Arc::new(SystemClock)));
    let [here, _there] = on(Arc::clone(&state) as _, TransportConfig::default()).await;
    let mut ada = Client::new(&here, "ada").await;
    let key = session(&ada);
    let taken_up = Held {
        key: key.clone(),
        field: "0000000100000001".to_owned(),
        value: state.latest(&key).await.unwrap().unwrap().value,
    };
    assert_eq!(state.set_latest(&[taken_up], Duration::from_hours(1)).await.unwrap(), 1);
    ada.raw().send(r#"42/board,["board:join",{"classId":"c-1"}]"#).await;
    assert_eq!(ada.raw().closed().await.0, 1001);
    assert_eq!(state.latest(&key).await.unwrap().unwrap().field, "0000000100000001");
}

/// Redis is read and can't be written to, as for a while after a failover.
#[tokio::test]
async fn who_comes_back_is_told_at_once_that_the_session_can_not_be_kept() {
    let redis = Redis::start();
    let state = Arc::new(RedisState::open(&redis.url(), RedisOptions::default()).unwrap());
    let [here, there] = on(state, TransportConfig::default()).await;
    let mut ada = Client::new(&here, "ada").await;
    ada.join("c-1").await;
    ada.lose();
    redis.ask("CONFIG SET min-replicas-to-write 1");
    let mut back = ada.back(&there, "ada").await;
    assert_eq!(back.pid, ada.pid);
    assert_eq!(back.next("session.unsaved").await, json!({}));
    back.join("c-1").await;
    back.lose();
    redis.ask("CONFIG SET min-replicas-to-write 0");
    let new = back.back(&here, "ada").await;
    assert_ne!(new.pid, ada.pid, "what is kept is not the session as it was");
}
