//! The parts that commands share: each made from its section of the configuration.

use std::collections::BTreeMap;
use std::sync::Arc;

use homeroom_auth::{Auth, Gate, Key, Keys, Signer, Verifier};
use homeroom_contract::{BoundNamespace, Clock, DuplicateRoute, SystemClock, bind};
use homeroom_gradebook::{Gradebook, GradebookImport};
use homeroom_journal::{Database, Journal};
use homeroom_roster::{Roster, Settings};
use homeroom_state::{MemoryState, RedisBus, RedisState, StateAdapter};
use homeroom_transport::socket_io::WireConfig;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::{Config, ConfigError};
use crate::stop::Stop;

/// Opens the database and brings its schema up to date.
pub(crate) async fn database(config: &Config, url: &str) -> Result<Database, Stop> {
    let failed = |error| Stop::failed("the database can't be opened", &error);
    let database = Database::open(url, config.database.clone()).await.map_err(failed)?;
    database.ping().await.map_err(failed)?;
    database
        .migrate()
        .await
        .map_err(|error| Stop::failed("the schema can't be brought up to date", &error))?;
    Ok(database)
}

/// The journal in that database.
pub(crate) fn journal(config: &Config, database: &Database) -> Journal {
    Journal::new(database.clone(), clock(), config.journal.clone())
}

/// The roster in that database.
pub(crate) fn roster(config: &Config, database: &Database) -> Roster {
    let zones = config.tenants.iter().filter_map(|(id, tenant)| Some((id.clone(), tenant.time_zone?)));
    let settings = Settings {
        time_zone: config.roster.time_zone,
        time_zones: zones.collect::<BTreeMap<_, _>>(),
        affected_limit: config.roster.affected_limit,
    };
    Roster::new(database.clone(), settings)
}

/// What the nodes share: Redis, or nothing on a node of its own.
pub(crate) fn redis(config: &Config) -> Result<Option<RedisState>, Stop> {
    let opened = config.redis_url.as_deref().map(|url| RedisState::open(url, config.redis.clone()));
    opened.transpose().map_err(|error| ConfigError::value("REDIS_URL", error).into())
}

/// The way between the nodes, over Redis. Its task runs on `tasks` until `stop`.
pub(crate) fn bus(
    config: &Config,
    tasks: &TaskTracker,
    stop: &CancellationToken,
) -> Result<Option<RedisBus>, Stop> {
    let Some(url) = &config.redis_url else { return Ok(None) };
    let bus = RedisBus::open(url, &config.redis, tasks, stop.clone());
    Ok(Some(bus.map_err(|error| ConfigError::value("REDIS_URL", error))?))
}

/// Where presence, typing and the like are kept.
pub(crate) fn state(config: &Config, redis: Option<&RedisState>) -> Arc<dyn StateAdapter> {
    if let (Some(redis), true) = (redis, config.use_redis_state.unwrap_or(true)) {
        return Arc::new(redis.clone());
    }
    Arc::new(MemoryState::with_options(clock(), config.memory_state.clone()))
}

/// Who may not be here although the token is good.
pub(crate) async fn gate(config: &Config, journal: &Journal) -> Result<Arc<Gate>, Stop> {
    let gate = Gate::open(journal.clone(), clock(), config.auth.clone()).await;
    gate.map(Arc::new).map_err(|error| Stop::failed("bans and revocations can't be read", &error))
}

/// Checks tokens: with the platform's keys, with the gateway's own if that is another, and at the gate.
pub(crate) fn verifier(config: &Config, keys: Keys, gate: Arc<Gate>) -> Result<Arc<Verifier>, Stop> {
    let verifier = Verifier::new(keys, config.tokens(), clock());
    let mut verifier = verifier.map_err(|error| ConfigError::value("jwt_leeway_ms", error))?.behind(gate);
    if let Some(secret) = &config.auth_signing_secret {
        let key =
            Key::secret(secret).map_err(|problem| ConfigError::value("AUTH_SIGNING_SECRET", problem))?;
        verifier = verifier.and_own(key);
    }
    Ok(Arc::new(verifier))
}

/// Sessions, revocations and moderation. Without a secret no tokens are made.
pub(crate) fn auth(
    config: &Config,
    gate: Arc<Gate>,
    roster: &Roster,
    secret: Option<&str>,
) -> Result<Auth, Stop> {
    let signer = secret.map(Signer::new).transpose();
    let signer = signer.map_err(|problem| ConfigError::value("JWT_SECRET", problem))?;
    Ok(Auth::new(gate, Arc::new(roster.clone()), signer, config.tokens()))
}

/// What namespaces are made of.
pub(crate) struct Materials<'a> {
    pub(crate) config: &'a Config,
    pub(crate) journal: &'a Journal,
    pub(crate) roster: &'a Roster,
    pub(crate) state: &'a Arc<dyn StateAdapter>,
}

/// All namespaces that there are, and those of them that have something to do besides. This is the one place that lists them: the
/// node serves these, and limits and generated documents are checked against them.
pub(crate) struct Namespaces {
    pub(crate) gradebook: Gradebook,
    pub(crate) bound: Vec<BoundNamespace>,
}

impl Namespaces {
    pub(crate) fn of(materials: &Materials<'_>, auth: Auth) -> Result<Self, Stop> {
        let Materials { config, journal, roster, state } = *materials;
        let gradebook =
            Gradebook::new(journal.clone(), roster.clone(), Arc::clone(state), clock(), config.gradebook());
        let bound = [bind(auth), bind(gradebook.clone())];
        let bound = bound.into_iter().collect::<Result<_, DuplicateRoute>>();
        let bound = bound.map_err(|error| Stop::failed("a namespace can't be served", &error))?;
        Ok(Self { gradebook, bound })
    }
}

/// The gradebook's part of an import.
pub(crate) fn gradebook_import(config: &Config) -> GradebookImport {
    GradebookImport::new(&config.gradebook())
}

/// Limits and times of connections, and who may connect from a browser.
pub(crate) fn wire(config: &Config, from_localhost: bool) -> Result<WireConfig, Stop> {
    let mut engine = config.engine.clone();
    engine.allowed_origins = config.origins()?;
    engine.allow_localhost_origins |= from_localhost;
    Ok(WireConfig { engine, socket_io: config.socket_io.clone() })
}

/// The namespaces on an empty database in memory: enough to describe them.
pub(crate) async fn namespaces_without_data() -> Result<Vec<BoundNamespace>, Stop> {
    let config = Config::default();
    let database = Database::open("sqlite::memory:", config.database.clone()).await;
    let database = database.map_err(|error| Stop::failed("the namespaces can't be described", &error))?;
    let (journal, roster) = (journal(&config, &database), roster(&config, &database));
    let gate = Arc::new(Gate::unread(journal.clone(), clock(), config.auth.clone()));
    let auth = auth(&config, gate, &roster, None)?;
    let state = state(&config, None);
    let materials = Materials { config: &config, journal: &journal, roster: &roster, state: &state };
    Ok(Namespaces::of(&materials, auth)?.bound)
}

/// The machine's clock.
pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}
