//! What stops it before it starts, each with one line and its exit code.

use crate::support::{Place, SECRET};

const WRONG: i32 = 78;

#[test]
fn a_database_without_a_key_does_not_start() {
    let place = Place::bare().with("DATABASE_URL", "sqlite://school.db");
    let ended = place.run(&[]);
    assert!(ended.line(WRONG).starts_with("gateway: JWT_SECRET: there is no key"), "{ended:?}");
    assert!(!place.path().join("school.db").exists(), "it looked at the key before it touched anything");
}

#[test]
fn a_key_without_a_database_does_not_start() {
    let ended = Place::bare().with("JWT_SECRET", SECRET).run(&[]);
    assert!(ended.line(WRONG).starts_with("gateway: DATABASE_URL: there is no database"), "{ended:?}");
}

#[test]
fn a_short_secret_does_not_start_and_is_not_shown() {
    let ended = Place::deployment().with("JWT_SECRET", "short-secret").run(&[]);
    assert!(ended.line(WRONG).contains("JWT_SECRET: the secret has 12 bytes"), "{ended:?}");
    assert!(!ended.err.contains("short-secret"));
}

#[test]
fn an_unknown_key_is_named() {
    let ended = Place::bare().with("GATEWAY_LISTNE", "x").run(&[]);
    assert!(ended.line(WRONG).starts_with("gateway: GATEWAY_LISTNE: there is no such key"), "{ended:?}");
    let place = Place::bare();
    std::fs::write(place.path().join("g.toml"), "listne = 'x'").unwrap();
    let ended = place.run(&["--config", "g.toml"]);
    assert!(ended.line(WRONG).starts_with("gateway: listne in g.toml: there is no such key"), "{ended:?}");
}

#[test]
fn a_database_that_is_not_there_is_one_line() {
    let place = Place::deployment().with("DATABASE_URL", "postgres://nobody:hidden@127.0.0.1:1/none");
    let ended = place.run(&["migrate"]);
    assert!(ended.line(1).starts_with("gateway: the database can't be opened"), "{ended:?}");
    assert!(!ended.err.contains("hidden"));
}

#[test]
fn a_port_that_is_taken_is_one_line() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let free = "127.0.0.1:0";
    let listen = Place::deployment().with("GATEWAY_LISTEN", &address).with("GATEWAY_ADMIN_LISTEN", free);
    let ended = listen.run(&[]);
    assert!(ended.line(1).contains(&format!("{address} is taken")), "{ended:?}");
    let admin = Place::deployment().with("GATEWAY_LISTEN", free).with("GATEWAY_ADMIN_LISTEN", &address);
    assert!(admin.run(&[]).line(1).contains(&format!("{address} is taken")));
}

#[test]
fn check_config_shows_what_is_in_force_and_no_secret() {
    let place = Place::deployment().with("GATEWAY_ENGINE_PING_INTERVAL_MS", "7");
    let ended = place.run(&["--check-config"]);
    let shown: toml::Table = ended.printed().parse().unwrap();
    assert_eq!(shown["engine"]["ping_interval_ms"].as_integer(), Some(7));
    assert!(!ended.out.contains(SECRET));
    let ended = Place::bare().run(&["--check-config"]);
    assert!(ended.printed().starts_with("# No database and no key are configured: this is the demo"));
    let ended = Place::deployment().with("JWT_SECRET", "short").run(&["--check-config"]);
    assert!(ended.line(WRONG).contains("JWT_SECRET"));
}

/// It starts all the same, and waits for the keys: but who asks whether all is well is told.
#[test]
fn check_config_says_when_the_keys_can_not_be_fetched() {
    let keys = |address: &str| {
        let place = Place::bare().with("DATABASE_URL", "sqlite://school.db").with("JWT_JWKS", address);
        place.run(&["--check-config"])
    };
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let away = keys(&format!("http://{silent}/keys"));
    assert!(away.line(1).contains("JWT_JWKS: there are no keys"), "{away:?}");
    assert!(away.line(1).contains("does not answer"), "{away:?}");
    let secret = keys("https://homeroom:hidden@id.example/keys");
    assert!(secret.line(WRONG).starts_with("gateway: JWT_JWKS: ") && !secret.err.contains("hidden"));
}

#[test]
fn a_limit_for_a_request_that_there_is_not_is_named() {
    let place = Place::deployment();
    let config =
        "[limits]\n'sync:since' = { count = 1, per_ms = 1 }\n'grade:sett' = { count = 1, per_ms = 1 }";
    std::fs::write(place.path().join("g.toml"), config).unwrap();
    for args in [["--config", "g.toml", "--check-config"], ["--config", "g.toml", "serve"]] {
        let ended = place.run(&args);
        assert!(ended.line(WRONG).contains("limits.\"grade:sett\": there is no request"), "{ended:?}");
    }
}

#[test]
fn the_command_line_is_explained() {
    let help = Place::bare().run(&["--help"]);
    for word in ["GATEWAY_LISTEN", "DATABASE_URL", "engine.ping_interval_ms", "roster", "Exit codes"] {
        assert!(help.printed().contains(word), "{word}");
    }
    let wrong = Place::bare().run(&["--colour"]);
    assert_eq!(wrong.code, 64, "{wrong:?}");
}
