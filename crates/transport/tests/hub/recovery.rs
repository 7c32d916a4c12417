//! Coming back to a session (socket.io, "Connection state recovery"), as the stock JavaScript client does it, byte by byte.

use std::sync::Arc;
use std::time::Duration;

use homeroom_client::Socket;
use homeroom_contract::{SystemClock, TenantId};
use homeroom_journal::{FollowerOptions, sql};
use homeroom_state::{Held, Key, MemoryState, RedisOptions, RedisState, StateAdapter};
use homeroom_testkit::Redis;
use homeroom_transport::TransportConfig;
use serde_json::{Value, json};

use crate::board::class;
use crate::node::{Node, pair};
use crate::raw::Raw;

async fn nodes() -> [Node; 2] {
    let state = Arc::new(MemoryState::new(Arc::new(SystemClock)));
    on(state, TransportConfig::default()).await
}

async fn on(state: Arc<dyn StateAdapter>, config: TransportConfig) -> [Node; 2] {
    let nodes = pair(state, config, FollowerOptions::default()).await;
    for node in &nodes {
        for user in ["ada", "ben"] {
            node.rules.allow(user, class("c-1"));
        }
    }
    nodes
}

/// A client that asks for recovery.
struct Client {
    /// None once it is lost.
    connection: Option<Raw>,
    pid: String,
    /// The last offset that it was given.
    offset: Option<String>,
}

impl Client {
    async fn new(node: &Node, user: &str) -> Self {
        Self::with(node, user, json!({})).await
    }

    /// Comes with these fields besides its token.
    async fn with(node: &Node, user: &str, more: Value) -> Self {
        let mut raw = Raw::open(node.address()).await;
        let mut auth = json!({ "token": node.token(user), "recover": true });
        auth.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        raw.send(&format!("40/board,{auth}")).await;
        let answer = raw.text().await;
        let answer: Value = serde_json::from_str(answer.strip_prefix("40/board,").expect(&answer)).unwrap();
        Self { connection: Some(raw), pid: answer["pid"].as_str().unwrap().to_owned(), offset: None }
    }

    /// Its connection is lost.
    fn lose(&mut self) {
        self.connection = None;
    }

    fn raw(&mut self) -> &mut Raw {
        self.connection.as_mut().unwrap()
    }

    /// Comes to that node with what it has, the connection before being lost or not.
    async fn back(&self, node: &Node, user: &str) -> Self {
        Self::with(node, user, json!({ "pid": self.pid, "offset": self.offset })).await
    }

