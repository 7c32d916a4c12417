//! Every call is answered, whatever becomes of it.

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::ready;
use futures_util::stream::FuturesUnordered;
use homeroom_client::{Emission, Error};
use homeroom_transport::TransportConfig;
use homeroom_transport::socket_io::{SocketIoConfig, WireConfig};
use serde_json::json;

use crate::board::class;
use crate::node::{code, next_named, node, start, with};

#[tokio::test]
async fn a_command_is_answered_under_its_name_and_under_its_alias() {
    let node = node().await;
    let (_client, socket) = node.socket("ada").await;
    let pin = json!({ "classId": "c-1", "text": "Hello" });
    for name in ["note:pin", "note.pin"] {
        assert_eq!(socket.request(name, &pin).await.unwrap(), json!({ "pinned": 1 }));
    }
    assert_eq!(node.entries().await, 2);
}

#[tokio::test]
async fn what_can_not_be_done_is_said_with_a_code() {
    let node = node().await;
    let (_client, socket) = node.socket("ada").await;
    let failure = |name: &'static str, payload| {
        let socket = socket.clone();
        async move { code(socket.request(name, &payload).await) }
    };
    assert_eq!(failure("note:unpin", json!({})).await, "UNKNOWN_EVENT");
    assert_eq!(failure("note:pin", json!({ "classId": "c-1" })).await, "VALIDATION_ERROR");
    assert_eq!(failure("note:pin", json!([1])).await, "VALIDATION_ERROR");
    assert_eq!(failure("note:fail", json!({ "how": "internal" })).await, "INTERNAL");
    assert_eq!(failure("board:join", json!({ "classId": "c-1" })).await, "UNAUTHORIZED");
    let two = Emission::new("note:pin").arg(&json!({})).unwrap().arg(&json!({})).unwrap();
    let (answer, _) = socket.emit_with_ack(two).await.unwrap();
    assert_eq!(answer[0]["code"], "VALIDATION_ERROR");
    let binary = Emission::new("note:pin").binary(vec![1, 2, 3]);
    let (answer, _) = socket.emit_with_ack(binary).await.unwrap();
    assert_eq!(answer[0]["code"], "VALIDATION_ERROR");
}

