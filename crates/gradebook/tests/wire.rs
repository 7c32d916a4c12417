//! What goes over the wire, to the letter: every request and its reply, every event, and their schemas.

use crate::reread;
use crate::support::{School, Socket, in_json};
use homeroom_contract::Failure;
use homeroom_testkit::TestDatabase;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

/// Asks over a socket and puts question and answer into the transcript.
struct Transcript<'s> {
    school: &'s School,
    lines: Vec<Value>,
}

impl Transcript<'_> {
    async fn ask(&mut self, socket: &std::sync::Arc<Socket>, command: &'static str, payload: Value) -> Value {
        let answer = self.school.send_from(socket, command, payload.clone()).await.map(in_json);
        let shown = match &answer {
            Ok(answer) => answer.clone(),
            Err(failure) => ack(failure),
        };
        if let Ok(answer) = &answer {
            reread::reply(command, answer);
            for emission in answer["emissions"].as_array().into_iter().flatten() {
                reread::event(emission[1].as_str().unwrap(), &emission[2]);
            }
        }
        self.lines.push(json!({ "from": socket.user, "send": [command, payload], "answer": shown }));
        answer.unwrap_or_default()
    }
}

fn ack(failure: &Failure) -> Value {
    serde_json::to_value(failure).unwrap()
}

/// One lesson's worth of requests: each with its answer.
#[tokio::test]
async fn requests_and_replies() {
    let school = School::open(TestDatabase::sqlite()).await;
    let mut wire = Transcript { school: &school, lines: Vec::new() };
    let (tina, mum, cora) = (Socket::of("tina"), Socket::of("mum"), Socket::of("cora"));
    wire.ask(&tina, "gradebook:join", json!({ "classId": "c1", "sessionId": "gp2" })).await;
    wire.ask(
        &tina,
        "gradebook:typing",
        json!({ "lineItemId": "essay", "studentId": "ann", "isTyping": true }),
    )
    .await;
    wire.ask(
        &tina,
        "gradebook:typing",
        json!({ "lineItemId": "essay", "studentId": "ann", "isTyping": false }),
    )
    .await;
    wire.ask(&tina, "cell:focus", json!({ "lineItemId": "essay", "studentId": "ann" })).await;
    wire.ask(&tina, "cell:focus", json!({ "lineItemId": "essay", "studentId": null })).await;
    wire.ask(&tina, "grade:set", json!({ "lineItemId": "essay", "studentId": "ann", "score": 17.5, "late": true, "comment": "Well argued" })).await;
    wire.ask(
        &tina,
        "grade:set",
        json!({ "lineItemId": "essay", "studentId": "ann", "score": 18, "expectedVersion": 0 }),
    )
    .await;
    wire.ask(&tina, "grade:set", json!({ "lineItemId": "essay", "studentId": "ann", "score": 99 })).await;
    wire.ask(
        &tina,
        "grade:set",
        json!({ "lineItemId": "essay", "studentId": "ann", "scoreStatus": "excused" }),
    )
    .await;
    wire.ask(&tina, "grade:set", json!({ "lineItemId": "essay", "studentId": "ann", "comment": "A\0" }))
        .await;
    let items = json!([{ "studentId": "bob", "score": 11 }, { "studentId": "ann", "late": "yes" }]);
    wire.ask(&tina, "grade:bulk-set", json!({ "lineItemId": "essay", "items": items })).await;
    let items = json!([{ "studentId": "bob", "score": 11 }, { "studentId": "ann", "score": 1, "expectedVersion": 7 }]);
    wire.ask(&tina, "grade:bulk-set", json!({ "lineItemId": "essay", "items": items })).await;
    wire.ask(&tina, "grades:post", json!({ "lineItemId": "essay", "studentIds": ["ann"] })).await;
    wire.ask(&mum, "gradebook:join", json!({ "classId": "c1" })).await;
    wire.ask(&cora, "gradebook:join", json!({ "classId": "c1", "sessionId": "gp1" })).await;
    wire.ask(&tina, "grades:hide", json!({ "lineItemId": "essay" })).await;
    let create = json!({ "title": "Quiz", "categoryId": "tests", "academicSessionId": "gp2", "assignDate": "2026-11-20",
        "dueDate": "2026-11-27", "resultValueMin": 0, "resultValueMax": 10 });
    let made = wire.ask(&tina, "lineitem:create", create).await;
    let update =
        json!({ "lineItemId": made["lineItemId"], "patch": { "title": "Short quiz" }, "expectedVersion": 1 });
    wire.ask(&tina, "lineitem:update", update).await;
    wire.ask(&tina, "grade:history", json!({ "lineItemId": "essay", "studentId": "ann" })).await;
    wire.ask(&tina, "gradebook:leave", json!({})).await;
    insta::assert_json_snapshot!(masked(wire.lines.into()));
}

