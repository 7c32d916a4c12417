//! One running gateway: the parts put together, served, and taken down again.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use homeroom_auth::Keys;
use homeroom_contract::BoxFuture;
use homeroom_journal::Database;
use homeroom_state::RedisState;
use homeroom_transport::Transport;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::compose::{self, Materials, Namespaces};
use crate::config::Config;
use crate::listen::Listener;
use crate::measures;
use crate::stop::Stop;
use crate::sweep::sweep;

/// What a node is served on and with.
pub(crate) struct Parts {
    pub(crate) public: Listener,
    pub(crate) admin: Listener,
    pub(crate) database: Database,
    pub(crate) keys: Keys,
    /// The secret that the gateway signs its own tokens with, if there is one.
    pub(crate) secret: Option<String>,
    /// Whether browsers may come from any port of localhost: only in the demo.
    pub(crate) from_localhost: bool,
}

/// A running gateway.
pub(crate) struct Node {
    address: SocketAddr,
    transport: Transport,
    database: Database,
    tasks: TaskTracker,
    stop_public: CancellationToken,
    stop_all: CancellationToken,
    grace: Duration,
}

impl Node {
    /// Puts it together and serves it.
    pub(crate) async fn start(config: &Config, parts: Parts) -> Result<Self, Stop> {
        let Parts { public, admin, database, keys, secret, from_localhost } = parts;
        let clock = compose::clock();
        let redis = compose::redis(config)?;
        let state = compose::state(config, redis.as_ref());
        let journal = compose::journal(config, &database);
        let roster = compose::roster(config, &database);
        let gate = compose::gate(config, &journal).await?;
        let verifier = compose::verifier(config, keys.clone(), Arc::clone(&gate))?;
        let auth = compose::auth(config, Arc::clone(&gate), &roster, secret.as_deref())?;
        let materials = Materials { config, journal: &journal, roster: &roster, state: &state };
        let Namespaces { gradebook, bound } = Namespaces::of(&materials, auth)?;
        let (tasks, stop_all) = (TaskTracker::new(), CancellationToken::new());
        let bus = compose::bus(config, &tasks, &stop_all)?;

        let mut transport =
            Transport::builder(journal.clone(), verifier, Arc::new(roster), Arc::clone(&clock))
                .config(config.transport())
                .wire(compose::wire(config, from_localhost)?)
                .state(state)
                .following(config.follower.clone());
        for namespace in bound {
            transport = transport.namespace(namespace);
        }
        if let (Some(redis), Some(bus)) = (redis, bus) {
            let (asked, measured) = (redis.clone(), (redis, bus.clone()));
            transport = transport
                .bus(Arc::new(bus))
                .optional("redis", move || answers(asked.clone()))
                .measured(move || measures::redis(&measured.0, &measured.1));
        }
        let transport = transport.start().await;
        let transport = transport.map_err(|error| Stop::failed("the gateway can't start", &error))?;

        let stop_public = stop_all.child_token();
        let address = public.address();
        tracing::info!(%address, admin = %admin.address(), "listening");
        let header_timeout = Duration::from_millis(config.header_timeout_ms);
        tasks.spawn(public.serve(transport.public(), header_timeout, stop_public.clone()));
        tasks.spawn(admin.serve(transport.admin(), header_timeout, stop_all.clone()));
        let every = Duration::from_millis(config.sweep_interval_ms);
        let sweeping = sweep(journal, gradebook, gate, clock, every);
        tasks.spawn(stop_all.clone().run_until_cancelled_owned(sweeping));
        if let Keys::Set(set) = keys {
            tasks.spawn(stop_all.clone().run_until_cancelled_owned(set.keep_fresh()));
        }
        tasks.close();
        let grace = Duration::from_millis(config.transport.drain_grace_ms);
        Ok(Self { address, transport, database, tasks, stop_public, stop_all, grace })
    }

    /// Where clients connect.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more connections, says goodbye to those there are, waits for what is under way, and closes the database.
    pub(crate) async fn drain(self) {
        self.transport.step_down().await;
        self.stop_public.cancel();
        if !self.transport.drain().await {
            tracing::warn!("not everything that was under way has ended");
        }
        self.stop_all.cancel();
        if tokio::time::timeout(self.grace, self.tasks.wait()).await.is_err() {
            tracing::warn!("not every request has ended");
        }
        if tokio::time::timeout(self.grace, self.database.close()).await.is_err() {
            tracing::warn!("not every database connection has been closed");
        }
    }
}

/// Whether Redis is there; at once while its circuit is open. Without it events reach the other nodes through the database, up to
/// a second later.
fn answers(redis: RedisState) -> BoxFuture<'static, bool> {
    Box::pin(async move { redis.ping().await.is_ok() })
}
