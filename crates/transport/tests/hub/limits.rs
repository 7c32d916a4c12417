//! How much one person may do, in a room, on a connection and on a node.

use std::time::Duration;

use homeroom_client::{Backoff, Client, Error, Options, Received};
use homeroom_contract::UserId;
use homeroom_transport::socket_io::WireConfig;
use homeroom_transport::{Rate, TransportConfig};
use serde_json::json;

use crate::board::class;
use crate::node::{Node, PATIENCE, code, drained, metric, node, start, with};
use crate::raw::Raw;

fn limited(name: &str, count: u32) -> TransportConfig {
    let limits = [(name.to_owned(), Rate { count, per_ms: 60_000 })].into_iter().collect();
    TransportConfig { limits, ..TransportConfig::default() }
}

#[tokio::test]
async fn too_many_are_refused_with_the_time_to_come_back() {
    let node = with(limited("note:pin", 2)).await;
    let (_a, ada) = node.socket("ada").await;
    let (_a2, second) = node.socket("ada").await;
    let (_b, ben) = node.socket("ben").await;
    let pin = json!({ "classId": "c-1", "text": "Hello" });
    ada.request("note:pin", &pin).await.unwrap();
    second.request("note:pin", &pin).await.unwrap();
    let Error::Failed(failure) = ada.request("note.pin", &pin).await.unwrap_err() else { panic!() };
    assert_eq!(failure.code.as_str(), "RATE_LIMIT_EXCEEDED");
    assert!(failure.retry_after.is_some_and(|after| after > Duration::from_secs(50)));
    ben.request("note:pin", &pin).await.unwrap();
    ada.request("server:time", &json!({})).await.unwrap();
    let over_http = node.post("note:pin", "ada").json(&pin).send().await.unwrap();
    assert_eq!(over_http.status(), 429);
    let seconds: u64 = over_http.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((50..=60).contains(&seconds));
}

