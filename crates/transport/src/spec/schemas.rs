//! One JSON Schema (draft 2020-12) per request, reply and event, each complete in itself, for code generators.

use std::collections::BTreeMap;

use homeroom_contract::BoundNamespace;
use homeroom_contract::schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::catalogue::Catalogue;
use super::definitions::references;

/// Schemas by relative path: `{namespace}/requests/{name}.json`, `{namespace}/replies/{name}.json` (the ack's `data`),
/// `{namespace}/events/{name}.json`, `failure.json`; in names `:` is written `-`.
pub fn schemas(namespaces: &[BoundNamespace]) -> BTreeMap<String, Value> {
    let catalogue = Catalogue::read(namespaces, &SchemaSettings::draft2020_12(), "/$defs");
    let complete = |title: &str, shape: &Value| complete(title, shape, &catalogue.definitions);
    let mut files = BTreeMap::new();
    for namespace in &catalogue.namespaces {
        let mut add = |folder: &str, name: &str, shape: &Value| {
            let path = format!("{}/{folder}/{}.json", namespace.name, name.replace(':', "-"));
            files.insert(path, complete(name, shape));
        };
        for request in &namespace.requests {
            add("requests", request.name, &request.request);
            add("replies", request.name, &request.reply);
        }
        for event in &namespace.events {
            add("events", event.name, &event.payload);
        }
    }
    files.insert("failure.json".to_owned(), complete("failure", &json!({ "$ref": "#/$defs/Failure" })));
    files
}

/// The shape with exactly the definitions that it needs.
fn complete(title: &str, shape: &Value, definitions: &Map<String, Value>) -> Value {
    let mut needed = Map::new();
    let mut open = references(shape);
    while let Some(reference) = open.pop() {
        let Some(name) = reference.strip_prefix("#/$defs/") else { continue };
        if let (false, Some(definition)) = (needed.contains_key(name), definitions.get(name)) {
            open.extend(references(definition));
            needed.insert(name.to_owned(), definition.clone());
        }
    }
    let mut schema = json!({ "$schema": "https://json-schema.org/draft/2020-12/schema", "title": title });
    if let (Some(schema), Some(shape)) = (schema.as_object_mut(), shape.as_object()) {
        schema.extend(shape.clone());
        if !needed.is_empty() {
            schema.insert("$defs".to_owned(), Value::Object(needed));
        }
    }
    schema
}
