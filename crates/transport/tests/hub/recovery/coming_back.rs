//! Who comes back goes on where it was.

use std::sync::Arc;

use homeroom_contract::SystemClock;
use homeroom_state::MemoryState;
use homeroom_transport::TransportConfig;
use serde_json::{Value, json};

use super::{Client, nodes, on, pin};
use crate::board::class;
use crate::raw::{Got, Raw};

#[tokio::test]
async fn who_comes_back_to_any_node_gets_what_was_missed_in_order_and_then_goes_on() {
    let [here, there] = nodes().await;
    let (_ben, ben) = there.joined("ben", "c-1").await;
    let mut ada = Client::new(&here, "ada").await;
    ada.join("c-1").await;
    pin(&ben, "0").await;
    assert_eq!(ada.texts().await, ["0"]);
    assert!(ada.offset.as_ref().unwrap().starts_with("1."));
    for node in [&there, &here] {
        ada.lose();
        pin(&ben, "1").await;
        pin(&ben, "2").await;
        let back = ada.back(node, "ada").await;
        assert_eq!(back.pid, ada.pid, "the same session");
        ada = back;
        pin(&ben, "3").await;
        assert_eq!(ada.texts().await, ["1", "2", "3"]);
    }
}

#[tokio::test]
async fn who_has_had_nothing_yet_is_recovered_from_where_it_came() {
    let [here, there] = nodes().await;
    let (_ben, ben) = there.joined("ben", "c-1").await;
    let mut ada = Client::new(&here, "ada").await;
    pin(&ben, "before ada was in the room").await;
    ada.join("c-1").await;
    ada.lose();
    pin(&ben, "missed").await;
    let mut back = ada.back(&there, "ada").await;
    assert_eq!(back.pid, ada.pid);
    assert_eq!(back.texts().await, ["missed"]);
}

#[tokio::test]
async fn rooms_are_asked_for_again() {
    let [here, there] = nodes().await;
    let (_ben, ben) = there.joined("ben", "c-1").await;
    let mut ada = Client::new(&here, "ada").await;
    ada.join("c-1").await;
    pin(&ben, "0").await;
    ada.texts::<1>().await;
    for node in [&here, &there] {
        node.rules.forbid("ada", &class("c-1"));
    }
    ada.lose();
    pin(&ben, "not for ada").await;
    let back = ada.back(&there, "ada").await;
    assert_eq!(back.pid, ada.pid);
    ada = back;
    assert_eq!(ada.next("room.revoked").await["room"], "class:c-1");
    ada.raw().send(r#"42/board,7["server:time",{}]"#).await;
    assert!(ada.raw().text().await.starts_with("43/board,7["));
}

#[tokio::test]
async fn a_session_that_comes_back_while_its_connection_lives_takes_it_over() {
    let [here, there] = nodes().await;
    for node in [&here, &there] {
        let mut ada = Client::new(&here, "ada").await;
        let again = ada.back(node, "ada").await;
        assert_eq!(again.pid, ada.pid);
        assert_eq!(ada.raw().closed().await.0, 1001);
    }
}

/// Its place is taken by the connection that was lost, and nobody has noticed yet.
#[tokio::test]
async fn who_has_no_place_but_that_of_a_lost_connection_is_let_in_instead() {
    let config =
        TransportConfig { max_connections_per_user: 1, limits_off: true, ..TransportConfig::default() };
    let [here, there] = on(Arc::new(MemoryState::new(Arc::new(SystemClock))), config).await;
    for node in [&here, &there] {
        let mut ada = Client::new(&here, "ada").await;
        let mut stranger = Raw::open(node.address()).await;
        stranger.send(&format!("40/board,{}", json!({ "token": node.token("ada"), "recover": true }))).await;
        let refused = stranger.text().await;
        assert!(refused.starts_with("44/board,") && refused.contains("TOO_MANY_CONNECTIONS"), "{refused}");
        let auth = json!({ "token": node.token("ada"), "recover": true, "pid": ada.pid });
        // What is closed and not refused a stock client tries again.
        let mut tries = 0;
        let back = loop {
            let mut raw = Raw::open(node.address()).await;
            raw.send(&format!("40/board,{auth}")).await;
            match raw.next().await {
                Got::Text(answer) => break answer,
                _ => tries += 1,
            }
        };
        assert!(tries > 0 && back.contains(&ada.pid), "{tries}: {back}");
        assert_eq!(ada.raw().closed().await.0, 1001);
    }
}

#[tokio::test]
async fn who_did_not_ask_gets_neither_a_session_nor_an_offset() {
    let [here, there] = nodes().await;
    let (_ben, ben) = there.socket("ben").await;
    let mut raw = Raw::open(here.address()).await;
    raw.send(&format!("40/board,{}", json!({ "token": here.token("ada") }))).await;
    let answer = raw.text().await;
    let answer: Value = serde_json::from_str(answer.strip_prefix("40/board,").unwrap()).unwrap();
    assert_eq!(answer.as_object().unwrap().keys().collect::<Vec<_>>(), ["sid"]);
    raw.send(r#"42/board,0["board:join",{"classId":"c-1"}]"#).await;
    assert!(raw.text().await.starts_with("43/board,0["));
    pin(&ben, "0").await;
    let event = raw.text().await;
    let event: Vec<Value> = serde_json::from_str(event.strip_prefix("42/board,").unwrap()).unwrap();
    assert_eq!(event.len(), 2, "a name and a payload");
}
