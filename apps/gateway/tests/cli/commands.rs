//! `token`, `migrate` and `schema`.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use homeroom_auth::{AuthConfig, Key, Verifier};
use homeroom_contract::{Clock as _, SystemClock};

use crate::support::{Place, SECRET, terminate};

fn verifier(config: AuthConfig) -> Verifier {
    Verifier::new(Key::secret(SECRET).unwrap(), config, Arc::new(SystemClock)).unwrap()
}

#[test]
fn a_token_says_what_was_asked_for() {
    let place = Place::deployment().with("JWT_ISSUER", "tests").with("JWT_AUDIENCE", "homeroom");
    let ended = place.run(&["token", "--user", "t-1", "--district", "d-1", "--ttl", "2h"]);
    let config = AuthConfig {
        issuer: Some("tests".to_owned()),
        audience: Some("homeroom".to_owned()),
        ..AuthConfig::default()
    };
    let claims = verifier(config).verify(ended.printed().trim_end()).unwrap();
    assert_eq!(claims.subject.as_str(), "t-1");
    assert_eq!(claims.district.unwrap().as_str(), "d-1");
    assert_eq!(claims.scopes, None);
    assert!(claims.provenance.token_id.is_some(), "so that it can be revoked alone");
    assert!(claims.provenance.issued_at.is_some(), "so that it isn't taken for older than it is");
    let left = claims.expires_at.since(SystemClock.now());
    assert!(left > Duration::from_mins(119) && left <= Duration::from_hours(2), "{left:?}");
}

#[test]
fn a_scope_makes_it_a_services_token() {
    let args = ["token", "--user", "reports", "--scope", "gradebook:read", "--scope", "gradebook:write"];
    let ended = Place::deployment().run(&args);
    let claims = verifier(AuthConfig::default()).verify(ended.printed().trim_end()).unwrap();
    assert_eq!(claims.scopes.unwrap().len(), 2);
}

#[test]
fn a_token_needs_a_secret() {
    let ended = Place::bare().run(&["token", "--user", "t-1"]);
    assert!(ended.line(1).contains("there is no key"), "{ended:?}");
    let place = Place::bare().with("JWT_PUBLIC_KEY_FILE", "id.pem");
    assert!(place.run(&["token", "--user", "t-1"]).line(78).contains("only with a secret"));
    assert_eq!(Place::deployment().run(&["token"]).code, 64);
    assert_eq!(Place::deployment().run(&["token", "--user", "t-1", "--ttl", "soon"]).code, 64);
}

#[test]
fn migrate_makes_the_tables_and_may_be_repeated() {
    let place = Place::deployment();
    assert_eq!(place.run(&["migrate"]).printed(), "The schema is up to date.\n");
    assert!(place.path().join("school.db").exists());
    place.run(&["migrate"]).printed();
}

#[test]
fn schema_writes_valid_json() {
    let place = Place::bare();
    place.run(&["schema", "--out", "api/v1"]).printed();
    let read = |name: &str| -> serde_json::Value {
        serde_json::from_slice(&std::fs::read(place.path().join("api/v1").join(name)).unwrap()).unwrap()
    };
    assert!(read("openapi.json")["openapi"].as_str().unwrap().starts_with("3."));
    assert!(read("openapi.json")["paths"].get("/v1/gradebook/grade:set").is_some());
    assert!(read("asyncapi.json")["asyncapi"].as_str().unwrap().starts_with("3."));
    assert!(read("schemas/gradebook/requests/grade-set.json")["title"] == "grade:set");
    assert!(!place.path().join("homeroom-data").exists(), "it needs no data for that");
}

#[test]
fn it_serves_until_it_is_asked_to_stop_and_logs_as_json() {
    let place = Place::deployment()
        .with("GATEWAY_LISTEN", "127.0.0.1:0")
        .with("GATEWAY_ADMIN_LISTEN", "127.0.0.1:0")
        .with("GATEWAY_LOG_FORMAT", "json");
    let mut child = place.command(&["serve"]).stderr(Stdio::piped()).spawn().unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap()).lines().map(|line| {
        let line = line.unwrap();
        serde_json::from_str::<serde_json::Value>(&line).unwrap_or_else(|_| panic!("{line}"))
    });
    let listening = log.find(|line| line["message"] == "listening").unwrap();
    let address = listening["address"].as_str().unwrap();
    assert!(std::net::TcpStream::connect(address).is_ok(), "{listening}");
    terminate(&child);
    assert!(log.any(|line| line["message"] == "stopped"));
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