/// However they are called: what a namespace doesn't have is counted together.
#[tokio::test]
async fn what_there_is_not_can_not_be_asked_for_without_end() {
    let node = with(limited("default", 2)).await;
    let (_a, ada) = node.socket("ada").await;
    let (_b, ben) = node.socket("ben").await;
    let empty = json!({});
    for name in ["note:unpin", "note:burn"] {
        assert_eq!(code(ada.request(name, &empty).await), "UNKNOWN_EVENT");
    }
    let Error::Failed(failure) = ada.request("note:eat", &empty).await.unwrap_err() else { panic!() };
    assert_eq!(failure.code.as_str(), "RATE_LIMIT_EXCEEDED");
    assert!(failure.retry_after.is_some_and(|after| after > Duration::from_secs(50)));
    let over_http = node.post("note:fold", "ada").json(&empty).send().await.unwrap();
    assert_eq!(over_http.status(), 429);
    assert!(over_http.headers().contains_key("retry-after"));
    ada.request("server:time", &empty).await.expect("what there is has its own");
    assert_eq!(code(ben.request("note:unpin", &empty).await), "UNKNOWN_EVENT", "so has another person");
    for status in [404, 404, 429] {
        assert_eq!(node.post("note:fold", "cleo").json(&empty).send().await.unwrap().status(), status);
    }
    assert_eq!(metric(&node, r#"limit_refusals_total{limit="person"}"#).await, 3);
}

/// What is refused anyway counts all the same: a payload that is none, and what makes no sense over HTTP.
#[tokio::test]
async fn what_is_wrong_can_not_be_asked_for_without_end() {
    let node = with(limited("default", 1)).await;
    let (_a, ada) = node.socket("ada").await;
    for expected in ["VALIDATION_ERROR", "RATE_LIMIT_EXCEEDED"] {
        assert_eq!(code(ada.request("note:pin", &json!("no object")).await), expected);
    }
    for expected in [405, 429] {
        assert_eq!(node.post("pen:move", "ada").json(&json!({})).send().await.unwrap().status(), expected);
    }
}

#[tokio::test]
async fn the_limits_can_be_turned_off() {
    let node = with(TransportConfig { limits_off: true, ..limited("note:pin", 1) }).await;
    let (_a, ada) = node.socket("ada").await;
    for _ in 0..5 {
        ada.request("note:pin", &json!({ "classId": "c-1", "text": "Hello" })).await.unwrap();
    }
}

/// Whoever connects in a crowd waits for a turn, not for ever; and is then not refused, which would keep a stock client away, but
/// loses the connection and comes back.
#[tokio::test]
async fn so_many_connect_at_once() {
    let config =
        TransportConfig { connect_concurrency: 1, call_timeout_ms: 100, ..TransportConfig::default() };
    let node = with(config).await;
    node.rules.greet("ada", class("c-1"));
    node.rules.slow_for(class("c-1"));
    let (ada, ben) = (node.client("ada").await, node.client("ben").await);
    let crowd = async {
        node.rules.asked.notified().await;
        let error = ben.namespace("/board").await.unwrap_err();
        assert!(matches!(error, Error::Disconnected(_)), "{error}");
        node.rules.go.notify_one();
    };
    let quick = Backoff { base: Duration::from_millis(10), cap: Duration::from_millis(50) };
    let cay = Options::new(&node.url).token(node.token("cay")).reconnect(quick);
    let cay = Client::connect(cay).await.unwrap();
    let (first, (), back) = tokio::join!(ada.namespace("/board"), crowd, cay.namespace("/board"));
    first.unwrap();
    back.unwrap();
}

/// Of two namespaces that a client asks for in one go neither is refused for good.
#[tokio::test]
async fn who_has_to_wait_too_long_for_the_first_of_two_namespaces_comes_back_for_both() {
    let config =
        TransportConfig { connect_concurrency: 1, call_timeout_ms: 100, ..TransportConfig::default() };
    let node = with(config).await;
    node.rules.greet("ada", class("c-1"));
    node.rules.slow_for(class("c-1"));
    let (ada, mut ben) = (node.client("ada").await, Raw::open(node.address()).await);
    let both = async {
        node.rules.asked.notified().await;
        let auth = json!({ "token": node.token("ben") });
        ben.send(&format!("40/board,{auth}")).await;
        ben.send(&format!("40/auth,{auth}")).await;
        let (_, before) = ben.closed().await;
        assert_eq!(before, [], "no refusal");
        node.rules.go.notify_one();
    };
    tokio::join!(ada.namespace("/board"), both).0.unwrap();
}

#[tokio::test]
async fn a_person_has_so_many_connections_and_the_newest_is_refused() {
    let node = with(TransportConfig { max_connections_per_user: 2, ..TransportConfig::default() }).await;
    let (first, one) = node.socket("ada").await;
    let (_second, two) = node.socket("ada").await;
    let third = node.client("ada").await;
    let error = third.namespace("/board").await.unwrap_err();
    assert_eq!(error.code().unwrap().as_str(), "TOO_MANY_CONNECTIONS");
    node.socket("ben").await;
    for socket in [&one, &two] {
        socket.request("server:time", &json!({})).await.unwrap();
    }
    first.close().await;
    // The place is free as soon as the server has seen the end.
    let again = async {
        while node.client("ada").await.namespace("/board").await.is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, again).await.unwrap();
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let node = with(TransportConfig { max_body_bytes: 100, ..TransportConfig::default() }).await;
    let body = json!({ "classId": "c-1", "text": "x".repeat(100) });
    let answer = node.post("note:pin", "ada").json(&body).send().await.unwrap();
    assert_eq!(answer.status(), 413);
    assert_eq!(answer.json::<serde_json::Value>().await.unwrap()["code"], "PAYLOAD_TOO_LARGE");
    let fits = json!({ "classId": "c-1", "text": "x" });
    assert_eq!(node.post("note:pin", "ada").json(&fits).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn nobody_speaks_for_two_people_on_one_connection() {
    let node = node().await;
    let tokens = std::sync::Mutex::new(vec![node.token("ben"), node.token("ada")]);
    let options = homeroom_client::Options::new(&node.url).reconnect(None).auth(move || {
        let token = tokens.lock().unwrap().pop();
        async move { json!({ "token": token }) }
    });
    let client = homeroom_client::Client::connect(options).await.unwrap();
    let board = client.namespace("/board").await.unwrap();
    board.request("server:time", &json!({})).await.unwrap();
    board.disconnect().await.unwrap();
    // Having left as ada, the connection may be ben's.
    client.namespace("/board").await.unwrap();
}

/// A service may have the name of a person, or come with fewer rights.
#[tokio::test]
async fn on_one_connection_everyone_is_the_same_to_the_last_right() {
    let node = node().await;
    let service = |scope: &str| node.service_token("ada", scope);
    for other in [node.token("ada"), service("auth:revoke"), service("auth:revoke auth:tokens board:read")] {
        let tokens = std::sync::Mutex::new(vec![other, service("auth:revoke auth:tokens")]);
        let options = Options::new(&node.url).reconnect(None).auth(move || {
            let token = tokens.lock().unwrap().pop();
            async move { json!({ "token": token }) }
        });
        let client = Client::connect(options).await.unwrap();
        let auth = client.namespace("/auth").await.unwrap();
        let error = client.namespace("/board").await.unwrap_err();
        assert_eq!(error.code().unwrap().as_str(), "UNAUTHORIZED");
        auth.request("server:time", &json!({})).await.unwrap();
    }
}

#[tokio::test]
async fn a_service_uses_up_nothing_of_the_person_of_its_name() {
    let node = with(limited("server:time", 1)).await;
    let url = format!("{}/v1/board/server:time", node.url);
    let ask = async |token: String| {
        reqwest::Client::new().post(&url).bearer_auth(token).send().await.unwrap().status().as_u16()
    };
    let (person, service) = (node.token("ada"), node.service_token("ada", "board:read"));
    for expected in [200, 429] {
        assert_eq!(ask(service.clone()).await, expected);
        assert_eq!(ask(person.clone()).await, expected);
    }
}

#[tokio::test]
async fn a_rule_that_panics_lets_nobody_in_and_takes_no_place() {
    let node = with(TransportConfig { max_connections_per_user: 1, ..TransportConfig::default() }).await;
    *node.rules.bewildered_by.lock().unwrap() = Some(UserId::new("eve").unwrap());
    let client = node.client("eve").await;
    for _ in 0..3 {
        let error = client.namespace("/board").await.unwrap_err();
        assert_eq!(error.code().unwrap().as_str(), "INTERNAL");
    }
    *node.rules.bewildered_by.lock().unwrap() = None;
    client.namespace("/board").await.unwrap();
}

/// However many people: what reaches everyone in a room may come only so often, and what is refused has not happened.
#[tokio::test]
async fn a_room_is_told_only_so_much() {
    let node = with(TransportConfig { room_limit_per_10s: 3, ..TransportConfig::default() }).await;
    for user in ["ada", "ben"] {
        node.rules.allow(user, class("c-1"));
        node.rules.allow(user, class("c-2"));
    }
    let (_a, ada) = node.joined("ada", "c-1").await;
    let (_b, ben) = node.joined("ben", "c-1").await;
    drained(&ada).await;
    let pin = |class: &str| json!({ "classId": class, "text": "Hello", "copies": 5 });
    ada.request("note:pin", &pin("c-1")).await.unwrap();
    ben.request("note:pin", &pin("c-1")).await.unwrap();
    ben.request("pen:move", &json!({ "classId": "c-1", "isMoving": true })).await.unwrap();
    drained(&ada).await;
    let Error::Failed(failure) = ada.request("note:pin", &pin("c-1")).await.unwrap_err() else { panic!() };
    assert_eq!(failure.code.as_str(), "RATE_LIMIT_EXCEEDED");
    assert!(failure.retry_after.is_some_and(|after| after > Duration::from_millis(1)));
    assert_eq!(node.post("note:pin", "cleo").json(&pin("c-1")).send().await.unwrap().status(), 429);
    let moving = json!({ "classId": "c-1", "isMoving": true });
    assert_eq!(code(ben.request("pen:move", &moving).await), "RATE_LIMIT_EXCEEDED");
    assert_eq!(node.entries().await, 10, "nothing of it was committed");
    let moved = |event: &Received| event.name == "pen.moved" && event.data()["isMoving"] == true;
    assert!(!drained(&ada).await.iter().any(moved), "and nobody was told");
    ada.request("note:pin", &pin("c-2")).await.expect("another room has its own");
    assert_eq!(metric(&node, r#"limit_refusals_total{limit="room"}"#).await, 3);
}

#[tokio::test]
async fn a_room_is_told_anything_with_the_limits_off() {
    let node =
        with(TransportConfig { room_limit_per_10s: 1, limits_off: true, ..TransportConfig::default() }).await;
    let (_a, ada) = node.socket("ada").await;
    for _ in 0..5 {
        ada.request("note:pin", &json!({ "classId": "c-1", "text": "Hello" })).await.unwrap();
    }
}

#[tokio::test]
async fn a_node_has_only_so_many_calls_under_way() {
    let node = with(TransportConfig { max_calls_in_flight: 1, ..TransportConfig::default() }).await;
    let (_a, ada) = node.socket("ada").await;
    let (_b, ben) = node.socket("ben").await;
    let empty = json!({});
    let refused = async {
        tokio::time::timeout(PATIENCE, node.begun.notified()).await.unwrap();
        let Error::Failed(failure) = ben.request("server:time", &empty).await.unwrap_err() else { panic!() };
        assert_eq!((failure.code.as_str(), failure.retry_after), ("BUSY", Some(Duration::from_secs(1))));
        let over_http = node.post("server:time", "ben").json(&empty).send().await.unwrap();
        assert_eq!(
            (over_http.status().as_u16(), &over_http.headers()["retry-after"]),
            (503, &"1".parse().unwrap())
        );
        assert_eq!(metric(&node, r#"limit_refusals_total{limit="node"}"#).await, 2);
        node.gate.add_permits(1);
    };
    tokio::join!(ada.request("note:wait", &empty), refused).0.unwrap();
    ben.request("server:time", &empty).await.unwrap();
}

async fn asking(limits_off: bool) -> (Node, Client) {
    let mut wire = WireConfig::default();
    wire.socket_io.connects_per_min = 2;
    let node = start(TransportConfig { limits_off, ..TransportConfig::default() }, wire).await;
    let client = node.client("ada").await;
    (node, client)
}

#[tokio::test]
async fn a_connection_that_asks_too_often_is_told_when_to_ask_again() {
    let (node, client) = asking(false).await;
    let board = client.namespace("/board").await.unwrap();
    client.namespace("/auth").await.unwrap().disconnect().await.unwrap();
    let Error::Refused(refusal) = client.namespace("/auth").await.unwrap_err() else { panic!("no refusal") };
    assert_eq!(refusal.data["code"], "RATE_LIMIT_EXCEEDED");
    let wait = refusal.data["retryAfterMs"].as_u64().unwrap();
    assert!((1..=60_000).contains(&wait), "{wait}");
    board.request("server:time", &json!({})).await.expect("what it is in goes on");
    assert_eq!(metric(&node, r#"limit_refusals_total{limit="connects"}"#).await, 1);
    node.socket("ada").await;
}

#[tokio::test]
async fn a_connection_asks_as_often_as_it_likes_with_the_limits_off() {
    let (_node, client) = asking(true).await;
    for _ in 0..4 {
        client.namespace("/board").await.unwrap().disconnect().await.unwrap();
    }
}
