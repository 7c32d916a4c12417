//! Everything that the gateway answers and sends, read from the namespaces' declarations: the one source of all documents.

use std::sync::Arc;

use homeroom_contract::schemars::SchemaGenerator;
use homeroom_contract::schemars::generate::SchemaSettings;
use homeroom_contract::{BoundNamespace, Code, EventSpec, Kind, Limit, OnlineUser, RouteSpec};
use serde_json::{Map, Value, json};

use super::definitions::Definitions;
use crate::dispatch::builtin::{self, Builtin};

/// All namespaces with their shapes.
#[derive(Debug)]
pub(crate) struct Catalogue {
    pub(crate) namespaces: Vec<NamespaceDoc>,
    /// The shared shapes, by name.
    pub(crate) definitions: Map<String, Value>,
}

/// One namespace.
#[derive(Debug)]
pub(crate) struct NamespaceDoc {
    pub(crate) name: &'static str,
    pub(crate) requests: Vec<RequestDoc>,
    pub(crate) events: Vec<EventDoc>,
}

/// One request.
#[derive(Debug)]
pub(crate) struct RequestDoc {
    pub(crate) name: &'static str,
    pub(crate) aliases: &'static [&'static str],
    pub(crate) kind: Kind,
    pub(crate) limit: Limit,
    pub(crate) over_http: bool,
    pub(crate) description: String,
    pub(crate) request: Value,
    /// The ack's `data`.
    pub(crate) reply: Value,
}

/// One event.
#[derive(Debug)]
pub(crate) struct EventDoc {
    pub(crate) name: &'static str,
    pub(crate) durable: bool,
    pub(crate) description: String,
    pub(crate) payload: Value,
}

impl Catalogue {
    /// Reads the declarations, in their order. Shared shapes lie at `path`, such as `/components/schemas`.
    pub(crate) fn read(namespaces: &[BoundNamespace], settings: &SchemaSettings, path: &'static str) -> Self {
        let mut definitions = Definitions::new(settings, path);
        let online = definitions.outbound(SchemaGenerator::subschema_for::<OnlineUser>);
        let code = definitions.outbound(SchemaGenerator::subschema_for::<Code>);
        let mut docs: Vec<_> = namespaces.iter().map(|ns| read(ns, &mut definitions, &online)).collect();
        let mut shapes: Vec<&mut Value> = Vec::new();
        for doc in &mut docs {
            shapes.extend(doc.requests.iter_mut().flat_map(|doc| [&mut doc.request, &mut doc.reply]));
            shapes.extend(doc.events.iter_mut().map(|doc| &mut doc.payload));
        }
        let mut definitions = definitions.finish(shapes);
        definitions.insert("Failure".to_owned(), failure(&code));
        definitions.insert("JournalFields".to_owned(), journal_fields());
        for doc in &mut docs {
            for request in &mut doc.requests {
                request.description = description(&request.request, &definitions);
            }
            for event in &mut doc.events {
                event.description = description(&event.payload, &definitions);
                if event.durable {
                    let fields = format!("#{path}/JournalFields");
                    event.payload = json!({ "allOf": [event.payload.take(), { "$ref": fields }] });
                }
            }
        }
        Self { namespaces: docs, definitions }
    }
}

fn read(namespace: &BoundNamespace, definitions: &mut Definitions, online: &Value) -> NamespaceDoc {
    let mut requests: Vec<_> = namespace
        .routes()
        .iter()
        .map(|route| request(route, route.kind.over_http(), definitions, online))
        .collect();
    for builtin in Builtin::ALL {
        requests.push(request(&Arc::new(builtin.spec()), builtin.over_http(), definitions, online));
    }
    let own = namespace.events().iter().copied();
    let events = own.chain(builtin::events()).map(|spec| event(spec, definitions)).collect();
    NamespaceDoc { name: namespace.name(), requests, events }
}

fn request(route: &RouteSpec, over_http: bool, definitions: &mut Definitions, online: &Value) -> RequestDoc {
    let reply = route.reply.map(|schema| definitions.outbound(schema));
    let reply = match (reply, route.kind) {
        (Some(data), Kind::Join) => joined(&data, online),
        (Some(data), _) => data,
        (None, _) => json!({ "type": "object" }),
    };
    RequestDoc {
        name: route.name,
        aliases: route.aliases,
        kind: route.kind,
        limit: route.limit,
        over_http,
        description: String::new(),
        request: definitions.inbound(route.request),
        reply,
    }
}

fn event(spec: EventSpec, definitions: &mut Definitions) -> EventDoc {
    let payload = definitions.outbound(spec.schema);
    EventDoc { name: spec.name, durable: spec.durable, description: String::new(), payload }
}

fn joined(data: &Value, online: &Value) -> Value {
    json!({
        "type": "object",
        "required": ["roomId", "onlineUsers", "initialData", "seq", "rooms"],
        "properties": {
            "roomId": { "type": ["string", "null"], "description": "The room that stands for the whole." },
            "onlineUsers": { "type": "array", "items": online, "description": "Who shows up in that room." },
            "initialData": data,
            "seq": {
                "type": "integer", "minimum": 0,
                "description": "The position in the stream at which initialData was read.",
            },
            "rooms": { "type": "array", "items": { "type": "string" }, "description": "All rooms that were entered." },
        },
    })
}

/// A failure as it is serialised.
fn failure(code: &Value) -> Value {
    json!({
        "type": "object",
        "description": "Why it failed.",
        "required": ["success", "error", "code"],
        "properties": {
            "success": { "const": false },
            "error": { "type": "string", "description": "A sentence for a person." },
            "code": code,
            "retryAfterMs": { "type": "integer", "minimum": 0, "description": "When it is worth trying again." },
            "details": { "description": "What exactly was wrong." },
            "current": { "description": "What stands now, with VERSION_CONFLICT." },
        },
    })
}

fn journal_fields() -> Value {
    json!({
        "type": "object",
        "description": "What every event of the journal also carries.",
        "required": ["eventId", "seq", "timestamp"],
        "properties": {
            "eventId": { "type": "string", "format": "uuid", "description": "The same for everyone: drop a repeat." },
            "seq": { "type": "integer", "minimum": 1, "description": "Its position in the stream." },
            "timestamp": { "type": "string", "format": "date-time" },
        },
    })
}

/// A shape's own description, or that of the definition it refers to.
fn description(shape: &Value, definitions: &Map<String, Value>) -> String {
    let own = shape.get("description");
    let name = shape.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
    let shared = name.and_then(|name| definitions.get(name)).and_then(|shape| shape.get("description"));
    own.or(shared).and_then(Value::as_str).unwrap_or_default().to_owned()
}
