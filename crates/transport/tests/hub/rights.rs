//! A right that the roster takes away is gone within two seconds.

use std::time::Duration;

use homeroom_client::{Client, Socket, Status};
use homeroom_contract::{Standing, UserId};
use serde_json::json;
use tokio::time::timeout;

use crate::board::class;
use crate::node::{Node, code, drained, next, next_named, node};

const TWO_SECONDS: Duration = Duration::from_secs(2);

#[tokio::test]
async fn a_room_is_left_when_the_right_to_it_goes() {
    let node = node().await;
    for user in ["ada", "ben"] {
        node.rules.allow(user, class("c-1"));
    }
    let (_a, ada) = node.joined("ada", "c-1").await;
    let (_b, ben) = node.joined("ben", "c-1").await;
    next_named(&ada, "user:joined").await;
    node.rules.forbid("ben", &class("c-1"));
    node.roster.touch("ben");
    let revoked = timeout(TWO_SECONDS, next_named(&ben, "room.revoked")).await.expect("within two seconds");
    assert_eq!(revoked, json!({ "room": "class:c-1", "reason": "ROSTER_CHANGED" }));
    assert_eq!(next_named(&ada, "user:left").await["userId"], "ben");
    ada.request("note:pin", &json!({ "classId": "c-1", "text": "unheard" })).await.unwrap();
    assert!(drained(&ben).await.is_empty());
    assert_eq!(code(ben.request("board:join", &json!({ "classId": "c-1" })).await), "UNAUTHORIZED");
}

#[tokio::test]
async fn a_right_that_goes_while_somebody_enters_with_it_is_gone_too() {
    let node = node().await;
    node.rules.allow("ben", class("c-1"));
    let (_b, ben) = node.socket("ben").await;
    node.rules.slow_for(class("c-1"));
    let join = json!({ "classId": "c-1" });
    let joining = ben.request("board:join", &join);
    let changing = async {
        node.rules.asked.notified().await;
        // The answer is on its way, and it is yes.
        node.rules.forbid("ben", &class("c-1"));
        node.roster.touch("ben");
        node.roster.settled().await;
        node.rules.go.notify_one();
    };
    let (joined, ()) = tokio::join!(joining, changing);
    assert_eq!(code(joined), "UNAUTHORIZED");
    ben.request("note:pin", &json!({ "classId": "c-1", "text": "unheard" })).await.unwrap();
    assert!(!drained(&ben).await.iter().any(|event| event.name == "note.pinned"));
}

/// The same for a room from the start, while somebody connects: the answer was yes, and is no by the time that it is used.
#[tokio::test]
async fn a_right_that_goes_while_somebody_connects_with_it_is_gone_too() {
    let node = node().await;
    node.rules.allow("ada", class("c-1"));
    let (_a, ada) = node.joined("ada", "c-1").await;
    let (_b, ben) = lost_while_connecting(&node, "ben", || {}).await;
    let revoked = timeout(TWO_SECONDS, next_named(&ben, "room.revoked")).await.expect("within two seconds");
    assert_eq!(revoked["room"], "class:c-1");
    ada.request("note:pin", &json!({ "classId": "c-1", "text": "unheard" })).await.unwrap();
    assert!(!drained(&ben).await.iter().any(|event| event.name == "note.pinned"));
}

/// And should it not be possible to look it up just then, it is as soon as it is.
#[tokio::test]
async fn rights_that_can_not_be_looked_up_are_when_they_can() {
    let node = node().await;
    let bewildered = |user: Option<&str>| {
        *node.rules.bewildered_by.lock().unwrap() = user.map(|user| UserId::new(user).unwrap());
    };
    let (_b, ben) = lost_while_connecting(&node, "ben", || bewildered(Some("ben"))).await;
    node.roster.settled().await;
    assert!(drained(&ben).await.is_empty(), "nobody knows");
    bewildered(None);
    timeout(TWO_SECONDS, next_named(&ben, "room.revoked")).await.expect("within two seconds");
}

/// Somebody who loses the right to a room from the start in the middle of being let in, when this happens besides.
async fn lost_while_connecting(node: &Node, user: &str, besides: impl FnOnce()) -> (Client, Socket) {
    node.rules.greet(user, class("c-1"));
    node.rules.slow_for(class("c-1"));
    let changing = async {
        node.rules.asked.notified().await;
        node.rules.forbid(user, &class("c-1"));
        besides();
        node.roster.touch(user);
        node.roster.settled().await;
        node.rules.go.notify_one();
    };
    tokio::join!(node.socket(user), changing).0
}

#[tokio::test]
async fn a_room_that_is_now_open_from_the_start_is_entered() {
    let node = node().await;
    let (_a, ada) = node.socket("ada").await;
    node.rules.greet("ada", class("c-1"));
    node.rules.allow("ben", class("c-1"));
    node.roster.touch_everyone();
    let (_b, ben) = node.joined("ben", "c-1").await;
    let joined = timeout(TWO_SECONDS, next_named(&ben, "user:joined")).await.expect("within two seconds");
    assert_eq!(joined["userId"], "ada");
    ben.request("note:pin", &json!({ "classId": "c-1", "text": "Welcome" })).await.unwrap();
    assert_eq!(next_named(&ada, "note.pinned").await["text"], "Welcome");
}

#[tokio::test]
async fn somebody_who_is_disabled_is_told_and_sent_away_for_good() {
    let node = node().await;
    let (_a, ada) = node.socket("ada").await;
    let (_b, ben) = node.socket("ben").await;
    node.roster.set("ada", Standing::Disabled);
    let event = timeout(TWO_SECONDS, next(&ada)).await.expect("within two seconds");
    assert_eq!((event.name.as_str(), event.data()), ("session.revoked", &json!({ "reason": "DISABLED" })));
    let mut status = ada.status();
    let ended = status.wait_for(|status| matches!(status, Status::Ended(_)));
    timeout(TWO_SECONDS, ended).await.unwrap().unwrap();
    let again = node.client("ada").await.namespace("/board").await.unwrap_err();
    assert_eq!(again.code().unwrap().as_str(), "UNAUTHORIZED");
    let over_http = node.post("server:time", "ada").send().await.unwrap();
    assert_eq!(over_http.status(), 403);
    ben.request("server:time", &json!({})).await.unwrap();
}

#[tokio::test]
async fn somebody_whom_the_roster_does_not_know_is_not_let_in() {
    let node = node().await;
    node.roster.set("eve", Standing::Unknown);
    let refused = node.client("eve").await.namespace("/board").await.unwrap_err();
    assert_eq!(refused.code().unwrap().as_str(), "UNAUTHENTICATED");
}
