//! The page at `/docs`: every request and event with its shape. It loads nothing, not even from here: one file, no script.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use homeroom_contract::schemars::generate::SchemaSettings;
use homeroom_contract::{BoundNamespace, Kind};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::catalogue::{Catalogue, RequestDoc};

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1f;background:#fff}\
code,td:first-child{font-family:ui-monospace,monospace;font-size:.9em}\
table{border-collapse:collapse;margin:.5rem 0 1rem;width:100%}td{border-top:1px solid #ddd;padding:.25rem .75rem .25rem 0;vertical-align:top}\
h2{border-bottom:2px solid #1b1b1f;margin-top:3rem}h3{margin-bottom:0}.k{color:#555;font-size:.85em}\
@media(prefers-color-scheme:dark){body{color:#e6e6ea;background:#16161a}td{border-color:#3a3a42}.k{color:#aaa}a{color:#9ab8ff}h2{border-color:#e6e6ea}}";

/// The page and the policy that it is served under.
pub(crate) struct Page {
    pub(crate) html: String,
    /// `Content-Security-Policy`: nothing but the page's own style, by its hash.
    pub(crate) policy: String,
}

/// Renders the page.
pub(crate) fn page(namespaces: &[BoundNamespace]) -> Page {
    let catalogue = Catalogue::read(namespaces, &SchemaSettings::draft2020_12(), "/shapes");
    let hash = STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let mut writer = Writer { html: String::new(), definitions: &catalogue.definitions };
    writer.whole(&catalogue);
    Page { html: writer.html, policy }
}

struct Writer<'a> {
    html: String,
    definitions: &'a Map<String, Value>,
}

impl Writer<'_> {
    /// Writing to a string can't fail.
    fn put(&mut self, text: std::fmt::Arguments<'_>) {
        let _ = self.html.write_fmt(text);
    }

    fn whole(&mut self, catalogue: &Catalogue) {
        self.put(format_args!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
             <title>Homeroom: commands and events</title><style>{STYLE}</style><body><h1>Commands and events</h1>\
             <p>Machine-readable: <a href=\"openapi.json\">OpenAPI</a>, <a href=\"asyncapi.json\">AsyncAPI</a>.</p><ul>"
        ));
        for namespace in &catalogue.namespaces {
            let name = Escaped(namespace.name);
            self.put(format_args!("<li><a href=\"#{name}\">/{name}</a>"));
        }
        self.put(format_args!("</ul>"));
        for namespace in &catalogue.namespaces {
            let name = Escaped(namespace.name);
            self.put(format_args!("<h2 id=\"{name}\">/{name}</h2>"));
            for request in &namespace.requests {
                self.request(namespace.name, request);
            }
            for event in &namespace.events {
                let durable = if event.durable { "event, in the journal" } else { "event, ephemeral" };
                self.head(event.name, durable, &event.description);
                self.shape("Payload", &event.payload);
            }
        }
        self.put(format_args!("<h2>Shared shapes</h2>"));
        for (name, shape) in &catalogue.definitions {
            let text = shape.get("description").and_then(Value::as_str).unwrap_or_default();
            self.put(format_args!("<div id=\"shape-{}\">", Escaped(name)));
            self.head(name, "", text);
            self.shape("", shape);
            self.put(format_args!("</div>"));
        }
    }

    fn request(&mut self, namespace: &str, request: &RequestDoc) {
        let kind = match request.kind {
            Kind::Query => "query",
            Kind::Command => "command",
            Kind::Join => "join",
            Kind::Leave => "leave",
            Kind::Signal => "signal",
        };
        let mut note = format!("{kind}; {} in {} s", request.limit.count, request.limit.per.as_secs());
        if request.over_http {
            let _ = write!(note, "; POST /v1/{namespace}/{}", request.name);
        }
        if !request.aliases.is_empty() {
            let _ = write!(note, "; also {}", request.aliases.join(", "));
        }
        self.head(request.name, &note, &request.description);
        self.shape("Payload", &request.request);
        self.shape("Answer", &request.reply);
    }

    fn head(&mut self, name: &str, note: &str, description: &str) {
        let (name, note, description) = (Escaped(name), Escaped(note), Escaped(description));
        self.put(format_args!(
            "<h3><code>{name}</code></h3><div class=\"k\">{note}</div><p>{description}</p>"
        ));
    }

    /// A table of fields; a reference is followed once, what is deeper is linked.
    fn shape(&mut self, title: &str, shape: &Value) {
        let resolved = self.resolve(shape);
        let parts =
            resolved.get("allOf").and_then(Value::as_array).cloned().unwrap_or_else(|| vec![resolved]);
        if !title.is_empty() {
            self.put(format_args!("<div class=\"k\">{}</div>", Escaped(title)));
        }
        self.put(format_args!("<table>"));
        for part in parts {
            let part = self.resolve(&part);
            let required = part.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
            match part.get("properties").and_then(Value::as_object) {
                Some(fields) => {
                    for (name, field) in fields {
                        let optional = if required.contains(&Value::from(name.as_str())) { "" } else { "?" };
                        let text = field.get("description").and_then(Value::as_str).unwrap_or_default();
                        let (name, text) = (Escaped(name), Escaped(text));
                        self.put(format_args!("<tr><td>{name}{optional}<td>{}<td>{text}", type_of(field)));
                    }
                }
                None => self.put(format_args!("<tr><td>{}", type_of(&part))),
            }
        }
        self.put(format_args!("</table>"));
    }

    fn resolve(&self, shape: &Value) -> Value {
        let name = shape.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix("#/shapes/"));
        name.and_then(|name| self.definitions.get(name)).unwrap_or(shape).clone()
    }
}

/// A type in a few words, as HTML.
fn type_of(shape: &Value) -> String {
    if let Some(name) = shape.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next()) {
        return format!("<a href=\"#shape-{0}\">{0}</a>", Escaped(name));
    }
    if let Some(value) = shape.get("const") {
        return Escaped(&value.to_string()).to_string();
    }
    if let Some(values) = shape.get("enum").and_then(Value::as_array) {
        return values
            .iter()
            .map(|value| Escaped(&value.to_string()).to_string())
            .collect::<Vec<_>>()
            .join(" | ");
    }
    for choice in ["anyOf", "oneOf", "allOf"] {
        if let Some(options) = shape.get(choice).and_then(Value::as_array) {
            return options.iter().map(type_of).collect::<Vec<_>>().join(" | ");
        }
    }
    let kind = match shape.get("type") {
        Some(Value::String(kind)) => kind.clone(),
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | "),
        _ => "any".to_owned(),
    };
    match shape.get("items") {
        Some(items) => format!("array of {}", type_of(items)),
        None => match shape.get("format").and_then(Value::as_str) {
            Some(format) => Escaped(&format!("{kind} ({format})")).to_string(),
            None => Escaped(&kind).to_string(),
        },
    }
}

/// Text as HTML shows it, in elements and in quoted attributes.
struct Escaped<'a>(&'a str);

impl std::fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}
