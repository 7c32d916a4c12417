//! What operators see.

use homeroom_client::Emission;
use serde_json::{Value, json};

use crate::board::class;
use crate::node::{next_named, node, with_optional_part};

#[tokio::test]
async fn a_node_with_its_database_is_ready() {
    let node = node().await;
    let get = |path: &str| reqwest::get(format!("{}{path}", node.admin));
    assert_eq!(get("/healthz").await.unwrap().json::<Value>().await.unwrap(), json!({ "status": "ok" }));
    let ready = get("/readyz").await.unwrap();
    assert_eq!(ready.status(), 200);
    assert_eq!(ready.json::<Value>().await.unwrap()["status"], "ready");
    let metrics = get("/metrics").await.unwrap().text().await.unwrap();
    assert!(metrics.contains(r#"websocket_connections{namespace="board"} 0"#), "{metrics}");
    node.journal.database().close().await;
    let unavailable = get("/readyz").await.unwrap();
    assert_eq!(unavailable.status(), 503);
    assert_eq!(unavailable.json::<Value>().await.unwrap()["status"], "unavailable");
}

#[tokio::test]
async fn a_node_without_a_part_that_can_be_done_without_is_degraded_and_ready() {
    for (there, status, missing) in [(true, "ready", json!([])), (false, "degraded", json!(["redis"]))] {
        let node = with_optional_part(there).await;
        let answer = reqwest::get(format!("{}/readyz", node.admin)).await.unwrap();
        assert_eq!(answer.status(), 200);
        let body: Value = answer.json().await.unwrap();
        assert_eq!((&body["status"], &body["missing"]), (&json!(status), &missing));
        let metrics = reqwest::get(format!("{}/metrics", node.admin)).await.unwrap().text().await.unwrap();
        let away = format!("\npart_away {}\n", u8::from(!there));
        assert!(metrics.contains(&away) && metrics.contains("\npart_asked_total 7\n"), "{metrics}");
    }
}

#[tokio::test]
async fn what_happens_is_counted_and_clients_can_not_make_labels() {
    let node = node().await;
    node.rules.allow("ada", class("c-1"));
    let (_a, ada) = node.joined("ada", "c-1").await;
    ada.request("note:pin", &json!({ "classId": "c-1", "text": "Hello" })).await.unwrap();
    next_named(&ada, "note.pinned").await;
    ada.request("made:up", &json!({})).await.unwrap_err();
    ada.request("note:pin", &json!({})).await.unwrap_err();
    ada.emit(Emission::new("note:pin").arg(&json!({})).unwrap()).await.unwrap();
    next_named(&ada, "error").await;
    let text = reqwest::get(format!("{}/metrics", node.admin)).await.unwrap().text().await.unwrap();
    for line in [
        r#"websocket_connections{namespace="board"} 1"#,
        r#"websocket_events_total{namespace="board",event="note.pinned",direction="out"} 1"#,
        r#"websocket_events_total{namespace="board",event="note:pin",direction="in"} 3"#,
        r#"websocket_events_total{namespace="board",event="error",direction="out"} 1"#,
        r#"websocket_events_total{namespace="board",event="unknown",direction="in"} 1"#,
        r#"command_failures_total{namespace="board",command="note:pin",code="VALIDATION_ERROR"} 2"#,
        r#"command_duration_seconds_count{namespace="board",command="note:pin"} 3"#,
        "delivery_duration_seconds_count 1",
        "websocket_outbox_bytes 0",
        "websocket_transports 1",
        "websocket_drops_shed_total 0",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    assert!(!text.contains("made:up"));
}
