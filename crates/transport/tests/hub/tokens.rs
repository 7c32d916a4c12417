//! The end of a token while its connection lives.

use std::time::Duration;

use homeroom_client::Status;
use homeroom_transport::TransportConfig;
use serde_json::json;
use tokio::time::{Instant, timeout};

use crate::node::{PATIENCE, code, drained, next, node, with};

#[tokio::test]
async fn the_end_is_announced_and_then_the_transport_is_closed_so_that_clients_come_back() {
    let config = TransportConfig { expiring_notice_ms: 1000, ..TransportConfig::default() };
    let node = with(config).await;
    let begun = Instant::now();
    let client = node.client_with(node.token_for("ada", Duration::from_secs(3))).await;
    let socket = client.namespace("/board").await.unwrap();
    let event = next(&socket).await;
    assert_eq!(event.name, "auth.expiring");
    assert!(event.data()["expiresAt"].is_string());
    // The token's second is cut, so its life is between 2 and 3 s.
    assert!(begun.elapsed() >= Duration::from_millis(900));
    let mut status = socket.status();
    let ended = status.wait_for(|status| matches!(status, Status::Ended(_) | Status::Disconnected(_)));
    timeout(PATIENCE, ended).await.unwrap().unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(1900), "not before exp");
    let gone = async {
        while node.transport.connections() > 0 {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, gone).await.unwrap();
}

#[tokio::test]
async fn who_has_less_than_the_notice_left_is_told_at_once() {
    let node = node().await;
    let client = node.client_with(node.token_for("ada", Duration::from_secs(30))).await;
    let socket = client.namespace("/board").await.unwrap();
    assert_eq!(next(&socket).await.name, "auth.expiring");
}

#[tokio::test]
async fn a_fresh_token_carries_the_connection_on() {
    let config = TransportConfig { expiring_notice_ms: 1000, ..TransportConfig::default() };
    let node = with(config).await;
    let client = node.client_with(node.token_for("ada", Duration::from_secs(3))).await;
    let socket = client.namespace("/board").await.unwrap();
    assert_eq!(next(&socket).await.name, "auth.expiring");
    let fresh = json!({ "token": node.token("ada") });
    let answer = socket.request("auth:refresh", &fresh).await.unwrap();
    assert!(answer["expiresAt"].is_string());
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert!(drained(&socket).await.is_empty(), "past the old token's end and still here");
}

#[tokio::test]
async fn only_a_token_of_the_same_person_in_the_same_district_carries_on() {
    let node = node().await;
    let (_client, socket) = node.socket("ada").await;
    let hour = Duration::from_hours(1);
    for other in [node.token("ben"), node.token_in("d-2", "ada", hour)] {
        let refused = socket.request("auth:refresh", &json!({ "token": other })).await;
        assert_eq!(code(refused), "UNAUTHORIZED");
    }
    let nonsense = socket.request("auth:refresh", &json!({ "token": "x" })).await;
    assert_eq!(code(nonsense), "UNAUTHENTICATED");
    socket.request("server:time", &json!({})).await.unwrap();
}

/// A connection has the rights of the token that it was opened with, to the end: neither those of an earlier one nor more.
#[tokio::test]
async fn only_a_token_with_the_same_rights_carries_a_service_on() {
    let node = node().await;
    let token = |scope: &str| node.service_token("ada", scope);
    let client = node.client_with(token("auth:revoke auth:tokens")).await;
    let socket = client.namespace("/auth").await.unwrap();
    let refresh = async |token: String| socket.request("auth:refresh", &json!({ "token": token })).await;
    let others =
        [token("auth:revoke"), token("auth:revoke auth:tokens auth:moderate"), token(""), node.token("ada")];
    for other in others {
        assert_eq!(code(refresh(other).await), "UNAUTHORIZED");
    }
    refresh(token("auth:tokens auth:revoke")).await.unwrap();
    let (_client, person) = node.socket("ada").await;
    let refused = person.request("auth:refresh", &json!({ "token": token("auth:revoke") })).await;
    assert_eq!(code(refused), "UNAUTHORIZED");
}
