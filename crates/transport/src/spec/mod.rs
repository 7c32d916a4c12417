//! The generated documents: OpenAPI for HTTP, AsyncAPI for sockets, JSON Schemas for code generators, and a page to read.
//! All of them say what the namespaces declare, and nothing else.

mod asyncapi;
mod catalogue;
mod definitions;
mod openapi;
mod page;
mod schemas;
#[cfg(test)]
mod tests;

use serde_json::{Value, json};

pub use asyncapi::asyncapi;
pub use openapi::openapi;
pub(crate) use page::{Page, page};
pub use schemas::schemas;

/// The ack of something that worked.
fn success(data: &Value) -> Value {
    json!({
        "type": "object",
        "required": ["success", "data"],
        "properties": { "success": { "const": true }, "data": data },
    })
}

/// The first sentence.
fn summary(description: &str) -> &str {
    let line = description.split("\n\n").next().unwrap_or_default();
    line.find(". ").and_then(|end| line.get(..=end)).unwrap_or(line)
}

/// A name as a key that references may use.
fn key(name: &str) -> String {
    let keep = |c: char| if c.is_ascii_alphanumeric() || c == '.' || c == '-' { c } else { '_' };
    name.chars().map(keep).collect()
}
