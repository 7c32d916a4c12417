//! Whoever it is in doubt what they may hears nothing until somebody has looked, and then everything that is still theirs.

use std::time::Duration;

use homeroom_client::{Received, Socket};
use homeroom_transport::TransportConfig;
use homeroom_transport::engine::EngineConfig;
use homeroom_transport::socket_io::WireConfig;
use serde_json::json;
use tokio::time::{sleep, timeout};

use crate::board::class;
use crate::node::{Node, code, drained, metric, next, next_named, start};
use crate::raw::Raw;

const DOUBT: Duration = Duration::from_millis(50);

/// Shorter than anything here takes: nobody is closed for it who is not told anything.
const SLOW_CONSUMER_MS: u64 = 50;

async fn quick() -> Node {
    with_outbox(SLOW_CONSUMER_MS, EngineConfig::default()).await
}

async fn with_outbox(slow_consumer_ms: u64, engine: EngineConfig) -> Node {
    let doubt_ms = u64::try_from(DOUBT.as_millis()).unwrap();
    let (roster_poll_ms, limits_off) = (50, true);
    let config = TransportConfig {
        doubt_ms,
        roster_poll_ms,
        slow_consumer_ms,
        limits_off,
        ..TransportConfig::default()
    };
    start(config, WireConfig { engine, ..WireConfig::default() }).await
}

/// Something has changed that may concern everyone, nobody can be looked up, and the time is over for which they are told all the
/// same.
async fn come_into_doubt(node: &Node) {
    node.roster.close();
    node.roster.touch_everyone();
    node.roster.settled().await;
    sleep(DOUBT).await;
}

async fn pin(writer: &Socket, class: &str, text: &str) {
    writer.request("note:pin", &json!({ "classId": class, "text": text })).await.unwrap();
}

fn texts(events: &[Received]) -> Vec<&str> {
    let notes = events.iter().filter(|event| event.name == "note.pinned");
    notes.map(|event| event.data()["text"].as_str().unwrap()).collect()
}

/// What comes until that event.
async fn until(socket: &Socket, last: impl Fn(&Received) -> bool) -> Vec<Received> {
    let mut events = Vec::new();
    while !events.last().is_some_and(&last) {
        events.push(next(socket).await);
    }
    events
}

/// More people than are looked up at once, after a change that may concern them all.
#[tokio::test]
async fn nobody_in_doubt_is_told_anything_until_looked_up_and_then_everything_in_order_once() {
    let node = quick().await;
    let (_writer, writer) = node.socket("writer").await;
    let (mut stay, mut lose) = (Vec::new(), Vec::new());
    for n in 0..40 {
        let user = format!("user-{n}");
        node.rules.allow(&user, class("c-1"));
        let joined = node.joined(&user, "c-1").await;
        if n % 2 == 0 { stay.push(joined) } else { lose.push((user, joined)) }
    }
    pin(&writer, "c-1", "before").await;
    for (user, _) in &lose {
        node.rules.forbid(user, &class("c-1"));
    }
    come_into_doubt(&node).await;
    for text in ["one", "two", "three"] {
        pin(&writer, "c-1", text).await;
        writer.request("pen:hold", &json!({ "classId": "c-1" })).await.unwrap();
    }
    sleep(2 * Duration::from_millis(SLOW_CONSUMER_MS)).await;
    for (_, socket) in stay.iter().chain(lose.iter().map(|(_, joined)| joined)) {
        let events = drained(socket).await;
        assert_eq!(texts(&events), ["before"]);
        assert!(!events.iter().any(|event| event.name == "pen.moved"));
    }
    node.roster.open();
    for (_, socket) in &stay {
        let events = until(socket, |event| texts(std::slice::from_ref(event)) == ["three"]).await;
        assert_eq!(texts(&events), ["one", "two", "three"]);
    }
    for (_, (_, socket)) in &lose {
        let events = until(socket, |event| event.name == "room.revoked").await;
        assert_eq!(texts(&events), [""; 0]);
    }
    pin(&writer, "c-1", "after").await;
    for (_, socket) in &stay {
        assert_eq!(next_named(socket, "note.pinned").await["text"], "after", "live again");
        assert_eq!(texts(&drained(socket).await), [""; 0]);
    }
    for (_, (_, socket)) in &lose {
        assert_eq!(texts(&drained(socket).await), [""; 0]);
    }
    assert_eq!(metric(&node, "websocket_drops_slow_total").await, 0);
}

