//! Which source wins, and what is refused with which line.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::Path;

use tempfile::NamedTempFile;

use super::keys::{NAMED, all, defaults, variable};
use super::{Config, LogFormat, load};

fn file(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

fn vars(pairs: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
    pairs.iter().map(|(name, value)| (name.into(), value.into())).collect()
}

fn env(pairs: &[(&str, &str)]) -> Config {
    load(None, vars(pairs)).unwrap()
}

/// The one line with which a configuration is refused.
fn refused(text: &str, pairs: &[(&str, &str)]) -> String {
    let file = file(text);
    let line = load(Some(file.path()), vars(pairs)).unwrap_err().to_string();
    assert!(!line.contains('\n'), "{line}");
    line.replace(&file.path().display().to_string(), "FILE")
}

#[test]
fn without_anything_it_is_the_demo_on_the_usual_ports() {
    let config = env(&[]);
    assert!(config.is_demo());
    assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
    assert_eq!(config.admin_listen.to_string(), "127.0.0.1:9090");
    assert!(env(&[("GATEWAY_LISTEN", "127.0.0.1:4000")]).is_demo());
    assert!(!env(&[("DATABASE_URL", "sqlite://x.db")]).is_demo());
    assert!(!env(&[("JWT_SECRET", "x")]).is_demo());
    assert!(!env(&[("JWT_PUBLIC_KEY_FILE", "x")]).is_demo());
    assert!(!env(&[("JWT_JWKS", "x")]).is_demo());
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_defaults() {
    let file = file("listen = '127.0.0.1:1'\n[engine]\nping_interval_ms = 7\nping_timeout_ms = 800\n");
    let environment = [("GATEWAY_ENGINE_PING_INTERVAL_MS", "9")];
    let config = load(Some(file.path()), vars(&environment)).unwrap();
    assert_eq!(config.listen.port(), 1);
    assert_eq!(config.engine.ping_interval_ms, 9);
    assert_eq!(config.engine.ping_timeout_ms, 800);
    assert_eq!(config.engine.max_payload_bytes, 1_000_000);
}

#[test]
fn the_file_is_named_on_the_command_line_or_in_the_environment() {
    let (first, second) = (file("listen = '127.0.0.1:1'"), file("listen = '127.0.0.1:2'"));
    let environment = vec![("GATEWAY_CONFIG".into(), second.path().into())];
    assert_eq!(load(None, environment.clone()).unwrap().listen.port(), 2);
    assert_eq!(load(Some(first.path()), environment).unwrap().listen.port(), 1);
    let missing = load(Some(Path::new("/nowhere/at-all.toml")), vars(&[])).unwrap_err().to_string();
    assert!(missing.starts_with("the configuration file /nowhere/at-all.toml can't be read"), "{missing}");
}

#[test]
fn every_key_can_be_set_in_the_environment() {
    for (key, default) in all(&defaults()) {
        let value: &str = match &default {
            Some(toml::Value::Integer(number)) => &(number - 1).max(1).to_string(),
            Some(toml::Value::Boolean(_)) => "true",
            Some(toml::Value::Array(_)) => "http://a.example, http://b.example",
            _ => "x",
        };
        // A key that is known gets as far as its value; one that isn't, no further than its name.
        let outcome = load(None, vars(&[(&variable(&key), value)]));
        let text = outcome.as_ref().map_or_else(ToString::to_string, Config::show);
        assert!(!text.contains("there is no such key"), "{key}: {text}");
        if matches!(default, Some(toml::Value::Integer(_))) {
            let shown: toml::Table = outcome.unwrap().show().parse().unwrap();
            assert_eq!(all(&shown)[&key], value.parse().ok().map(toml::Value::Integer), "{key}");
        }
    }
}

#[test]
fn each_variable_with_a_name_of_its_own_sets_what_it_says() {
    let config = env(&[
        ("GATEWAY_LISTEN", "127.0.0.1:1"),
        ("GATEWAY_ADMIN_LISTEN", "127.0.0.1:2"),
        ("DATABASE_URL", "postgres://h/d"),
        ("REDIS_URL", "redis://h"),
        ("USE_REDIS_STATE", "false"),
        ("JWT_SECRET", "s"),
        ("JWT_ISSUER", "i"),
        ("JWT_AUDIENCE", "a"),
        ("FRONTEND_URL", "https://a.example/"),
        ("SOCKET_IO_CORS_ORIGIN", "https://b.example:8443,http://c.example:80"),
        ("SOCKET_IO_MAX_CONNECTIONS_PER_USER", "3"),
        ("GATEWAY_LIMITS_OFF", "true"),
    ]);
    assert_eq!((config.listen.port(), config.admin_listen.port()), (1, 2));
    assert_eq!(config.database_url.as_deref(), Some("postgres://h/d"));
    assert_eq!(config.redis_url.as_deref(), Some("redis://h"));
    assert_eq!(config.use_redis_state, Some(false));
    assert_eq!(config.jwt_secret.as_deref(), Some("s"));
    assert_eq!(config.tokens().issuer.as_deref(), Some("i"));
    assert_eq!(config.tokens().audience.as_deref(), Some("a"));
    let origins = ["https://a.example", "https://b.example:8443", "http://c.example"];
    assert_eq!(config.origins().unwrap(), origins);
    assert_eq!(config.transport.max_connections_per_user, 3);
    assert!(config.transport.limits_off);
    let file = env(&[("JWT_PUBLIC_KEY_FILE", "k.pem")]);
    assert_eq!(file.jwt_public_key_file.as_deref(), Some(Path::new("k.pem")));
    let set = env(&[("JWT_JWKS", "https://id.example/keys")]);
    assert_eq!(set.jwt_jwks.as_deref(), Some("https://id.example/keys"));
    let own = env(&[("AUTH_SIGNING_SECRET", "thirty-two bytes of the gateway's own")]);
    assert_eq!(own.signing_secret(), own.auth_signing_secret.as_deref());
    assert_eq!(NAMED.len(), 15, "a new variable wants a line here");
}

#[test]
fn an_unknown_key_is_refused_wherever_it_stands() {
    assert_eq!(
        refused("[engine]\nping_intervall_ms = 1", &[]),
        "engine.ping_intervall_ms in FILE: there is no such key (`gateway --help` lists all)"
    );
    assert!(refused("listne = 'x'", &[]).starts_with("listne in FILE: there is no such key"));
    assert!(refused("[motor]\nx = 1", &[]).starts_with("motor.x in FILE: there is no such key"));
    assert!(refused("", &[("GATEWAY_LISTENER", "x")]).starts_with("GATEWAY_LISTENER: there is no such key"));
    assert!(refused("[tenants.d1]\ntime_zon = 'UTC'", &[]).contains("tenants.d1"));
}

#[tokio::test]
async fn the_keys_are_read_when_they_are_needed() {
    let refused = async |name, value| env(&[(name, value)]).keys().await.unwrap_err().to_string();
    let file = refused("JWT_PUBLIC_KEY_FILE", "nowhere.pem").await;
    assert!(file.starts_with("JWT_PUBLIC_KEY_FILE: nowhere.pem can't be read: "), "{file}");
    assert!(
        refused("JWT_JWKS", "nowhere.json").await.starts_with("JWT_JWKS: the key set's file can't be read")
    );
    assert!(refused("AUTH_SIGNING_SECRET", "short").await.starts_with("AUTH_SIGNING_SECRET: "));
    assert!(refused("JWT_SECRET", "short").await.starts_with("JWT_SECRET: "));
}

#[test]
fn a_bad_value_is_refused_under_the_name_that_the_operator_used() {
    let starts = |line: String, with: &str| assert!(line.starts_with(with), "{line}");
    starts(refused("listen = 'here'", &[]), "listen: ");
    starts(refused("", &[("GATEWAY_LISTEN", "here")]), "GATEWAY_LISTEN: ");
    starts(refused("[engine]\nping_interval_ms = 'x'", &[]), "engine.ping_interval_ms: invalid type");
    starts(refused("", &[("GATEWAY_ENGINE_PING_INTERVAL_MS", "-1")]), "GATEWAY_ENGINE_PING_INTERVAL_MS: ");
    starts(
        refused("", &[("GATEWAY_ENGINE_PING_INTERVAL_MS", "0")]),
        "GATEWAY_ENGINE_PING_INTERVAL_MS: must be",
    );
    starts(refused("engine = 5", &[]), "engine: ");
    starts(refused("log_format = 'xml'", &[]), "log_format: unknown variant");
    starts(refused("", &[("DATABASE_URL", "mysql://x")]), "DATABASE_URL: must begin with");
    starts(refused("", &[("SOCKET_IO_CORS_ORIGIN", "*")]), "SOCKET_IO_CORS_ORIGIN: `*` is not an origin");
    starts(refused("", &[("FRONTEND_URL", "https://a.example/app")]), "FRONTEND_URL: ");
    starts(refused("", &[("USE_REDIS_STATE", "true")]), "USE_REDIS_STATE: there is no Redis");
    starts(refused("", &[("REDIS_URL", "localhost:6379")]), "REDIS_URL: must begin with");
    starts(
        refused("", &[("REDIS_URL", "redis+sentinel://h")]),
        "REDIS_URL: must look like redis+sentinel://",
    );
    starts(
        refused("", &[("REDIS_URL", "redis+cluster://h/1")]),
        "REDIS_URL: must look like redis+cluster://",
    );
    starts(refused("", &[("USE_REDIS_STATE", "maybe")]), "USE_REDIS_STATE: ");
    starts(
        refused("", &[("GATEWAY_ENGINE_ALLOW_LOCALHOST_ORIGINS", "true")]),
        "engine.allow_localhost_origins: ",
    );
    starts(refused("[transport]\nroster_poll_ms = 1001", &[]), "transport.roster_poll_ms: must be at most");
    starts(refused("[transport]\ndoubt_ms = 801", &[]), "transport.doubt_ms: must be at most 800");
    starts(refused("[transport.limits]\ndefault = { count = 5, per_ms = 5 }", &[]), "transport.limits: ");
    starts(refused("jwt_leeway_ms = 5001", &[]), "jwt_leeway_ms: must be at most 5000");
    starts(refused("", &[("JWT_SECRET", "a"), ("JWT_PUBLIC_KEY_FILE", "b")]), "JWT_SECRET: set one");
    starts(refused("", &[("JWT_JWKS", "a"), ("JWT_PUBLIC_KEY_FILE", "b")]), "JWT_SECRET: set one");
    starts(refused("", &[("JWT_JWKS", "ftp://id.example/keys")]), "JWT_JWKS: ");
    starts(refused("[tenants.d1]\ntime_zone = 'Mars'", &[]), "tenants.d1.time_zone: ");
    starts(refused("[limits]\ndefault = { count = 5 }", &[]), "limits.default: ");
    for (rate, problem) in [("count = 0, per_ms = 1", "count"), ("count = 1, per_ms = 0", "per_ms")] {
        let line = refused(&format!("[limits]\n'grade:set' = {{ {rate} }}"), &[]);
        assert_eq!(line, format!("limits.\"grade:set\".{problem}: must be at least 1"));
    }
    starts(refused("a = 1\nb = = 2\n", &[]), "FILE line 2: ");
}

#[test]
fn the_documentation_has_every_key_with_its_default() {
    let page = include_str!("../../../../docs/deployment.md");
    for (key, default) in all(&defaults()) {
        let row = page.lines().find(|line| line.starts_with(&format!("| `{key}` |")));
        let row = row.unwrap_or_else(|| panic!("{key} is not in docs/deployment.md"));
        let default = default.map(|value| value.to_string()).unwrap_or_default();
        assert!(row.contains(default.trim_matches('"')), "{key} is {default}: {row}");
        assert!(key.contains('.') || row.contains(&variable(&key)), "{row}");
    }
}

/// systemd kills whoever isn't gone by then.
#[test]
fn the_documentation_gives_a_stop_the_time_that_it_may_take() {
    let page = include_str!("../../../../docs/deployment.md");
    let allowed = page.lines().find_map(|line| line.strip_prefix("TimeoutStopSec=")).unwrap();
    let Config { transport, engine, .. } = Config::default();
    // Until all have gone, until what this node held elsewhere is let go, until its own tasks have ended, the requests, the database.
    let graces = 5 * transport.drain_grace_ms;
    let most = transport.drain_notice_ms + transport.drain_spread_ms + graces + engine.close_timeout_ms;
    assert!(most < allowed.parse::<u64>().unwrap() * 1000, "a stop may take {most} ms");
}

#[test]
fn limits_and_tenants_are_read_from_the_file() {
    let file = file(
        "[limits]\ndefault = { count = 5, per_ms = 1000 }\n'grade:set' = { count = 2, per_ms = 500 }\n\
         [tenants.'d 1']\ntime_zone = 'America/Chicago'\nrequire_versions = true\n",
    );
    let config = load(Some(file.path()), vars(&[])).unwrap();
    let transport = config.transport();
    assert_eq!(transport.limits["grade:set"].count, 2);
    assert_eq!(transport.limits["default"].per_ms, 1000);
    let tenant = &config.tenants[&homeroom_contract::TenantId::new("d 1").unwrap()];
    assert_eq!(tenant.time_zone, Some(chrono_tz::America::Chicago));
    assert!(tenant.require_versions);
    assert_eq!(config.gradebook().require_versions_in.len(), 1);
}

#[test]
fn an_empty_variable_is_as_good_as_none() {
    assert!(env(&[("DATABASE_URL", ""), ("JWT_SECRET", "")]).is_demo());
}

#[test]
fn what_is_shown_has_no_secret_and_can_be_read_again() {
    let secret = "the very secret secret of this gateway";
    let config = env(&[
        ("JWT_SECRET", secret),
        ("AUTH_SIGNING_SECRET", "hidden: the gateway's own very secret secret"),
        ("DATABASE_URL", "postgres://user:hidden@db.example/homeroom?password=hidden&sslmode=require"),
        ("REDIS_URL", "redis+sentinel://:hidden@one.example,two.example/main?sentinel_password=hidden"),
        ("GATEWAY_LOG_FORMAT", "json"),
    ]);
    let shown = config.show();
    assert!(!shown.contains(secret) && !shown.contains("hidden"), "{shown}");
    assert!(!format!("{config:?}").contains(secret));
    assert!(shown.contains("user:********@db.example"), "{shown}");
    let again = load(Some(file(&shown).path()), vars(&[])).unwrap();
    assert_eq!(again.log_format, LogFormat::Json);
    assert_eq!(again.show(), shown);
}