/// What the transport answers by itself says it like what the namespaces answer.
#[tokio::test]
async fn whatever_is_wrong_with_a_payload_is_named_by_its_path() {
    let node = node().await;
    let (_client, socket) = node.socket("ada").await;
    for (name, payload, path) in [
        ("note:pin", json!({ "text": "Hello" }), "classId"),
        ("note:pin", json!({ "classId": "c-1", "text": 1 }), "text"),
        ("note:pin", json!([]), "."),
        ("note:pin", json!({ "clientId": "" }), "clientId"),
        ("sync:since", json!({}), "afterSeq"),
        ("sync:since", json!({ "afterSeq": -1 }), "afterSeq"),
        ("sync:since", json!({ "afterSeq": 0, "room": "nowhere" }), "room"),
        ("auth:refresh", json!({}), "token"),
    ] {
        let Error::Failed(failure) = socket.request(name, &payload).await.unwrap_err() else { panic!() };
        let details = failure.details.unwrap_or_else(|| panic!("{name} {payload}: {}", failure.message));
        let details: serde_json::Value = serde_json::from_str(details.get()).unwrap();
        assert_eq!(
            (failure.code.as_str(), &details["path"]),
            ("VALIDATION_ERROR", &json!(path)),
            "{name} {payload}"
        );
    }
    let keyed = |body, key| node.post("note:pin", "ada").header("idempotency-key", key).body(body).send();
    for (body, key, path) in
        [("{", "k", "."), ("{}", "", "Idempotency-Key"), (r#"{"clientId":"a"}"#, "b", "clientId")]
    {
        let refused: serde_json::Value = keyed(body, key).await.unwrap().json().await.unwrap();
        assert_eq!(refused["details"]["path"], path, "{body} {key}: {refused}");
    }
}

#[tokio::test]
async fn nothing_internal_leaks_from_a_failure_of_ours() {
    let node = node().await;
    let (_client, socket) = node.socket("ada").await;
    let fail = Emission::new("note:fail").arg(&json!({ "how": "internal" })).unwrap();
    let (answer, _) = socket.emit_with_ack(fail).await.unwrap();
    let expected =
        json!({ "success": false, "error": "Something went wrong on our side.", "code": "INTERNAL" });
    assert_eq!(answer, [expected]);
}

#[tokio::test]
async fn a_handler_that_panics_fails_its_call_and_nothing_else() {
    let node = node().await;
    let (_client, socket) = node.socket("ada").await;
    assert_eq!(code(socket.request("note:fail", &json!({ "how": "panic" })).await), "INTERNAL");
    let pin = json!({ "classId": "c-1", "text": "Still here" });
    assert_eq!(socket.request("note:pin", &pin).await.unwrap(), json!({ "pinned": 1 }));
}

#[tokio::test]
async fn without_an_ack_a_failure_comes_as_an_event() {
    let node = node().await;
    let (_client, socket) = node.socket("ada").await;
    socket.emit(Emission::new("note:pin").arg(&json!({})).unwrap()).await.unwrap();
    let error = next_named(&socket, "error").await;
    assert_eq!((&error["code"], &error["event"]), (&json!("VALIDATION_ERROR"), &json!("note:pin")));
    assert!(!error["message"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn a_call_that_hangs_is_answered_in_time() {
    let node = with(TransportConfig { call_timeout_ms: 200, ..TransportConfig::default() }).await;
    let (_client, socket) = node.socket("ada").await;
    assert_eq!(code(socket.request("note:never", &json!({})).await), "UNAVAILABLE");
    assert_eq!(code(socket.request("note:fail", &json!({ "how": "hang" })).await), "OUTCOME_UNKNOWN");
}

#[tokio::test]
async fn calls_of_one_connection_are_handled_in_order_and_too_many_waiting_are_busy() {
    let socket_io = SocketIoConfig { mailbox_events: 2, ..SocketIoConfig::default() };
    let node = start(TransportConfig::default(), WireConfig { socket_io, ..WireConfig::default() }).await;
    let (_client, socket) = node.socket("ada").await;
    let empty = json!({});
    let first = socket.request("note:wait", &empty);
    let rest = async {
        node.begun.notified().await;
        // The first is being handled, two wait, the others find no place and are told so while it is still being handled.
        let mut calls: FuturesUnordered<_> = (0..6).map(|_| socket.request("server:time", &empty)).collect();
        for _ in 0..4 {
            let Some(Err(Error::Failed(failure))) = calls.next().await else { panic!("not refused") };
            assert_eq!((failure.code.as_str(), failure.retry_after), ("BUSY", Some(Duration::from_secs(1))));
        }
        node.gate.add_permits(1);
        assert_eq!(calls.filter(|answer| ready(answer.is_ok())).count().await, 2);
    };
    tokio::join!(first, rest).0.unwrap();
}

#[tokio::test]
async fn a_namespace_that_does_not_exist_and_a_token_that_is_none_are_refused() {
    let node = node().await;
    let client = node.client("ada").await;
    let Error::Refused(refusal) = client.namespace("/nowhere").await.unwrap_err() else { panic!() };
    assert_eq!((refusal.message.as_str(), refusal.data), ("Invalid namespace", json!(null)));
    let stranger = node.client_with("not a token".to_owned()).await;
    let Error::Refused(refusal) = stranger.namespace("/board").await.unwrap_err() else { panic!() };
    assert_eq!(refusal.data, json!({ "code": "UNAUTHENTICATED" }));
    let late = node.client_with(node.expired("ada")).await;
    assert_eq!(late.namespace("/board").await.unwrap_err().code().unwrap().as_str(), "TOKEN_EXPIRED");
}

#[tokio::test]
async fn since_gives_what_a_socket_would_have_got_and_no_more() {
    let config = TransportConfig { max_sync_events: 3, ..TransportConfig::default() };
    let node = with(config).await;
    node.rules.allow("ada", class("c-1"));
    let (_client, ada) = node.joined("ada", "c-1").await;
    for n in 0..3 {
        ada.request("note:pin", &json!({ "classId": "c-1", "text": format!("{n}") })).await.unwrap();
        ada.request("note:pin", &json!({ "classId": "c-2", "text": "elsewhere" })).await.unwrap();
    }
    ada.request("note:pin", &json!({ "classId": "c-1", "text": "3" })).await.unwrap();
    let first = ada.request("sync:since", &json!({ "afterSeq": 0 })).await.unwrap();
    let texts: Vec<_> =
        first["events"].as_array().unwrap().iter().map(|event| &event["data"]["text"]).collect();
    assert_eq!(texts, ["0", "1", "2"]);
    assert_eq!((&first["truncated"], &first["seq"]), (&json!(true), &json!(5)));
    let rest = ada.request("sync:since", &json!({ "afterSeq": 5, "room": "class:c-1" })).await.unwrap();
    assert_eq!(rest["events"].as_array().unwrap().len(), 1);
    assert_eq!((&rest["truncated"], &rest["seq"]), (&json!(false), &json!(7)));
    let sent: Vec<_> =
        crate::node::drained(&ada).await.into_iter().map(|event| event.data().clone()).collect();
    assert_eq!(rest["events"][0]["data"], sent[3], "exactly what was sent");
    let at_the_end = ada.request("sync:since", &json!({ "afterSeq": 7 })).await.unwrap();
    assert_eq!(at_the_end, json!({ "events": [], "truncated": false, "seq": 7 }));
    let beyond = ada.request("sync:since", &json!({ "afterSeq": 8 })).await;
    assert_eq!(code(beyond), "RESYNC_REQUIRED", "not that there is nothing to come until then");
    let elsewhere = ada.request("sync:since", &json!({ "afterSeq": 0, "room": "class:c-2" })).await;
    assert_eq!(code(elsewhere), "NOT_IN_ROOM");
}
