//! Joining, leaving, and who is seen to be there.

use serde_json::{Value, json};

use crate::board::{class, staff};
use crate::node::{drained, next, next_named, node};

fn users(online: &Value) -> Vec<&str> {
    online.as_array().unwrap().iter().map(|user| user["userId"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_join_answers_the_room_who_is_there_what_there_is_and_where_the_stream_stands() {
    let node = node().await;
    for user in ["ada", "ben"] {
        node.rules.allow(user, class("c-1"));
    }
    node.rules.allow("ada", staff("c-1"));
    let (_b, ben) = node.joined("ben", "c-1").await;
    ben.request("note:pin", &json!({ "classId": "c-1", "text": "first" })).await.unwrap();
    let (_a, ada) = node.socket("ada").await;
    let joined = ada.request("board:join", &json!({ "classId": "c-1" })).await.unwrap();
    insta::assert_json_snapshot!(joined);
}

#[tokio::test]
async fn somebody_is_there_from_the_first_socket_to_the_last() {
    let node = node().await;
    for user in ["ada", "ben"] {
        node.rules.allow(user, class("c-1"));
    }
    let (_a, ada) = node.joined("ada", "c-1").await;
    assert!(drained(&ada).await.is_empty(), "nobody is told of oneself");
    let (ben_1, one) = node.joined("ben", "c-1").await;
    let joined = next(&ada).await;
    assert_eq!((joined.name.as_str(), &joined.data()["userId"]), ("user:joined", &json!("ben")));
    assert_eq!((&joined.data()["role"], &joined.data()["room"]), (&json!("TEACHER"), &json!("class:c-1")));
    let (_ben_2, two) = node.joined("ben", "c-1").await;
    one.request("board:leave", &json!({ "classId": "c-1" })).await.unwrap();
    assert!(drained(&ada).await.is_empty(), "the second socket changes nothing");
    ben_1.close().await;
    let again = ada.request("board:join", &json!({ "classId": "c-1" })).await.unwrap();
    assert_eq!(users(&again["onlineUsers"]), ["ada", "ben"]);
    two.request("board:leave", &json!({ "classId": "c-1" })).await.unwrap();
    assert_eq!(next_named(&ada, "user:left").await["userId"], "ben");
}

#[tokio::test]
async fn a_broken_connection_is_a_departure() {
    let node = node().await;
    for user in ["ada", "ben"] {
        node.rules.allow(user, class("c-1"));
    }
    let (_a, ada) = node.joined("ada", "c-1").await;
    let (client, _ben) = node.joined("ben", "c-1").await;
    next_named(&ada, "user:joined").await;
    client.close().await;
    assert_eq!(next_named(&ada, "user:left").await["userId"], "ben");
    let again = ada.request("board:join", &json!({ "classId": "c-1" })).await.unwrap();
    assert_eq!(users(&again["onlineUsers"]), ["ada"]);
}

#[tokio::test]
async fn after_leaving_nothing_more_comes() {
    let node = node().await;
    node.rules.allow("ada", class("c-1"));
    let (_a, ada) = node.joined("ada", "c-1").await;
    assert_eq!(ada.request("board:leave", &json!({ "classId": "c-1" })).await.unwrap(), json!({}));
    ada.request("note:pin", &json!({ "classId": "c-1", "text": "unheard" })).await.unwrap();
    assert!(drained(&ada).await.is_empty());
}

#[tokio::test]
async fn of_several_rooms_all_are_entered_or_none() {
    let node = node().await;
    node.rules.allow("ada", staff("c-1"));
    let (_a, ada) = node.socket("ada").await;
    let refused = ada.request("board:join", &json!({ "classId": "c-1" })).await;
    assert_eq!(crate::node::code(refused), "UNAUTHORIZED");
    ada.request("note:pin", &json!({ "classId": "c-1", "text": "unheard" })).await.unwrap();
    assert!(drained(&ada).await.is_empty(), "the staff room was allowed, and still not entered");
}