/// Every durable event: to which rooms, with which payload.
#[tokio::test]
async fn events() {
    let school = School::open(TestDatabase::sqlite()).await;
    let send = async |command, payload| school.send("tina", command, payload).await.unwrap();
    send("grade:set", json!({ "lineItemId": "essay", "studentId": "ann", "score": 12 })).await;
    send("grades:post", json!({ "lineItemId": "essay" })).await;
    let all = json!({ "lineItemId": "essay", "studentId": "ann", "score": 13.5, "textScore": "B", "scoreStatus": "partially graded",
        "late": true, "missing": true, "incomplete": true, "inProgress": true, "comment": "See me" });
    send("grade:set", all).await;
    send("grades:hide", json!({ "lineItemId": "essay" })).await;
    let create = json!({ "classId": "c1", "title": "Quiz", "academicSessionId": "gp2", "assignDate": "2026-11-20",
        "dueDate": "2026-11-27", "resultValueMax": 10 });
    let made = send("lineitem:create", create).await;
    send(
        "lineitem:update",
        json!({ "lineItemId": made["lineItemId"], "patch": { "academicSessionId": "fall" } }),
    )
    .await;
    school.gradebook.close_periods(crate::support::at("2026-11-20T10:00:00Z")).await.unwrap();
    let entries: Vec<Value> = school
        .entries()
        .await
        .iter()
        .map(|entry| {
            let parse = |raw: &serde_json::value::RawValue| serde_json::from_str::<Value>(raw.get()).unwrap();
            for delivery in &entry.deliveries {
                let payload = parse(&delivery.payload);
                reread::event(&delivery.event, &payload);
            }
            let deliveries: Vec<_> = entry
                .deliveries
                .iter()
                .map(|delivery| json!({ "rooms": delivery.rooms, "event": delivery.event, "payload": parse(&delivery.payload) }))
                .collect();
            json!({ "kind": entry.kind, "body": parse(&entry.body), "deliveries": deliveries })
        })
        .collect();
    insta::assert_json_snapshot!(masked(entries.into()));
}

/// The declaration as the generated documents have it.
#[tokio::test]
async fn schemas() {
    let school = School::open(TestDatabase::sqlite()).await;
    let mut requests = SchemaSettings::draft2020_12().into_generator();
    let mut replies = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let routes: Vec<Value> = school
        .namespace
        .routes()
        .iter()
        .map(|route| {
            json!({
                "name": route.name,
                "kind": format!("{:?}", route.kind),
                "limit": format!("{} in {:?}", route.limit.count, route.limit.per),
                "request": (route.request)(&mut requests),
                "reply": route.reply.map(|reply| reply(&mut replies)),
            })
        })
        .collect();
    let events: Vec<Value> = school
        .namespace
        .events()
        .iter()
        .map(|event| json!({ "name": event.name, "durable": event.durable, "payload": (event.schema)(&mut replies) }))
        .collect();
    let (requests, replies) = (requests.take_definitions(true), replies.take_definitions(true));
    insta::assert_json_snapshot!(
        json!({ "routes": routes, "events": events, "requests": requests, "repliesAndEvents": replies })
    );
}

/// What was made here has a random id; what the roster brought keeps its own.
fn masked(mut value: Value) -> Value {
    match &mut value {
        Value::String(id) if id.len() == 36 && id.matches('-').count() == 4 => "[uuid]".into(),
        Value::Array(items) => items.drain(..).map(masked).collect(),
        Value::Object(fields) => {
            fields.values_mut().for_each(|field| *field = masked(field.take()));
            value
        }
        _ => value,
    }
}
