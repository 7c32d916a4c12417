//! The keys there are, and the environment variables that go over them. A key without a name of its own in the environment
//! is `GATEWAY_` and its path in capitals: `engine.ping_interval_ms` is `GATEWAY_ENGINE_PING_INTERVAL_MS`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use toml::{Table, Value};

use super::Config;

/// A variable with a name of its own.
pub(super) struct Named {
    pub(super) variable: &'static str,
    pub(super) key: &'static str,
    help: &'static str,
}

const fn named(variable: &'static str, key: &'static str, help: &'static str) -> Named {
    Named { variable, key, help }
}

/// The variables of the original deployments, and those that most operators set.
pub(super) const NAMED: &[Named] = &[
    named("GATEWAY_LISTEN", "listen", "where clients connect, ADDRESS:PORT"),
    named("GATEWAY_ADMIN_LISTEN", "admin_listen", "where /metrics, /healthz and /readyz are"),
    named("DATABASE_URL", "database_url", "postgres://… or sqlite://PATH; without it, the demo"),
    named(
        "REDIS_URL",
        "redis_url",
        "redis://…, redis+sentinel://… or redis+cluster://…, the way between several nodes",
    ),
    named("USE_REDIS_STATE", "use_redis_state", "false keeps state in memory even where there is a Redis"),
    named("JWT_SECRET", "jwt_secret", "secret of at least 32 bytes that tokens are signed with (HS256)"),
    named("JWT_PUBLIC_KEY_FILE", "jwt_public_key_file", "public key in PEM (RS256, ES256 or EdDSA)"),
    named("JWT_JWKS", "jwt_jwks", "public keys as a JSON Web Key Set: a file, or an https address"),
    named(
        "AUTH_SIGNING_SECRET",
        "auth_signing_secret",
        "secret for the gateway's own tokens; else JWT_SECRET",
    ),
    named("JWT_ISSUER", "jwt_issuer", "the `iss` that tokens must have"),
    named("JWT_AUDIENCE", "jwt_audience", "the `aud` that tokens must have"),
    named("FRONTEND_URL", "frontend_url", "origins of the web app, with commas between"),
    named("SOCKET_IO_CORS_ORIGIN", "socket_io_cors_origin", "further allowed origins"),
    named(
        "SOCKET_IO_MAX_CONNECTIONS_PER_USER",
        "transport.max_connections_per_user",
        "connections that one person may have",
    ),
    named(
        "GATEWAY_LIMITS_OFF",
        "transport.limits_off",
        "true turns all rate limits off; for load tests only",
    ),
];

/// Keys that have no default, and so no place among the defaults.
const OPTIONAL: &[&str] = &[
    "database_url",
    "redis_url",
    "use_redis_state",
    "jwt_secret",
    "jwt_public_key_file",
    "jwt_jwks",
    "auth_signing_secret",
    "jwt_issuer",
    "jwt_audience",
];

/// Those of them that are true or false.
pub(super) const OPTIONAL_FLAGS: &[&str] = &["use_redis_state"];

/// Tables whose keys are the operator's own: names of requests, ids of districts.
pub(super) const FREE: &[&str] = &["limits", "tenants", "transport.limits"];

/// Every key with a fixed name: its path and its default, if it has one.
pub(super) fn all(table: &Table) -> BTreeMap<String, Option<Value>> {
    let mut keys: BTreeMap<_, _> = OPTIONAL.iter().map(|key| ((*key).to_owned(), None)).collect();
    keys.extend(leaves(table).into_iter().map(|(key, value)| (key, Some(value.clone()))));
    keys
}

/// Every value of a table and of the tables in it, under its path. A table that has the operator's own keys is left out.
pub(super) fn leaves(table: &Table) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), table)];
    while let Some((prefix, table)) = open.pop() {
        for (name, value) in table {
            let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
            match value {
                Value::Table(_) if FREE.contains(&path.as_str()) => {}
                Value::Table(inner) => open.push((path, inner)),
                value => found.push((path, value)),
            }
        }
    }
    found
}

/// The variable that sets a key.
pub(super) fn variable(key: &str) -> String {
    match NAMED.iter().find(|named| named.key == key) {
        Some(named) => named.variable.to_owned(),
        None => format!("GATEWAY_{}", key.replace('.', "_").to_uppercase()),
    }
}

/// The defaults as a table.
pub(super) fn defaults() -> Table {
    Table::try_from(Config::default()).unwrap_or_default()
}

/// What `--help` says about the configuration.
pub(crate) fn help() -> String {
    let mut text = String::from(
        "Configuration: a TOML file (--config or GATEWAY_CONFIG), and the environment over it.\n",
    );
    for Named { variable, key, help } in NAMED {
        let _ = write!(text, "\n  {variable}\n      {help} [file: {key}]");
    }
    text.push_str("\n\nEvery other key, as it stands in the file, with its default; in the environment it is GATEWAY_ and\n");
    text.push_str("the key in capitals with _ for the dot:\n");
    for (key, default) in all(&defaults()) {
        if let (Some(default), false) = (default, NAMED.iter().any(|named| named.key == key)) {
            let _ = write!(text, "\n  {key} = {default}");
        }
    }
    text.push_str("\n\nOnly in the file:\n");
    text.push_str("\n  [limits]             how often a person may send a request, by its name; \"default\" for the rest:");
    text.push_str("\n                       \"grade:set\" = { count = 20, per_ms = 10000 }");
    text.push_str(
        "\n  [tenants.\"ID\"]       one district: time_zone = \"America/Chicago\", require_versions = true\n",
    );
    text.push_str("\nExit codes: 0 done; 1 failed; 2 a roster import was refused, nothing applied; 64 the command line is\n");
    text.push_str("wrong; 78 the configuration is wrong.");
    text
}
