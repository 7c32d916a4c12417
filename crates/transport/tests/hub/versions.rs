//! Messages of nodes of another version, and what is no message at all: understood or ignored, and never the end.

use homeroom_contract::TenantId;
use homeroom_state::{Class, Topic};
use homeroom_transport::TransportConfig;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::board::class;
use crate::node::{Cluster, next_named};

/// Kinds of today, with fields of today and others, in any shape.
fn message() -> impl Strategy<Value = Vec<u8>> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        "[a-z:.-]{0,12}".prop_map(Value::from),
        Just(json!("class:c-1")),
        Just(json!({ "tenant": "d-1", "namespace": "board" })),
    ];
    let name = prop_oneof![
        Just("entries"),
        Just("told"),
        Just("echo"),
        Just("look"),
        Just("taken"),
        Just("of tomorrow"),
        Just("stream"),
        Just("room"),
        Just("event"),
        Just("payload"),
        Just("node"),
        Just("left"),
        Just("member"),
        Just("key"),
        Just("after_ms"),
        Just("then"),
        Just("seq"),
    ];
    let value = leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((name.clone(), inner), 0..7).prop_map(|fields| {
                Value::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
            }),
        ]
    });
    prop_oneof![
        4 => value.prop_map(|value| value.to_string().into_bytes()),
        1 => proptest::collection::vec(any::<u8>(), 0..64),
    ]
}

fn stream() -> Value {
    json!({ "tenant": "d-1", "namespace": "board" })
}

#[tokio::test]
async fn whatever_is_on_the_bus_is_understood_or_ignored() {
    let cluster = Cluster::in_memory();
    let node = cluster.node(TransportConfig::default()).await;
    node.rules.allow("ada", class("c-1"));
    let (_a, ada) = node.joined("ada", "c-1").await;
    let (bus, topic) = (cluster.bus(), Topic::tenant(&TenantId::new("d-1").unwrap()));
    let say = |message: Vec<u8>| bus.publish(&topic, Class::Hint, message.into());
    let mut runner = TestRunner::default();
    for round in 0..20 {
        for _ in 0..50 {
            say(message().new_tree(&mut runner).unwrap().current());
        }
        let told = json!({ "told": {
            "stream": stream(), "room": "class:c-1", "event": "pen.moved", "payload": { "round": round },
        }});
        say(told.to_string().into_bytes());
        // Whoever hears this has heard all that was said before.
        while next_named(&ada, "pen.moved").await != json!({ "round": round }) {}
    }
    ada.request("note:pin", &json!({ "classId": "c-1", "text": "still here" })).await.unwrap();
    assert_eq!(next_named(&ada, "note.pinned").await["text"], "still here");
}

/// An older node tells without what has been added since, a newer one with what we don't know.
#[tokio::test]
async fn fields_may_be_missing_and_there_may_be_more() {
    let cluster = Cluster::in_memory();
    let node = cluster.node(TransportConfig::default()).await;
    node.rules.allow("ada", class("c-1"));
    let (_a, ada) = node.joined("ada", "c-1").await;
    let (bus, topic) = (cluster.bus(), Topic::tenant(&TenantId::new("d-1").unwrap()));
    let say = |message: Value| bus.publish(&topic, Class::Hint, message.to_string().into());
    let base = json!({ "stream": stream(), "room": "class:c-1", "event": "pen.moved", "payload": 1 });
    say(json!({ "told": base }));
    let mut newer = base;
    newer["payload"] = json!(2);
    newer["colour"] = json!({ "of": "tomorrow" });
    newer["stream"]["region"] = json!("north");
    newer["echo"] = json!({
        "node": "n", "member": 1, "key": "pen", "after_ms": 0, "mood": "new",
        "then": [{ "room": "class:c-1", "event": "pen.moved", "payload": 3, "louder": true }],
    });
    say(json!({ "told": newer }));
    // The last is an echo, told since nothing more is heard of that pen.
    for n in 1..=3 {
        assert_eq!(next_named(&ada, "pen.moved").await, n);
    }
    let key =
        homeroom_state::Key::of(&TenantId::new("d-1").unwrap(), "presence").and("board").and("class:c-1");
    cluster.state().set_field(&key, "another/ben", r#""STUDENT""#.into(), None).await.unwrap();
    say(json!({ "look": { "node": "another", "stream": stream(), "room": "class:c-1", "why": "curious" } }));
    assert_eq!(next_named(&ada, "user:joined").await["userId"], "ben");
}
