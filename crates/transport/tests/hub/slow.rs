//! Clients that read slowly: they are brought up from the journal, and the neighbours notice nothing.

use std::sync::Arc;

use homeroom_client::Socket;
use homeroom_contract::SystemClock;
use homeroom_journal::FollowerOptions;
use homeroom_state::{MemoryState, RedisOptions, RedisState};
use homeroom_testkit::Redis;
use homeroom_transport::TransportConfig;
use homeroom_transport::engine::EngineConfig;
use homeroom_transport::socket_io::WireConfig;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::board::class;
use crate::node::{Node, PATIENCE, metric, next_named, pair, start};
use crate::raw::Raw;

/// More than the kernel takes for a client that reads nothing.
const NOTES: u64 = 300;
const BYTES: usize = 50_000;

async fn small_outbox(slow_consumer_ms: u64) -> Node {
    let config = TransportConfig { slow_consumer_ms, limits_off: true, ..TransportConfig::default() };
    let engine = EngineConfig { max_outbox_bytes: 200_000, ..EngineConfig::default() };
    let node = start(config, WireConfig { engine, ..WireConfig::default() }).await;
    for user in ["ada", "ben"] {
        node.rules.allow(user, class("c-1"));
    }
    node
}

/// Has joined the class and reads nothing more.
async fn joined(node: &Node, user: &str) -> Raw {
    let mut raw = Raw::open(node.address()).await;
    raw.send(&format!("40/board,{}", json!({ "token": node.token(user) }))).await;
    assert!(raw.text().await.starts_with("40/board,"));
    raw.send(r#"42/board,0["board:join",{"classId":"c-1"}]"#).await;
    while !raw.text().await.starts_with("43/board,0[") {}
    raw
}

async fn pin_many(ben: &Socket) {
    for n in 0..NOTES {
        let text = format!("{n:<BYTES$}");
        ben.request("note:pin", &json!({ "classId": "c-1", "text": text })).await.unwrap();
        assert_eq!(next_named(ben, "note.pinned").await["seq"], n + 1, "who reads gets it at once");
    }
}

#[tokio::test]
async fn who_reads_slowly_gets_everything_in_order_and_the_neighbours_notice_nothing() {
    let node = small_outbox(30_000).await;
    let mut ada = joined(&node, "ada").await;
    let (_ben, ben) = node.joined("ben", "c-1").await;
    pin_many(&ben).await;
    assert_eq!(metric(&node, "websocket_behind{").await, 1);
    let mut seen = Vec::new();
    while seen.len() < usize::try_from(NOTES).unwrap() {
        let text = ada.text().await;
        let Some(packet) = text.strip_prefix("42/board,") else { continue };
        let event: Value = serde_json::from_str(packet).unwrap();
        if event[0] == "note.pinned" {
            seen.push(event[1]["seq"].as_u64().unwrap());
        }
    }
    assert_eq!(seen, (1..=NOTES).collect::<Vec<_>>());
    ben.request("note:pin", &json!({ "classId": "c-1", "text": "live again" })).await.unwrap();
    assert!(ada.text().await.contains("live again"));
    let sent = r#"websocket_events_total{namespace="board",event="note.pinned",direction="out"}"#;
    assert_eq!(metric(&node, sent).await, 2 * (NOTES + 1), "each counts when it is sent, and once");
}

/// Each answer is as large as all that entries may fill, and together they are more than may wait.
#[tokio::test]
async fn who_is_behind_is_not_closed_over_the_answers_to_its_own_calls() {
    const CALLS: u64 = 12;
    let node = small_outbox(30_000).await;
    let mut ada = joined(&node, "ada").await;
    let (_ben, ben) = node.joined("ben", "c-1").await;
    pin_many(&ben).await;
    assert_eq!(metric(&node, "websocket_behind{").await, 1);
    for id in 1..=CALLS {
        ada.send(&format!(r#"42/board,{id}["sync:since",{{"afterSeq":{}}}]"#, NOTES - 2)).await;
    }
    let (mut pinned, mut answered) = (Vec::new(), Vec::new());
    while pinned.len() < usize::try_from(NOTES).unwrap() || answered.len() < usize::try_from(CALLS).unwrap() {
        let text = ada.text().await;
        if let Some((id, answer)) = text.strip_prefix("43/board,").and_then(|rest| rest.split_once('[')) {
            assert!(answer.len() > 2 * BYTES, "{answer}");
            answered.push(id.parse::<u64>().unwrap());
        } else if let Some(packet) = text.strip_prefix(r#"42/board,["note.pinned","#) {
            let event: Value = serde_json::from_str(packet.strip_suffix(']').unwrap()).unwrap();
            pinned.push(event["seq"].as_u64().unwrap());
        }
    }
    assert_eq!(pinned, (1..=NOTES).collect::<Vec<_>>());
    assert_eq!(answered, (1..=CALLS).collect::<Vec<_>>());
    assert_eq!(metric(&node, "websocket_drops_slow_total").await, 0);
}

/// Of two, the one that takes nothing.
async fn one_is_closed(node: &Node) {
    let gone = async {
        while node.transport.connections() > 1 {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, gone).await.expect("it is closed");
    assert_eq!(metric(node, "websocket_drops_slow_total").await, 1);
}

#[tokio::test]
async fn who_takes_nothing_at_all_is_closed() {
    let node = small_outbox(300).await;
    let ada = joined(&node, "ada").await;
    let (_ben, ben) = node.joined("ben", "c-1").await;
    pin_many(&ben).await;
    one_is_closed(&node).await;
    drop(ada);
}

/// What waits is little, and the next entry is too large to wait beside it.
#[tokio::test]
async fn who_takes_nothing_at_all_is_closed_before_a_large_entry_too() {
    let node = small_outbox(300).await;
    let ada = joined(&node, "ada").await;
    let (_ben, ben) = node.joined("ben", "c-1").await;
    let pin = async |bytes: usize| {
        let text = "n".repeat(bytes);
        ben.request("note:pin", &json!({ "classId": "c-1", "text": text })).await.unwrap();
        next_named(&ben, "note.pinned").await;
    };
    while metric(&node, "websocket_outbox_bytes").await == 0 {
        pin(BYTES).await;
    }
    pin(300_000).await;
    assert_eq!(metric(&node, "websocket_behind{").await, 1);
    one_is_closed(&node).await;
    drop(ada);
}

/// A transport is full already when somebody comes to a namespace over it, and while the shared state is slow to show them in
/// their rooms, entries come there.
#[tokio::test]
async fn who_falls_behind_before_it_is_in_all_its_rooms_gets_everything_once() {
    const MORE: u64 = 6;
    let redis = tokio::task::spawn_blocking(Redis::start).await.unwrap();
    let slow = RedisOptions { timeout_ms: 2_000, circuit_failures: 1_000, ..RedisOptions::default() };
    let state = Arc::new(RedisState::open(&redis.url(), slow).unwrap());
    let following = FollowerOptions { tail_bytes: 0, ..FollowerOptions::default() };
    let config = TransportConfig { limits_off: true, ..TransportConfig::default() };
    let [node, _other] = pair(state, config, following).await;
    node.rules.greet("ada", class("c-1"));
    node.rules.allow("ben", class("c-1"));
    let mut ada = joined(&node, "ada").await;
    let (_ben, ben) = node.joined("ben", "c-1").await;
    pin_many(&ben).await;
    let sockets = async |all: u64| {
        while metric(&node, r#"websocket_connections{namespace="board"}"#).await != all {
            tokio::task::yield_now().await;
        }
    };
    ada.send("41/board,").await;
    timeout(PATIENCE, sockets(1)).await.expect("she has left");
    redis.pause();
    ada.send(&format!("40/board,{}", json!({ "token": node.token("ada") }))).await;
    timeout(PATIENCE, sockets(2)).await.expect("she is back");
    for n in NOTES..NOTES + MORE {
        let text = format!("{n:<BYTES$}");
        ben.request("note:pin", &json!({ "classId": "c-1", "text": text })).await.unwrap();
    }
    redis.resume();
    while !ada.text().await.starts_with("40/board,") {}
    let mut pinned = Vec::new();
    while pinned.last() != Some(&(NOTES + MORE)) {
        if let Some(packet) = ada.text().await.strip_prefix(r#"42/board,["note.pinned","#) {
            let event: Value = serde_json::from_str(packet.strip_suffix(']').unwrap()).unwrap();
            pinned.push(event["seq"].as_u64().unwrap());
        }
    }
    assert_eq!(pinned, (NOTES + 1..=NOTES + MORE).collect::<Vec<_>>());
    assert_eq!(metric(&node, "websocket_fell_behind_total{").await, 2, "once each time that she was there");
}

/// However many come back at once, a range of the journal is read once.
#[tokio::test]
async fn a_crowd_that_comes_back_costs_the_journal_what_one_costs() {
    let state = Arc::new(MemoryState::new(Arc::new(SystemClock)));
    let following = FollowerOptions { tail_bytes: 0, batch: 50, ..FollowerOptions::default() };
    let config =
        TransportConfig { limits_off: true, max_connections_per_user: 1_000, ..TransportConfig::default() };
    let [here, there] = pair(state, config, following).await;
    for node in [&here, &there] {
        node.rules.allow("ada", class("c-1"));
    }
    let mut sessions = Vec::new();
    for _ in 0..100 {
        let mut raw = Raw::open(here.address()).await;
        raw.send(&format!("40/board,{}", json!({ "token": here.token("ada"), "recover": true }))).await;
        let answer = raw.text().await;
        let answer: Value = serde_json::from_str(answer.strip_prefix("40/board,").unwrap()).unwrap();
        raw.send(r#"42/board,0["board:join",{"classId":"c-1"}]"#).await;
        while !raw.text().await.starts_with("43/board,0[") {}
        sessions.push(answer["pid"].clone());
    }
    let (_ben, ben) = there.socket("ben").await;
    for n in 0..180 {
        ben.request("note:pin", &json!({ "classId": "c-1", "text": format!("{n}") })).await.unwrap();
    }
    let reads = async || metric(&there, r#"journal_range_reads_total{why="catch_up"}"#).await;
    assert_eq!(reads().await, 0);
    let back = sessions.iter().map(async |pid| {
        let mut raw = Raw::open(there.address()).await;
        let auth = json!({ "token": there.token("ada"), "recover": true, "pid": pid });
        raw.send(&format!("40/board,{auth}")).await;
        let mut seen = 0;
        while seen < 180 {
            seen += u32::from(raw.text().await.contains("note.pinned"));
        }
    });
    futures_util::future::join_all(back).await;
    assert_eq!(reads().await, 4, "180 entries are four pages");
    assert_eq!(metric(&there, "journal_range_reads_most_at_once").await, 1);
}
