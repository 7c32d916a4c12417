//! The same command under the same key takes effect once, however it is repeated.

use futures_util::future::join_all;
use homeroom_transport::TransportConfig;
use serde_json::{Value, json};

use crate::node::{code, node, with};

fn pin(text: &str) -> Value {
    json!({ "classId": "c-1", "text": text, "clientId": "k-1" })
}

#[tokio::test]
async fn a_repeat_gets_the_first_reply_and_has_no_effect() {
    let node = node().await;
    let (_client, socket) = node.socket("ada").await;
    let first = socket.request("note:pin", &pin("Hello")).await.unwrap();
    let again = socket.request("note:pin", &pin("Hello")).await.unwrap();
    assert_eq!(first, again);
    let over_http = node.post("note:pin", "ada").header("idempotency-key", "\"k-1\"");
    let body = json!({ "text": "Hello", "classId": "c-1" });
    let over_http: Value = over_http.json(&body).send().await.unwrap().json().await.unwrap();
    assert_eq!(
        over_http,
        json!({ "success": true, "data": first }),
        "the same key over HTTP is the same command"
    );
    assert_eq!(node.entries().await, 1);
}

#[tokio::test]
async fn a_key_is_for_one_command_with_one_body_of_one_person() {
    let node = node().await;
    let (_a, ada) = node.socket("ada").await;
    let (_b, ben) = node.socket("ben").await;
    ada.request("note:pin", &pin("Hello")).await.unwrap();
    assert_eq!(code(ada.request("note:pin", &pin("Something else")).await), "IDEMPOTENCY_MISMATCH");
    assert_eq!(code(ada.request("note:wait", &pin("Hello")).await), "IDEMPOTENCY_MISMATCH");
    ben.request("note:pin", &pin("Hello")).await.unwrap();
    assert_eq!(node.entries().await, 2);
}

#[tokio::test]
async fn of_twins_that_run_at_once_one_takes_effect_and_all_get_its_reply() {
    let node = node().await;
    let sockets = join_all((0..8).map(|_| node.socket("ada"))).await;
    let calls = sockets.iter().map(|(_, socket)| async { socket.request("note:pin", &pin("Hello")).await });
    for answer in join_all(calls).await {
        assert_eq!(answer.unwrap(), json!({ "pinned": 1 }));
    }
    assert_eq!(node.entries().await, 1);
}

#[tokio::test]
async fn a_failure_is_not_stored_so_a_retry_runs() {
    let node = node().await;
    let (_client, socket) = node.socket("ada").await;
    let fail = json!({ "how": "internal", "clientId": "k-1" });
    assert_eq!(code(socket.request("note:fail", &fail).await), "INTERNAL");
    assert_eq!(socket.request("note:pin", &pin("Hello")).await.unwrap(), json!({ "pinned": 1 }));
}

#[tokio::test]
async fn a_commit_whose_answer_got_lost_is_found_again() {
    let node = with(TransportConfig { call_timeout_ms: 300, ..TransportConfig::default() }).await;
    let (_client, socket) = node.socket("ada").await;
    // The handler commits and then hangs: without the second look this would be OUTCOME_UNKNOWN.
    let hang = json!({ "how": "hang", "clientId": "k-1" });
    assert_eq!(socket.request("note:fail", &hang).await.unwrap(), json!({ "pinned": 77 }));
}
