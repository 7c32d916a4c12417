//! The socket face as an AsyncAPI 3.0 document (asyncapi.com/docs/reference/specification/v3.0.0): a channel is a namespace,
//! what we receive has an ack as its reply. Schemas are of draft 7, which AsyncAPI's own are a superset of.

use homeroom_contract::BoundNamespace;
use homeroom_contract::schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::catalogue::{Catalogue, EventDoc, NamespaceDoc, RequestDoc};

const PATH: &str = "/components/schemas";

/// Every request and every event of every namespace.
pub fn asyncapi(namespaces: &[BoundNamespace]) -> Value {
    let catalogue = Catalogue::read(namespaces, &SchemaSettings::draft07(), PATH);
    let mut channels = Map::new();
    let mut operations = Map::new();
    for namespace in &catalogue.namespaces {
        let mut messages = Map::new();
        for request in &namespace.requests {
            let key = super::key(request.name);
            operations.insert(format!("{}.receive.{key}", namespace.name), receive(namespace, request, &key));
            messages.insert(format!("{key}.ack"), ack(request));
            messages.insert(key, received(request));
        }
        for event in &namespace.events {
            let key = format!("event.{}", super::key(event.name));
            operations.insert(
                format!("{}.send.{}", namespace.name, super::key(event.name)),
                send(namespace, event, &key),
            );
            messages.insert(key, sent(event));
        }
        let channel = json!({
            "address": format!("/{}", namespace.name),
            "description": format!("The Socket.IO namespace /{}.", namespace.name),
            "messages": messages,
        });
        channels.insert(namespace.name.to_owned(), channel);
    }
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Homeroom",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Socket.IO over WebSocket, at /socket.io/. A message is one event with one JSON object.",
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": { "schemas": catalogue.definitions },
    })
}

fn reference(namespace: &NamespaceDoc, message: &str) -> Value {
    json!({ "$ref": format!("#/channels/{}/messages/{message}", namespace.name) })
}

fn receive(namespace: &NamespaceDoc, request: &RequestDoc, key: &str) -> Value {
    let channel = json!({ "$ref": format!("#/channels/{}", namespace.name) });
    json!({
        "action": "receive",
        "channel": channel,
        "summary": super::summary(&request.description),
        "messages": [reference(namespace, key)],
        "reply": { "channel": channel, "messages": [reference(namespace, &format!("{key}.ack"))] },
    })
}

fn send(namespace: &NamespaceDoc, event: &EventDoc, key: &str) -> Value {
    json!({
        "action": "send",
        "channel": { "$ref": format!("#/channels/{}", namespace.name) },
        "summary": super::summary(&event.description),
        "messages": [reference(namespace, key)],
    })
}

fn received(request: &RequestDoc) -> Value {
    let mut message = json!({
        "name": request.name,
        "description": request.description,
        "payload": request.request,
    });
    if !request.aliases.is_empty()
        && let Some(message) = message.as_object_mut()
    {
        message.insert("x-aliases".to_owned(), json!(request.aliases));
    }
    message
}

fn ack(request: &RequestDoc) -> Value {
    json!({
        "name": format!("ack of {}", request.name),
        "payload": { "oneOf": [super::success(&request.reply), { "$ref": format!("#{PATH}/Failure") }] },
    })
}

fn sent(event: &EventDoc) -> Value {
    json!({
        "name": event.name,
        "description": event.description,
        "payload": event.payload,
        "x-durable": event.durable,
    })
}
