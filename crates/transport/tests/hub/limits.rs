//! How much one person may do.

use std::time::Duration;

use homeroom_client::Error;
use homeroom_contract::UserId;
use homeroom_transport::{Rate, TransportConfig};
use serde_json::json;

use crate::node::{PATIENCE, node, with};

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

#[tokio::test]
async fn the_limits_can_be_turned_off() {
    let node = with(TransportConfig { limits_off: true, ..limited("note:pin", 1) }).await;
    let (_a, ada) = node.socket("ada").await;
    for _ in 0..5 {
        ada.request("note:pin", &json!({ "classId": "c-1", "text": "Hello" })).await.unwrap();
    }
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
        while third.namespace("/board").await.is_err() {
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
