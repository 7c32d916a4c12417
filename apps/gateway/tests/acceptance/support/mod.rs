//! A gateway on its own database with a small district in it.

pub(crate) mod district;

use std::path::Path;

use homeroom_contract::{TenantId, UserId};
use homeroom_testkit::{Gateway, GatewayOptions, TestDatabase};
use serde_json::{Value, json};

use district::{District, Persona};

/// Starts a gateway and imports the districts with the gateway's own command.
pub(crate) fn gateway_with(database: &TestDatabase, districts: &[&District]) -> Gateway {
    // The clients here are faster than any person.
    let gateway = Gateway::start(GatewayOptions::new(database.url()).env("GATEWAY_LIMITS_OFF", "true"));
    for district in districts {
        import(&gateway, district);
    }
    gateway
}

/// Imports a district with the gateway's own command.
pub(crate) fn import(gateway: &Gateway, district: &District) {
    let zip = gateway.folder().join("roster.zip");
    district.write(&zip);
    import_file(gateway, &zip);
}

/// Imports a zip with the gateway's own command.
pub(crate) fn import_file(gateway: &Gateway, zip: &Path) {
    let (code, out, err) = gateway.run(&["roster", "import", zip.to_str().expect("a plain path")]);
    assert_eq!(code, 0, "the import was refused\n{out}\n{err}");
}

/// A token for one of the district's people.
pub(crate) fn token(gateway: &Gateway, district: &District, persona: Persona) -> String {
    let tenant: TenantId = district.tenant.parse().expect("an id");
    let user: UserId = district.user(persona).parse().expect("an id");
    gateway.tokens().person(&tenant, &user)
}

/// Makes a line item as the teacher of the class and gives its id.
pub(crate) async fn line_item(gateway: &Gateway, district: &District, title: &str) -> String {
    let reply = post(gateway, district, "lineitem:create", &line_item_body(district, title)).await;
    reply["lineItemId"].as_str().expect("an id").to_owned()
}

/// Does something in the gradebook as the teacher of the class, over HTTP, and gives the reply.
pub(crate) async fn post(gateway: &Gateway, district: &District, request: &str, body: &Value) -> Value {
    let teacher = token(gateway, district, Persona::Teacher);
    let mut answer = gateway.post(&teacher, "gradebook", request, body, None).await;
    assert_eq!(answer.status, 200, "{request}: {}", answer.body);
    answer.body["data"].take()
}

/// What creates a line item in the district's class.
pub(crate) fn line_item_body(district: &District, title: &str) -> Value {
    json!({
        "classId": district.class(),
        "title": title,
        "categoryId": district.category(),
        "academicSessionId": district.session(),
        "assignDate": "2026-01-12",
        "dueDate": "2026-01-19",
        "resultValueMin": 0,
        "resultValueMax": 100,
    })
}
