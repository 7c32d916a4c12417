//! Events reach exactly those whom they concern, in order, once.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::board::{class, staff};
use crate::node::{Node, drained, next, next_named, node};

async fn classroom() -> Node {
    let node = node().await;
    for user in ["ada", "ben", "cleo"] {
        node.rules.allow(user, class("c-1"));
    }
    node.rules.allow("ada", staff("c-1"));
    node.rules.allow("dan", class("c-2"));
    node
}

#[tokio::test]
async fn a_durable_event_goes_to_every_socket_in_the_room_and_to_no_other() {
    let node = classroom().await;
    let (_a, ada) = node.joined("ada", "c-1").await;
    let (_b, ben) = node.joined("ben", "c-1").await;
    let (_d, dan) = node.joined("dan", "c-2").await;
    ada.request("note:pin", &json!({ "classId": "c-1", "text": "Hello" })).await.unwrap();
    let event = next_named(&ben, "note.pinned").await;
    assert_eq!((&event["text"], &event["seq"], event.get("by")), (&json!("Hello"), &json!(1), None));
    assert!(event["eventId"].is_string() && event["timestamp"].is_string());
    let own = next_named(&ada, "note.pinned").await;
    assert_eq!(own["by"], "ada", "in both rooms: the first delivery, and only that");
    assert!(!drained(&ada).await.iter().any(|event| event.name == "note.pinned"));
    assert!(drained(&dan).await.is_empty());
}

#[tokio::test]
async fn another_districts_room_of_the_same_name_hears_nothing() {
    let node = classroom().await;
    let (_a, ada) = node.joined("ada", "c-1").await;
    let elsewhere = node.token_in("d-2", "ben", std::time::Duration::from_hours(1));
    let client = node.client_with(elsewhere).await;
    let ben = client.namespace("/board").await.unwrap();
    ben.request("board:join", &json!({ "classId": "c-1" })).await.unwrap();
    ada.request("note:pin", &json!({ "classId": "c-1", "text": "Hello" })).await.unwrap();
    next_named(&ada, "note.pinned").await;
    assert!(drained(&ben).await.is_empty());
    let there = ben.request("sync:since", &json!({ "afterSeq": 0 })).await.unwrap();
    assert_eq!(there["events"], json!([]));
}

#[tokio::test]
async fn everyone_sees_the_same_order_however_many_write_at_once() {
    let node = classroom().await;
    let (_a, ada) = node.joined("ada", "c-1").await;
    let (_b, ben) = node.joined("ben", "c-1").await;
    let (_c, cleo) = node.joined("cleo", "c-1").await;
    let write = |socket: homeroom_client::Socket, name: &'static str| async move {
        for n in 0..20 {
            let pin = json!({ "classId": "c-1", "text": format!("{name} {n}"), "copies": 1 + n % 3 });
            socket.request("note:pin", &pin).await.unwrap();
        }
    };
    join_all([write(ada.clone(), "ada"), write(ben.clone(), "ben")]).await;
    let total = node.entries().await;
    let mut seen: Vec<Vec<(Value, Value)>> = Vec::new();
    for socket in [&ada, &ben, &cleo] {
        let mut events = Vec::new();
        while (events.len() as u64) < total {
            let event = next(socket).await;
            if event.name == "note.pinned" {
                events.push((event.data()["seq"].clone(), event.data()["text"].clone()));
            }
        }
        seen.push(events);
    }
    let numbers: Vec<_> = seen[0].iter().map(|(seq, _)| seq.as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=total).collect::<Vec<_>>());
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
}

#[tokio::test]
async fn what_is_read_at_a_join_and_what_flows_after_it_miss_nothing_between_them() {
    let node = classroom().await;
    let (_a, ada) = node.joined("ada", "c-1").await;
    let writing = async {
        for n in 0..40 {
            ada.request("note:pin", &json!({ "classId": "c-1", "text": format!("{n}") })).await.unwrap();
        }
    };
    let joining = async {
        let (client, ben) = node.socket("ben").await;
        let joined = ben.request("board:join", &json!({ "classId": "c-1" })).await.unwrap();
        (client, ben, joined["seq"].as_u64().unwrap())
    };
    let ((), (_client, ben, seq)) = tokio::join!(writing, joining);
    let mut after: Vec<u64> = Vec::new();
    while after.last() != Some(&40) && seq < 40 {
        after.push(next_named(&ben, "note.pinned").await["seq"].as_u64().unwrap());
    }
    // Some may come twice, in the data and as an event; none may be in neither.
    let known: Vec<u64> = after.into_iter().filter(|number| *number > seq).collect();
    assert_eq!(known, (seq + 1..=40).collect::<Vec<_>>());
}
