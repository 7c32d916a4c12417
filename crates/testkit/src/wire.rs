//! What a namespace says on the wire, written down: an example of each request with its reply, and of each event, as JSON that any
//! client might send or get. Each is read into its type, and the type has to write the same again: what was absent stays absent,
//! what was `null` stays `null`. With their schemas they make the snapshot by which clients live.
#![expect(clippy::needless_pass_by_value, reason = "examples are written down where they are handed in")]

use std::collections::BTreeMap;

use homeroom_contract::schemars::generate::{SchemaGenerator, SchemaSettings};
use homeroom_contract::schemars::{JsonSchema, Schema};
use homeroom_contract::serde::Serialize;
use homeroom_contract::serde::de::DeserializeOwned;
use homeroom_contract::{
    Code, Command, DomainEvent, Event, Join, Leave, Query, Request, Signal, read_payload,
};
use serde_json::{Value, json};

use crate::error::or_panic;

/// The examples so far, and the schemas of what they are examples of.
#[derive(Debug)]
pub struct Wire {
    examples: Vec<Value>,
    requests: SchemaGenerator,
    replies: SchemaGenerator,
    declared: BTreeMap<String, Value>,
}

impl Default for Wire {
    fn default() -> Self {
        let settings = SchemaSettings::draft2020_12;
        Self {
            examples: Vec::new(),
            requests: settings().into_generator(),
            replies: settings().for_serialize().into_generator(),
            declared: BTreeMap::new(),
        }
    }
}

impl Wire {
    /// A command and its reply.
    pub fn command<R: Command + Serialize>(&mut self, sent: Value, reply: Value)
    where
        R::Reply: DeserializeOwned,
    {
        self.answered::<R, R::Reply>("command", sent, reply);
    }

    /// A query and its reply.
    pub fn query<R: Query + Serialize>(&mut self, sent: Value, reply: Value)
    where
        R::Reply: DeserializeOwned,
    {
        self.answered::<R, R::Reply>("query", sent, reply);
    }

    /// A join and its `initialData`.
    pub fn join<R: Join + Serialize>(&mut self, sent: Value, data: Value)
    where
        R::Data: DeserializeOwned,
    {
        self.answered::<R, R::Data>("join", sent, data);
    }

    /// A leave.
    pub fn leave<R: Leave + Serialize>(&mut self, sent: Value) {
        self.request::<R>("leave", None);
        again::<R>(&sent);
        self.examples.push(json!({ R::NAME: sent }));
    }

    /// A signal.
    pub fn signal<R: Signal + Serialize>(&mut self, sent: Value) {
        self.request::<R>("signal", None);
        again::<R>(&sent);
        self.examples.push(json!({ R::NAME: sent }));
    }

    /// A payload that is refused for its shape, and where it is wrong.
    ///
    /// # Panics
    ///
    /// If it isn't refused.
    pub fn refused<R: Request>(&mut self, sent: Value) {
        let payload = or_panic(serde_json::value::to_raw_value(&sent));
        let Err(failure) = read_payload::<R>(&payload) else { panic!("{} takes {sent}", R::NAME) };
        assert_eq!(failure.code, Code::ValidationError);
        self.examples.push(json!({ R::NAME: sent, "refused": failure.details }));
    }

    /// An event.
    pub fn event<E: Event + DeserializeOwned>(&mut self, payload: Value) {
        let schema = self.replies.subschema_for::<E>();
        self.declare(E::NAME, "event", json!({ "payload": schema }));
        again::<E>(&payload);
        self.examples.push(json!({ "event": E::NAME, "payload": payload }));
    }

    /// All of it: the examples in their order, and the schemas.
    pub fn written(mut self) -> Value {
        json!({
            "examples": self.examples,
            "declared": self.declared,
            "requests": self.requests.take_definitions(true),
            "repliesAndEvents": self.replies.take_definitions(true),
        })
    }

    fn answered<R, A>(&mut self, kind: &str, sent: Value, reply: Value)
    where
        R: Request + Serialize,
        A: Serialize + DeserializeOwned + JsonSchema,
    {
        let schema = self.replies.subschema_for::<A>();
        self.request::<R>(kind, Some(schema));
        again::<R>(&sent);
        again::<A>(&reply);
        self.examples.push(json!({ R::NAME: sent, "reply": reply }));
    }

    fn request<R: Request>(&mut self, kind: &str, reply: Option<Schema>) {
        let schema = self.requests.subschema_for::<R>();
        self.declare(R::NAME, kind, json!({ "also": R::ALIASES, "request": schema, "reply": reply }));
    }

    /// A name may be that of a request and of an event.
    fn declare(&mut self, name: &str, kind: &str, what: Value) {
        self.declared.insert(format!("{kind} {name}"), what);
    }
}

/// Reads what came into its type and writes it again.
///
/// # Panics
///
/// If it can't be read, or something else is written.
#[track_caller]
pub fn again<T: Serialize + DeserializeOwned>(came: &Value) {
    let read = T::deserialize(came).unwrap_or_else(|error| panic!("{error} in {came}"));
    assert_eq!(or_panic(serde_json::to_value(&read)), *came, "written again");
}

/// An event of the domain as the journal keeps it, and who receives what of it.
pub fn told<E: DomainEvent>(event: &E) -> Value {
    let deliveries = event.deliveries().into_iter().map(|delivery| {
        let payload = or_panic(delivery.payload);
        let payload: Value = or_panic(serde_json::from_str(payload.get()));
        json!({ "rooms": delivery.rooms, "event": delivery.event, "payload": payload })
    });
    json!({ "kind": E::KIND, "body": event, "deliveries": deliveries.collect::<Vec<_>>() })
}