    async fn join(&mut self, class: &str) {
        self.raw().send(&format!(r#"42/board,0["board:join",{{"classId":"{class}"}}]"#)).await;
        while !self.raw().text().await.starts_with("43/board,0[{\"success\":true") {}
    }

    /// The next event of that name: its payload. Others are skipped.
    async fn next(&mut self, name: &str) -> Value {
        loop {
            let text = self.raw().text().await;
            let Some(packet) = text.strip_prefix("42/board,") else { continue };
            let mut args: Vec<Value> = serde_json::from_str(packet).unwrap();
            if let Some(offset) = args.get(2) {
                self.offset = Some(offset.as_str().unwrap().to_owned());
            }
            if args[0] == name {
                return args.swap_remove(1);
            }
        }
    }

    async fn texts<const N: usize>(&mut self) -> [String; N] {
        let mut texts = Vec::new();
        for _ in 0..N {
            texts.push(self.next("note.pinned").await["text"].as_str().unwrap().to_owned());
        }
        texts.try_into().unwrap()
    }
}

/// Where its session is kept.
fn session(client: &Client) -> Key {
    Key::of(&TenantId::new("d-1").unwrap(), "session").and(&client.pid)
}

async fn pin(socket: &Socket, text: &str) {
    socket.request("note:pin", &json!({ "classId": "c-1", "text": text })).await.unwrap();
}

#[tokio::test]
async fn who_comes_back_to_any_node_gets_what_was_missed_in_order_and_then_goes_on() {
    let [here, there] = nodes().await;
    let (_ben, ben) = there.joined("ben", "c-1").await;
    let mut ada = Client::new(&here, "ada").await;
    ada.join("c-1").await;
    pin(&ben, "0").await;
    assert_eq!(ada.texts().await, ["0"]);
    assert_eq!(ada.offset.as_deref(), Some("1"));
    for node in [&there, &here] {
        ada.lose();
        pin(&ben, "1").await;
        pin(&ben, "2").await;
        let back = ada.back(node, "ada").await;
        assert_eq!(back.pid, ada.pid, "the same session");
        ada = back;
        pin(&ben, "3").await;
        assert_eq!(ada.texts().await, ["1", "2", "3"]);
    }
}

#[tokio::test]
async fn who_has_had_nothing_yet_is_recovered_from_where_it_came() {
    let [here, there] = nodes().await;
    let (_ben, ben) = there.joined("ben", "c-1").await;
    let mut ada = Client::new(&here, "ada").await;
    pin(&ben, "before ada was in the room").await;
    ada.join("c-1").await;
    ada.lose();
    pin(&ben, "missed").await;
    let mut back = ada.back(&there, "ada").await;
    assert_eq!(back.pid, ada.pid);
    assert_eq!(back.texts().await, ["missed"]);
}

#[tokio::test]
async fn a_session_is_of_no_use_to_another_person() {
    let [here, there] = nodes().await;
    let (_cay, cay) = there.socket("cay").await;
    let mut ada = Client::new(&here, "ada").await;
    ada.join("c-1").await;
    pin(&cay, "for the class").await;
    assert_eq!(ada.texts().await, ["for the class"]);
    let mut mallory = Client::with(&there, "mallory", json!({ "pid": ada.pid, "offset": "0" })).await;
    assert_ne!(mallory.pid, ada.pid);
    pin(&cay, "again").await;
    mallory.raw().send(r#"42/board,7["server:time",{}]"#).await;
    assert!(mallory.raw().text().await.starts_with("43/board,7["), "nothing has come before that");
    assert_eq!(ada.texts().await, ["again"], "and the session is still whose it was");
}

#[tokio::test]
async fn rooms_are_asked_for_again() {
    let [here, there] = nodes().await;
    let (_ben, ben) = there.joined("ben", "c-1").await;
    let mut ada = Client::new(&here, "ada").await;
    ada.join("c-1").await;
    pin(&ben, "0").await;
    ada.texts::<1>().await;
    for node in [&here, &there] {
        node.rules.forbid("ada", &class("c-1"));
    }
    ada.lose();
    pin(&ben, "not for ada").await;
    let back = ada.back(&there, "ada").await;
    assert_eq!(back.pid, ada.pid);
    ada = back;
    assert_eq!(ada.next("room.revoked").await["room"], "class:c-1");
    ada.raw().send(r#"42/board,7["server:time",{}]"#).await;
    assert!(ada.raw().text().await.starts_with("43/board,7["));
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
    for offset in ["4", "1!", "one", ""] {
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

#[tokio::test]
async fn a_session_that_comes_back_while_its_connection_lives_takes_it_over() {
    let [here, there] = nodes().await;
    for node in [&here, &there] {
        let mut ada = Client::new(&here, "ada").await;
        let again = ada.back(node, "ada").await;
        assert_eq!(again.pid, ada.pid);
        assert_eq!(ada.raw().closed().await.0, 1001);
    }
}

#[tokio::test]
async fn who_did_not_ask_gets_neither_a_session_nor_an_offset() {
    let [here, there] = nodes().await;
    let (_ben, ben) = there.socket("ben").await;
    let mut raw = Raw::open(here.address()).await;
    raw.send(&format!("40/board,{}", json!({ "token": here.token("ada") }))).await;
    let answer = raw.text().await;
    let answer: Value = serde_json::from_str(answer.strip_prefix("40/board,").unwrap()).unwrap();
    assert_eq!(answer.as_object().unwrap().keys().collect::<Vec<_>>(), ["sid"]);
    raw.send(r#"42/board,0["board:join",{"classId":"c-1"}]"#).await;
    assert!(raw.text().await.starts_with("43/board,0["));
    pin(&ben, "0").await;
    let event = raw.text().await;
    let event: Vec<Value> = serde_json::from_str(event.strip_prefix("42/board,").unwrap()).unwrap();
    assert_eq!(event.len(), 2, "a name and a payload");
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
    let before = state.fields(&key).await.unwrap();
    ada.join("c-2").await;
    let hour = Duration::from_hours(1);
    let late: Vec<_> =
        before.into_iter().map(|(field, value)| Held { key: key.clone(), field, value }).collect();
    assert_eq!(late.len(), 1, "one version is kept");
    for Held { key, field, value } in &late {
        assert!(!state.set_latest(key, field, value.clone(), Some(hour)).await.unwrap());
    }
    state.renew(&late, hour).await.unwrap();
    ada.lose();
    cay.request("note:pin", &json!({ "classId": "c-2", "text": "missed" })).await.unwrap();
    let mut back = ada.back(&there, "ada").await;
    assert_eq!(back.pid, ada.pid);
    assert_eq!(back.texts().await, ["missed"]);
}

/// Another node has taken up the session, and this one has not heard of it.
#[tokio::test]
async fn who_is_left_behind_changes_nothing_any_more() {
    let state = Arc::new(MemoryState::new(Arc::new(SystemClock)));
    let [here, _there] = on(Arc::clone(&state) as _, TransportConfig::default()).await;
    let mut ada = Client::new(&here, "ada").await;
    let key = session(&ada);
    let kept = state.fields(&key).await.unwrap().remove(0).1;
    assert!(state.set_latest(&key, "0000000100000001", kept, None).await.unwrap());
    ada.raw().send(r#"42/board,["board:join",{"classId":"c-1"}]"#).await;
    assert_eq!(ada.raw().closed().await.0, 1001);
    assert_eq!(state.fields(&key).await.unwrap()[0].0, "0000000100000001");
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
    assert_eq!(ada.offset.as_deref(), Some("1"), "what was kept is the session as it is");
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
    let back = ada.back(&here, "ada").await;
    assert_ne!(back.pid, ada.pid);
}
