//! The stock Socket.IO clients, as they are published, against the demo in a process of its own, as a newcomer would try it:
//! refused, let in, joined, graded, posted, told.
#![cfg(test)]

use std::fs;
use std::thread;
use std::time::Duration;

use homeroom_contract::{TenantId, UserId};
use homeroom_testkit::{Gateway, GatewayOptions, Redis, StockClient, TestDatabase, Tokens};
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

/// With `auth: { token, recover: true }` and nothing else, while its node is killed and started again.
#[tokio::test]
async fn the_stock_javascript_client_is_recovered() {
    let (database, redis) = (TestDatabase::postgres(), Redis::start());
    let options = GatewayOptions::new(database.url()).env("REDIS_URL", redis.url());
    let (one, two) = (Gateway::start(options.clone()), Gateway::start(options));
    let cast = one.populate(40);
    let teacher = one.token(cast.id("teacher"));
    let class = json!({ "classId": cast.id("class") });
    let gradebook = two.post(&teacher, "gradebook", "gradebook:join", &class, None).await;
    let items = gradebook.body["data"]["initialData"]["lineItems"].as_array().unwrap();
    let scene = json!({
        "teacher": teacher,
        "principal": one.token(cast.id("principal")),
        "classId": cast.id("class"),
        // By due date: the last one is of a grading period that is still open.
        "lineItemId": items.last().unwrap()["lineItemId"],
        "studentId": cast.id("student"),
        "victim": one.id(),
    });
    let args = [one.url(), two.url(), scene.to_string()];
    thread::scope(|scope| {
        let play = || StockClient::JavaScript.play("recovery", &args.each_ref().map(String::as_str));
        scope.spawn(play);
        one.ended(Duration::from_mins(2));
        one.restart();
    });
}

#[tokio::test]
async fn the_stock_javascript_client_works_unchanged() {
    plays(StockClient::JavaScript).await;
}

#[tokio::test]
async fn the_stock_python_client_works_unchanged() {
    plays(StockClient::Python).await;
}
