//! The stock Socket.IO clients, as they are published, against the demo in a process of its own, as a newcomer would try it:
//! refused, let in, joined, graded, posted, told.
#![cfg(test)]

use std::fs;

use homeroom_contract::{TenantId, UserId};
use homeroom_testkit::{Gateway, GatewayOptions, StockClient, Tokens};
use serde_json::{Value, json};

/// The same scene for each: what they do in it is in their scripts.
async fn plays(client: StockClient) {
    let gateway = Gateway::start(GatewayOptions::demo());
    let data = gateway.folder().join("homeroom-data");
    let tokens = Tokens::signed_with(fs::read_to_string(data.join("key")).unwrap().trim());
    let people: Value = serde_json::from_slice(&fs::read(data.join("people.json")).unwrap()).unwrap();
    let district: TenantId = people["district"].as_str().unwrap().parse().unwrap();
    let user = |who: &str| -> UserId { people[who].as_str().unwrap().parse().unwrap() };
    let teacher = tokens.person(&district, &user("teacher"));
    let line_item = json!({
        "classId": people["class"], "academicSessionId": people["session"], "title": "Fractions",
        "assignDate": "2026-01-12", "dueDate": "2026-01-19", "resultValueMin": 0, "resultValueMax": 100,
    });
    let made = gateway.post(&teacher, "gradebook", "lineitem:create", &line_item, None).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let scene = json!({
        "teacher": teacher,
        "student": tokens.person(&district, &user("student")),
        "expired": tokens.expired(&district, &user("teacher")),
        "classId": people["class"],
        "lineItemId": made.body["data"]["lineItemId"],
        "studentId": people["student"],
    });
    client.play("gateway", &[&gateway.url(), &scene.to_string()]);
}

#[tokio::test]
async fn the_stock_javascript_client_works_unchanged() {
    plays(StockClient::JavaScript).await;
}

#[tokio::test]
async fn the_stock_python_client_works_unchanged() {
    plays(StockClient::Python).await;
}
