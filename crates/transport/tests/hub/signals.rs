//! Signals, and what follows when somebody falls silent.

use serde_json::json;
use tokio::time::Instant;

use crate::board::{PEN, class};
use crate::node::{Node, drained, next, node};

async fn two() -> Node {
    let node = node().await;
    for user in ["ada", "ben"] {
        node.rules.allow(user, class("c-1"));
    }
    node
}

fn moving(is_moving: bool) -> serde_json::Value {
    json!({ "classId": "c-1", "isMoving": is_moving })
}

#[tokio::test]
async fn a_signal_reaches_the_others_and_lapses_by_itself() {
    let node = two().await;
    let (_b, ben) = node.joined("ben", "c-1").await;
    let (_a, ada) = node.joined("ada", "c-1").await;
    drained(&ben).await;
    let begun = Instant::now();
    assert_eq!(ada.request("pen:move", &moving(true)).await.unwrap(), json!({}));
    assert_eq!(next(&ben).await.data(), &json!({ "userId": "ada", "isMoving": true }));
    assert_eq!(next(&ben).await.data(), &json!({ "userId": "ada", "isMoving": false }));
    assert!(begun.elapsed() >= PEN);
    assert!(drained(&ada).await.is_empty(), "the one who signals hears nothing of it");
}

#[tokio::test]
async fn a_new_signal_puts_the_lapse_off_and_a_settled_one_calls_it_off() {
    let node = two().await;
    let (_b, ben) = node.joined("ben", "c-1").await;
    let (_a, ada) = node.joined("ada", "c-1").await;
    drained(&ben).await;
    ada.request("pen:move", &moving(true)).await.unwrap();
    tokio::time::sleep(PEN / 2).await;
    let second = Instant::now();
    ada.request("pen:move", &moving(true)).await.unwrap();
    for expected in [true, true, false] {
        assert_eq!(next(&ben).await.data()["isMoving"], expected);
    }
    assert!(second.elapsed() >= PEN);
    ada.request("pen:move", &moving(true)).await.unwrap();
    ada.request("pen:move", &moving(false)).await.unwrap();
    tokio::time::sleep(PEN * 2).await;
    let moves: Vec<_> = drained(&ben).await.iter().map(|event| event.data()["isMoving"].clone()).collect();
    assert_eq!(moves, [true, false], "and no second false by lapse");
}

#[tokio::test]
async fn leaving_and_breaking_off_are_a_lapse_at_once() {
    let node = two().await;
    let (_b, ben) = node.joined("ben", "c-1").await;
    for leaves in [true, false] {
        let (client, ada) = node.joined("ada", "c-1").await;
        ada.request("pen:move", &moving(true)).await.unwrap();
        if leaves {
            ada.request("board:leave", &json!({ "classId": "c-1" })).await.unwrap();
        }
        client.close().await;
        let mut names = Vec::new();
        while names.last().is_none_or(|name| name != "user:left") {
            names.push(next(&ben).await.name);
        }
        assert_eq!(names, ["user:joined", "pen.moved", "pen.moved", "user:left"]);
    }
}
