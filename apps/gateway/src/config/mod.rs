//! The configuration: a TOML file, then the environment over it. Nothing that is not known is taken silently, and no
//! secret is ever shown.

mod bounds;
mod check;
mod error;
mod keys;
mod load;
mod show;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use chrono_tz::Tz;
use homeroom_auth::JwksConfig;
use homeroom_contract::TenantId;
use homeroom_journal::{DatabaseOptions, FollowerOptions, JournalOptions};
use homeroom_state::{MemoryOptions, RedisOptions};
use homeroom_transport::engine::EngineConfig;
use homeroom_transport::socket_io::SocketIoConfig;
use homeroom_transport::{Rate, TransportConfig};
use serde::{Deserialize, Serialize};

pub(crate) use error::ConfigError;
pub(crate) use keys::help;
pub(crate) use load::load;

/// Everything that an operator may set. Each field is a key of the file; `docs/deployment.md` describes them all.
#[derive(Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// Where clients connect.
    pub(crate) listen: SocketAddr,
    /// Where `/metrics`, `/healthz` and `/readyz` are; not for the public.
    pub(crate) admin_listen: SocketAddr,
    /// `postgres://…` or `sqlite://PATH`; none is the demo.
    pub(crate) database_url: Option<String>,
    /// `redis://…`: the way between several nodes.
    pub(crate) redis_url: Option<String>,
    /// Whether state is kept in Redis rather than in memory; unless set, it is where there is a Redis.
    pub(crate) use_redis_state: Option<bool>,
    /// The secret that tokens are signed with (HS256).
    pub(crate) jwt_secret: Option<String>,
    /// A file with the public key of whoever signs the tokens (RS256, ES256, `EdDSA`).
    pub(crate) jwt_public_key_file: Option<PathBuf>,
    /// A file or an address with the public keys of whoever signs the tokens, as a JSON Web Key Set.
    pub(crate) jwt_jwks: Option<String>,
    /// The secret that the gateway signs its own tokens with; unless set, it is `jwt_secret`.
    pub(crate) auth_signing_secret: Option<String>,
    /// The `iss` that tokens must have.
    pub(crate) jwt_issuer: Option<String>,
    /// The `aud` that tokens must have.
    pub(crate) jwt_audience: Option<String>,
    /// How late after `exp` a token is still taken.
    pub(crate) jwt_leeway_ms: u64,
    /// The most bytes of a token.
    pub(crate) jwt_max_bytes: usize,
    /// Where the web app is served from: origins that browsers may connect from.
    pub(crate) frontend_url: Vec<String>,
    /// Further origins.
    pub(crate) socket_io_cors_origin: Vec<String>,
    /// How the log is written to standard error.
    pub(crate) log_format: LogFormat,
    /// How long a client may take to send the head of a request.
    pub(crate) header_timeout_ms: u64,
    /// How often what has run out is swept away and closed.
    pub(crate) sweep_interval_ms: u64,
    /// How long tokens are good, how long revocations are kept, and what violations lead to.
    pub(crate) auth: homeroom_auth::Settings,
    /// How often the key set is fetched.
    pub(crate) jwks: JwksConfig,
    /// Limits and times of calls, rooms and HTTP.
    pub(crate) transport: TransportConfig,
    /// Limits and times of connections.
    pub(crate) engine: EngineConfig,
    /// Limits and times of packets and namespaces.
    pub(crate) socket_io: SocketIoConfig,
    /// How the database is used.
    pub(crate) database: DatabaseOptions,
    /// How long replies are kept.
    pub(crate) journal: JournalOptions,
    /// How the journal is followed.
    pub(crate) follower: FollowerOptions,
    /// How Redis is used.
    pub(crate) redis: RedisOptions,
    /// How much is kept in memory of who is typing and the like.
    pub(crate) memory_state: MemoryOptions,
    /// How the roster is read.
    pub(crate) roster: RosterSection,
    /// How much of a OneRoster source `roster import` reads at most.
    pub(crate) import: homeroom_roster::oneroster::Limits,
    /// What one request to the gradebook may bring, and what a grade has to be set with.
    pub(crate) gradebook: homeroom_gradebook::Settings,
    /// How often a person may send what, by the request's name; `default` for all that declare nothing themselves.
    pub(crate) limits: BTreeMap<String, Rate>,
    /// What is different in one district, by its id.
    pub(crate) tenants: BTreeMap<TenantId, TenantSection>,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// How the roster is read.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RosterSection {
    /// The time zone of every district that has none of its own, by its IANA name.
    pub(crate) time_zone: Tz,
    /// An import that touches more people than this is told as a change for everyone; of those who lose something so many are named.
    pub(crate) affected_limit: usize,
}

/// What is different in one district.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct TenantSection {
    /// Its time zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) time_zone: Option<Tz>,
    /// Whether a grade can be set only with `expectedVersion` here, even if `gradebook.require_versions` is off.
    pub(crate) require_versions: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 3000)),
            admin_listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 9090)),
            database_url: None,
            redis_url: None,
            use_redis_state: None,
            jwt_secret: None,
            jwt_public_key_file: None,
            jwt_jwks: None,
            auth_signing_secret: None,
            jwt_issuer: None,
            jwt_audience: None,
            jwt_leeway_ms: 5_000,
            jwt_max_bytes: 8_192,
            frontend_url: Vec::new(),
            socket_io_cors_origin: Vec::new(),
            log_format: LogFormat::Text,
            header_timeout_ms: 10_000,
            sweep_interval_ms: 60_000,
            auth: homeroom_auth::Settings::default(),
            jwks: JwksConfig::default(),
            transport: TransportConfig::default(),
            engine: EngineConfig::default(),
            socket_io: SocketIoConfig::default(),
            database: DatabaseOptions::default(),
            journal: JournalOptions::default(),
            follower: FollowerOptions::default(),
            redis: RedisOptions::default(),
            memory_state: MemoryOptions::default(),
            roster: RosterSection::default(),
            import: homeroom_roster::oneroster::Limits::default(),
            gradebook: homeroom_gradebook::Settings::default(),
            limits: BTreeMap::new(),
            tenants: BTreeMap::new(),
        }
    }
}

impl Default for RosterSection {
    fn default() -> Self {
        Self { time_zone: Tz::UTC, affected_limit: 1000 }
    }
}
