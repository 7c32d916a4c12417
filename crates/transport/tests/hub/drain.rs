//! Stopping without losing anything.

use homeroom_client::Status;
use homeroom_transport::TransportConfig;
use serde_json::json;
use tokio::time::timeout;

use crate::node::{PATIENCE, next_named, with};

fn quick() -> TransportConfig {
    TransportConfig { drain_spread_ms: 100, reconnect_in_ms: 250, ..TransportConfig::default() }
}

#[tokio::test]
async fn everyone_is_told_and_closed_and_work_in_flight_is_waited_for() {
    let node = with(quick()).await;
    let (_a, ada) = node.socket("ada").await;
    let (_b, ben) = node.socket("ben").await;
    let empty = json!({});
    let in_flight = node.post("note:wait", "cleo").json(&empty).send();
    let draining = async {
        timeout(PATIENCE, node.begun.notified()).await.unwrap();
        let release = async {
            for socket in [&ada, &ben] {
                assert_eq!(next_named(socket, "server.draining").await, json!({ "reconnectInMs": 250 }));
                let mut status = socket.status();
                let over =
                    status.wait_for(|status| matches!(status, Status::Ended(_) | Status::Disconnected(_)));
                timeout(PATIENCE, over).await.unwrap().unwrap();
            }
            let ready = reqwest::get(format!("{}/readyz", node.admin)).await.unwrap();
            assert_eq!(ready.status(), 503);
            assert_eq!(ready.json::<serde_json::Value>().await.unwrap()["status"], "draining");
            node.gate.add_permits(1);
        };
        tokio::join!(node.transport.drain(), release).0
    };
    let (answer, finished) = tokio::join!(in_flight, draining);
    assert!(finished, "nothing was left under way");
    assert_eq!(answer.unwrap().status(), 200);
    assert_eq!(node.transport.connections(), 0);
    let late = homeroom_client::Client::connect(
        homeroom_client::Options::new(&node.url).token(node.token("ada")).reconnect(None),
    );
    assert!(late.await.is_err(), "no new connection");
}

#[tokio::test]
async fn a_command_in_flight_is_answered_before_its_socket_is_closed() {
    let node = with(quick()).await;
    let (_a, ada) = node.socket("ada").await;
    let empty = json!({});
    let draining = async {
        timeout(PATIENCE, node.begun.notified()).await.unwrap();
        let release = async {
            next_named(&ada, "server.draining").await;
            node.gate.add_permits(1);
        };
        tokio::join!(node.transport.drain(), release).0
    };
    let (answer, finished) = tokio::join!(ada.request("note:wait", &empty), draining);
    assert!(answer.is_ok(), "{answer:?}");
    assert!(finished, "and then it was closed");
    assert_eq!(node.transport.connections(), 0);
}

#[tokio::test]
async fn what_does_not_end_holds_a_drain_up_only_so_long() {
    let config = TransportConfig { drain_grace_ms: 300, call_timeout_ms: 60_000, ..quick() };
    let node = with(config).await;
    let (_a, ada) = node.socket("ada").await;
    ada.emit(homeroom_client::Emission::new("note:never").arg(&json!({})).unwrap()).await.unwrap();
    timeout(PATIENCE, node.begun.notified()).await.unwrap();
    assert!(!node.transport.drain().await);
}
