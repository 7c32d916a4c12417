//! Stopping without losing anything.

use std::time::Duration;

use futures_util::future::join_all;
use homeroom_client::Status;
use homeroom_transport::TransportConfig;
use serde_json::json;
use tokio::time::{Instant, timeout};

use crate::node::{PATIENCE, drained, next_named, with};
use crate::raw::{Got, Raw};

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

/// A command that never ends: the drain does, and the client gets a close frame all the same, so that it comes back elsewhere.
#[tokio::test]
async fn what_does_not_end_holds_a_drain_up_only_so_long_and_is_closed_properly() {
    let config = TransportConfig { drain_grace_ms: 300, call_timeout_ms: 60_000, ..quick() };
    let node = with(config).await;
    let mut ada = Raw::open(node.address()).await;
    ada.send(&format!("40/board,{}", json!({ "token": node.token("ada") }))).await;
    assert!(ada.text().await.starts_with("40/board,"));
    ada.send(r#"42/board,7["note:never",{}]"#).await;
    timeout(PATIENCE, node.begun.notified()).await.unwrap();
    let (finished, (code, before)) = tokio::join!(node.transport.drain(), ada.closed());
    assert!(!finished);
    assert_eq!(code, 1001, "going away");
    assert!(matches!(before.as_slice(), [Got::Text(text)] if text.contains("server.draining")), "{before:?}");
    assert_eq!(node.transport.connections(), 0);
}

/// Of sixty connections the nth is closed no sooner than n sixtieths of the spread have passed: a spread and not a burst.
#[tokio::test]
async fn connections_are_closed_evenly_over_the_spread() {
    const ALL: u32 = 60;
    let spread = Duration::from_millis(900);
    let config = TransportConfig { drain_spread_ms: 900, max_connections_per_user: 100, ..quick() };
    let node = with(config).await;
    let sockets = join_all((0..ALL).map(|_| node.socket("ada"))).await;
    let begun = Instant::now();
    let closings = join_all(sockets.iter().map(|(_, socket)| async {
        let mut status = socket.status();
        status.wait_for(|status| !matches!(status, Status::Connected { .. })).await.unwrap();
        begun.elapsed()
    }));
    let (finished, mut closings) = tokio::join!(node.transport.drain(), closings);
    assert!(finished);
    closings.sort();
    for (n, closed) in (0..).zip(closings) {
        assert!(closed >= spread * n / ALL, "the {n}th is closed after {closed:?}");
    }
}

/// What comes in behind the last word is not begun: its answer would be lost.
#[tokio::test]
async fn what_is_asked_after_the_end_is_not_begun() {
    let node = with(TransportConfig { drain_spread_ms: 0, ..quick() }).await;
    let (_b, ben) = node.socket("ben").await;
    let mut ada = Raw::open(node.address()).await;
    ada.send(&format!("40/board,{}", json!({ "token": node.token("ada") }))).await;
    assert!(ada.text().await.starts_with("40/board,"));
    ada.send(r#"42/board,1["note:wait",{}]"#).await;
    timeout(PATIENCE, node.begun.notified()).await.unwrap();
    let asking = async {
        assert!(ada.text().await.contains("server.draining"));
        // Ben has nothing under way. He is closed when all connections have been told to end, ada's among them.
        let mut status = ben.status();
        let over = status.wait_for(|status| !matches!(status, Status::Connected { .. }));
        timeout(PATIENCE, over).await.unwrap().unwrap();
        ada.send(r#"42/board,2["note:pin",{"classId":"c-1","text":"too late"}]"#).await;
        // Whatever was sent has been read when a ping is answered.
        ada.bytes(&crate::raw::frame(0x89, b"read?")).await;
        let pong = ada.next().await;
        assert!(matches!(pong, Got::Pong(_)), "{pong:?}");
        node.gate.add_permits(1);
        let (_, before) = ada.closed().await;
        assert!(
            matches!(before.as_slice(), [Got::Text(text)] if text.starts_with("43/board,1[")),
            "{before:?}"
        );
    };
    assert!(tokio::join!(node.transport.drain(), asking).0);
    assert_eq!(node.entries().await, 0);
}

/// Balancers that ask `/readyz` are given time, in which everything goes on.
#[tokio::test]
async fn stepping_down_is_seen_before_anything_else_happens() {
    let node = with(TransportConfig { drain_notice_ms: 60_000, ..quick() }).await;
    let (_a, ada) = node.socket("ada").await;
    let looking = async {
        while reqwest::get(format!("{}/readyz", node.admin)).await.unwrap().status() != 503 {
            tokio::task::yield_now().await;
        }
        node.socket("ben").await;
        assert!(drained(&ada).await.is_empty(), "nobody is told to go yet");
    };
    tokio::select! {
        () = node.transport.step_down() => panic!("a minute has not passed"),
        () = looking => {}
    }
}
