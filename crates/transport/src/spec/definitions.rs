//! Shared definitions. A type that is both received and sent can have two shapes (a field with a default may be left out by
//! a client and is always there in a reply), so there are two generators. Where the shapes are the same, so is the name.

use std::collections::BTreeSet;

use homeroom_contract::SchemaFn;
use homeroom_contract::schemars::SchemaGenerator;
use homeroom_contract::schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

const RECEIVED: &str = "#/received/";

pub(crate) struct Definitions {
    received: SchemaGenerator,
    sent: SchemaGenerator,
    /// Where they will lie, with `#` and a `/` at the end.
    prefix: String,
}

impl Definitions {
    pub(crate) fn new(settings: &SchemaSettings, path: &'static str) -> Self {
        let at =
            |path: &'static str| settings.clone().with(|settings| settings.definitions_path = path.into());
        Self {
            received: at("/received").for_deserialize().into_generator(),
            sent: at(path).for_serialize().into_generator(),
            prefix: format!("#{path}/"),
        }
    }

    /// The shape of something that a client sends.
    pub(crate) fn inbound(&mut self, schema: SchemaFn) -> Value {
        schema(&mut self.received).to_value()
    }

    /// The shape of something that a client gets.
    pub(crate) fn outbound(&mut self, schema: SchemaFn) -> Value {
        schema(&mut self.sent).to_value()
    }

    /// All definitions under one roof; the references in `shapes` are set right.
    pub(crate) fn finish(mut self, shapes: Vec<&mut Value>) -> Map<String, Value> {
        let mut all = self.sent.take_definitions(true);
        let received = self.received.take_definitions(true);
        let apart = differing(&received, &all, &self.prefix);
        let settle = |reference: &str| -> Option<String> {
            let name = reference.strip_prefix(RECEIVED)?;
            let suffix = if apart.contains(name) { "Request" } else { "" };
            Some(format!("{}{name}{suffix}", self.prefix))
        };
        for (name, mut shape) in received {
            rewrite(&mut shape, &settle);
            let name = if apart.contains(&name) { format!("{name}Request") } else { name };
            all.insert(name, shape);
        }
        for shape in shapes {
            rewrite(shape, &settle);
        }
        all
    }
}

/// The names that mean one thing when received and another when sent, or that refer to such a one.
fn differing(received: &Map<String, Value>, sent: &Map<String, Value>, prefix: &str) -> BTreeSet<String> {
    let both = || received.iter().filter_map(|(name, shape)| Some((name, shape, sent.get(name)?)));
    let mut apart = BTreeSet::new();
    for (name, shape, other) in both() {
        let mut same = shape.clone();
        rewrite(&mut same, &|reference| Some(format!("{prefix}{}", reference.strip_prefix(RECEIVED)?)));
        if same != *other {
            apart.insert(name.clone());
        }
    }
    loop {
        let more: Vec<_> = both()
            .filter(|(name, ..)| !apart.contains(*name))
            .filter(|(_, shape, _)| {
                references(shape)
                    .iter()
                    .any(|to| to.strip_prefix(RECEIVED).is_some_and(|to| apart.contains(to)))
            })
            .map(|(name, ..)| name.clone())
            .collect();
        if more.is_empty() {
            return apart;
        }
        apart.extend(more);
    }
}

fn rewrite(value: &mut Value, settle: &impl Fn(&str) -> Option<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(reference) if name == "$ref" => {
                        if let Some(settled) = settle(reference) {
                            *reference = settled;
                        }
                    }
                    other => rewrite(other, settle),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rewrite(item, settle)),
        _ => {}
    }
}

/// Every `$ref` in a document.
pub(crate) fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| match value {
                Value::String(reference) if name == "$ref" => vec![reference.clone()],
                other => references(other),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}
