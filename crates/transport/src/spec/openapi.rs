//! The HTTP face as an OpenAPI 3.1 document (spec.openapis.org/oas/v3.1.1).

use homeroom_contract::BoundNamespace;
use homeroom_contract::Kind;
use homeroom_contract::schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::catalogue::{Catalogue, RequestDoc};

const PATH: &str = "/components/schemas";

/// Every request that can be made over HTTP.
pub fn openapi(namespaces: &[BoundNamespace]) -> Value {
    let catalogue = Catalogue::read(namespaces, &SchemaSettings::draft2020_12(), PATH);
    let mut paths = Map::new();
    for namespace in &catalogue.namespaces {
        for request in namespace.requests.iter().filter(|request| request.over_http) {
            let path = format!("/v1/{}/{}", namespace.name, request.name);
            paths.insert(path, json!({ "post": operation(namespace.name, request) }));
        }
    }
    let tags: Vec<_> =
        catalogue.namespaces.iter().map(|namespace| json!({ "name": namespace.name })).collect();
    json!({
        "openapi": "3.1.1",
        "info": {
            "title": "Homeroom",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Every command of every namespace over HTTP. The body is the payload, the answer the ack.",
        },
        "tags": tags,
        "security": [{ "bearer": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" } },
            "schemas": catalogue.definitions,
        },
    })
}

fn operation(namespace: &str, request: &RequestDoc) -> Value {
    let mut operation = json!({
        "operationId": format!("{namespace}.{}", request.name),
        "tags": [namespace],
        "summary": super::summary(&request.description),
        "description": request.description,
        "requestBody": {
            "required": true,
            "content": { "application/json": { "schema": request.request } },
        },
        "responses": {
            "200": {
                "description": "It was done.",
                "content": { "application/json": { "schema": super::success(&request.reply) } },
            },
            "default": {
                "description": "It failed; the status goes with the code.",
                "content": { "application/json": { "schema": { "$ref": format!("#{PATH}/Failure") } } },
            },
        },
    });
    if request.kind == Kind::Command
        && let Some(operation) = operation.as_object_mut()
    {
        let parameters = json!([{
            "name": "Idempotency-Key",
            "in": "header",
            "description": "The clientId: a repeat within 24 hours gets the first reply, and one effect.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255 },
        }]);
        operation.insert("parameters".to_owned(), parameters);
    }
    operation
}