/// Somebody who had fallen behind is not brought up with what is not theirs any more.
#[tokio::test]
async fn who_is_behind_and_in_doubt_is_not_brought_up_before_being_looked_up() {
    const QUIET: Duration = Duration::from_millis(500);
    let engine = EngineConfig { max_outbox_bytes: 200_000, ..EngineConfig::default() };
    let node = with_outbox(30_000, engine).await;
    node.rules.allow("ada", class("c-1"));
    let mut ada = Raw::open(node.address()).await;
    ada.send(&format!("40/board,{}", json!({ "token": node.token("ada") }))).await;
    assert!(ada.text().await.starts_with("40/board,"));
    ada.send(r#"42/board,0["board:join",{"classId":"c-1"}]"#).await;
    while !ada.text().await.starts_with("43/board,0[") {}
    let (_writer, writer) = node.socket("writer").await;
    while metric(&node, "websocket_behind{").await == 0 {
        pin(&writer, "c-1", &"n".repeat(50_000)).await;
    }
    node.rules.forbid("ada", &class("c-1"));
    come_into_doubt(&node).await;
    pin(&writer, "c-1", "late").await;
    while let Ok(text) = timeout(QUIET, ada.text()).await {
        assert!(!text.contains("late"), "from before the change, and no further");
    }
    node.roster.open();
    loop {
        let text = ada.text().await;
        assert!(!text.contains("note.pinned"), "{text}");
        if text.contains("room.revoked") {
            break;
        }
    }
}

/// Who comes into a room meanwhile comes with a right that has just been looked up, and hears what happens there with the rest.
#[tokio::test]
async fn a_room_that_somebody_in_doubt_enters_is_heard_of_afterwards() {
    let node = quick().await;
    let (_writer, writer) = node.socket("writer").await;
    node.rules.allow("ben", class("c-1"));
    node.rules.allow("ben", class("c-2"));
    let (_ben, ben) = node.joined("ben", "c-1").await;
    node.rules.forbid("ben", &class("c-1"));
    come_into_doubt(&node).await;
    pin(&writer, "c-2", "earlier").await;
    ben.request("board:join", &json!({ "classId": "c-2" })).await.unwrap();
    pin(&writer, "c-1", "lost").await;
    pin(&writer, "c-2", "since then").await;
    assert_eq!(texts(&drained(&ben).await), [""; 0]);
    node.roster.open();
    let events = until(&ben, |event| event.name == "note.pinned").await;
    assert_eq!(texts(&events), ["since then"]);
    assert!(events.iter().any(|event| event.name == "room.revoked"));
    assert_eq!(texts(&drained(&ben).await), [""; 0]);
}

/// A question for what has happened is not answered by rooms that may be lost.
#[tokio::test]
async fn who_is_in_doubt_reads_nothing_of_a_room_that_is_lost() {
    let node = quick().await;
    let (_writer, writer) = node.socket("writer").await;
    for room in ["c-1", "c-2"] {
        node.rules.allow("ben", class(room));
    }
    let (_ben, ben) = node.joined("ben", "c-1").await;
    ben.request("board:join", &json!({ "classId": "c-2" })).await.unwrap();
    node.rules.forbid("ben", &class("c-1"));
    come_into_doubt(&node).await;
    for room in ["c-1", "c-2"] {
        pin(&writer, room, room).await;
    }
    let of_it = json!({ "room": "class:c-1", "afterSeq": 0 });
    assert_eq!(code(ben.request("sync:since", &of_it).await), "NOT_IN_ROOM");
    let synced = ben.request("sync:since", &json!({ "afterSeq": 0 })).await.unwrap();
    let texts: Vec<_> = synced["events"].as_array().unwrap().iter().map(|one| &one["data"]["text"]).collect();
    assert_eq!(texts, ["c-2"]);
}

/// Its database is away, and the bus still brings what others commit: nobody is told it who may have lost the right to hear it.
#[tokio::test]
async fn a_node_that_can_not_see_what_became_of_rights_tells_nobody_anything() {
    let node = quick().await;
    let (_writer, writer) = node.socket("writer").await;
    for user in ["ada", "ben"] {
        node.rules.allow(user, class("c-1"));
    }
    let ((_ada, ada), (_ben, ben)) = (node.joined("ada", "c-1").await, node.joined("ben", "c-1").await);
    node.roster.hide_changes(true);
    node.rules.forbid("ada", &class("c-1"));
    node.roster.touch("ada");
    // What is promised.
    sleep(Duration::from_secs(2)).await;
    for text in ["one", "two"] {
        pin(&writer, "c-1", text).await;
        writer.request("pen:hold", &json!({ "classId": "c-1" })).await.unwrap();
    }
    for socket in [&ada, &ben] {
        let events = drained(socket).await;
        assert_eq!(texts(&events), [""; 0]);
        assert!(!events.iter().any(|event| event.name == "pen.moved"));
    }
    let of_it = json!({ "room": "class:c-1", "afterSeq": 0 });
    assert_eq!(code(ada.request("sync:since", &of_it).await), "NOT_IN_ROOM");
    node.roster.hide_changes(false);
    let events = until(&ben, |event| texts(std::slice::from_ref(event)) == ["two"]).await;
    assert_eq!(texts(&events), ["one", "two"]);
    let events = until(&ada, |event| event.name == "room.revoked").await;
    assert_eq!(texts(&events), [""; 0]);
    assert_eq!(texts(&drained(&ada).await), [""; 0]);
}
