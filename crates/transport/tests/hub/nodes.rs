//! Several nodes on one database.

use std::time::Duration;

use serde_json::json;
use tokio::time::timeout;

use crate::board::class;
use crate::node::{drained, next, next_named, two};

#[tokio::test]
async fn what_happens_on_one_node_is_seen_on_the_other() {
    let [here, there] = two(true).await;
    for node in [&here, &there] {
        node.rules.allow("ada", class("c-1"));
        node.rules.allow("ben", class("c-1"));
    }
    let (_a, ada) = here.joined("ada", "c-1").await;
    let (_b, ben) = there.joined("ben", "c-1").await;
    assert_eq!(next_named(&ada, "user:joined").await["userId"], "ben");
    for n in 0..5 {
        ada.request("note:pin", &json!({ "classId": "c-1", "text": format!("a{n}") })).await.unwrap();
        ben.request("note:pin", &json!({ "classId": "c-1", "text": format!("b{n}") })).await.unwrap();
    }
    let mut seen = [Vec::new(), Vec::new()];
    for (socket, events) in [&ada, &ben].into_iter().zip(&mut seen) {
        for _ in 0..10 {
            events.push(next_named(socket, "note.pinned").await);
        }
    }
    assert_eq!(seen[0], seen[1], "the same events in the same order");
    ada.request("pen:move", &json!({ "classId": "c-1", "isMoving": true })).await.unwrap();
    assert_eq!(next_named(&ben, "pen.moved").await["userId"], "ada");
    assert!(
        !drained(&ada).await.iter().any(|event| event.name == "pen.moved"),
        "not back to the one who signals"
    );
}

#[tokio::test]
async fn without_any_hint_the_journal_is_found_to_have_moved_on() {
    let [here, there] = two(false).await;
    there.rules.allow("ben", class("c-1"));
    let (_a, ada) = here.socket("ada").await;
    let (_b, ben) = there.joined("ben", "c-1").await;
    ada.request("note:pin", &json!({ "classId": "c-1", "text": "unannounced" })).await.unwrap();
    let event = timeout(Duration::from_secs(5), next(&ben)).await.unwrap();
    assert_eq!(event.data()["text"], "unannounced");
}
