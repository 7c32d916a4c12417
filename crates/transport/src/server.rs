//! The whole transport, put together. Reads like a table of contents.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use homeroom_auth::Verifier;
use homeroom_contract::{BoundNamespace, BoxFuture, Clock, Directory, Failure, new_id};
use homeroom_journal::{Follower, FollowerOptions, Journal, OutletTaken};
use homeroom_state::{Bus, MemoryState, StateAdapter};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::TransportConfig;
use crate::dispatch::Dispatcher;
use crate::engine::{Engine, route};
use crate::http::{self, Probe, Ready};
use crate::hub::{
    CatchUp, Crowd, Echoes, Hearers, Hub, Leases, Outgoing, Parts, Presence, Relay, Sessions, Sight, Sockets,
    Tables,
};
use crate::measure::{Measure, Measures, Measuring};
use crate::metrics::Metrics;
use crate::socket_io::{SocketIo, WireConfig, serve};

/// Where Socket.IO clients connect.
const PATH: &str = "/socket.io/";

/// Why a transport can't start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Two namespaces have one name.
    #[error("there are two namespaces with the name {0}")]
    TwoNamespaces(&'static str),
    /// The journal tells another transport already.
    #[error(transparent)]
    Journal(#[from] OutletTaken),
    /// The roster could not be asked where it stands.
    #[error("the roster does not answer")]
    Directory(#[source] Failure),
}

/// What a transport is made of; see [`Transport::builder`].
pub struct TransportBuilder {
    journal: Journal,
    verifier: Arc<Verifier>,
    directory: Arc<dyn Directory>,
    clock: Arc<dyn Clock>,
    config: TransportConfig,
    wire: WireConfig,
    following: FollowerOptions,
    bus: Option<Arc<dyn Bus>>,
    state: Option<Arc<dyn StateAdapter>>,
    optional: Vec<(&'static str, Probe)>,
    measured: Vec<Measuring>,
    namespaces: Vec<BoundNamespace>,
}

/// A transport that runs. Dropping it stops nothing: [`drain`](Self::drain) it.
pub struct Transport {
    engine: Arc<Engine<Arc<SocketIo<Sockets>>>>,
    hub: Arc<Hub>,
    ready: Arc<Ready>,
    public: Router,
    admin: Router,
    background: TaskTracker,
    stop: CancellationToken,
}

impl Transport {
    /// Begins to put one together. Without more said, limits and times are the defaults.
    pub fn builder(
        journal: Journal,
        verifier: Arc<Verifier>,
        directory: Arc<dyn Directory>,
        clock: Arc<dyn Clock>,
    ) -> TransportBuilder {
        TransportBuilder {
            journal,
            verifier,
            directory,
            clock,
            config: TransportConfig::default(),
            wire: WireConfig::default(),
            following: FollowerOptions::default(),
            bus: None,
            state: None,
            optional: Vec::new(),
            measured: Vec::new(),
            namespaces: Vec::new(),
        }
    }

    /// The public routes: `/socket.io/`, `/v1/…`, `/openapi.json`, `/asyncapi.json`, `/docs`. To be served with
    /// `into_make_service_with_connect_info::<SocketAddr>()`.
    pub fn public(&self) -> Router {
        self.public.clone()
    }

    /// The operators' routes: `/metrics`, `/healthz`, `/readyz`. For a listener that the public can't reach.
    pub fn admin(&self) -> Router {
        self.admin.clone()
    }

    /// Transports now.
    pub fn connections(&self) -> usize {
        self.engine.connections()
    }

    /// Steps down: `/readyz` is 503 from now on, and everything else goes on for the configured time, in which balancers notice.
    pub async fn step_down(&self) {
        self.ready.draining.store(true, Ordering::SeqCst);
        sleep(Duration::from_millis(self.hub.config.drain_notice_ms)).await;
    }

    /// Stops: not ready any more, no new connection; every client is told and then closed, spread over the configured time,
    /// so that it comes back to another node; what it has asked for until then is answered before. What takes longer than the
    /// configured spread and grace is cut off, its client told so by a close frame, and the answer is false. In the end the
    /// other nodes know that nobody is here any more.
    pub async fn drain(&self) -> bool {
        self.ready.draining.store(true, Ordering::SeqCst);
        self.engine.stop_accepting();
        self.hub.say_goodbye();
        let config = &self.hub.config;
        let (spread, grace) =
            (Duration::from_millis(config.drain_spread_ms), Duration::from_millis(config.drain_grace_ms));
        let done = timeout(spread + grace, self.engine.drain(spread)).await.is_ok();
        if !done {
            self.engine.cut().await;
        }
        if timeout(grace, self.hub.let_go()).await.is_err() {
            tracing::warn!("the shared state does not answer: what this node held there ends by itself");
        }
        self.stop.cancel();
        self.background.close();
        let quiet = timeout(grace, self.background.wait()).await.is_ok();
        done && quiet
    }
}

impl TransportBuilder {
    /// Serves this namespace too.
    #[must_use]
    pub fn namespace(mut self, namespace: BoundNamespace) -> Self {
        self.namespaces.push(namespace);
        self
    }

    /// Limits and times of dispatch, hub and HTTP.
    #[must_use]
    pub fn config(mut self, config: TransportConfig) -> Self {
        self.config = config;
        self
    }

    /// Limits and times of Engine.IO and Socket.IO; the allowed origins count for HTTP too.
    #[must_use]
    pub fn wire(mut self, wire: WireConfig) -> Self {
        self.wire = wire;
        self
    }

    /// How streams are followed.
    #[must_use]
    pub fn following(mut self, following: FollowerOptions) -> Self {
        self.following = following;
        self
    }

    /// The way to the other nodes. Without one this is a node of its own.
    #[must_use]
    pub fn bus(mut self, bus: Arc<dyn Bus>) -> Self {
        self.bus = Some(bus);
        self
    }

    /// What the nodes know together for a while, such as who is there: the same for all that have a bus between them. Without
    /// it this node keeps that to itself, in memory.
    #[must_use]
    pub fn state(mut self, state: Arc<dyn StateAdapter>) -> Self {
        self.state = Some(state);
        self
    }

    /// A part that can be done without, and how to ask whether it is there. While it is away `/readyz` stays 200 and says
    /// `degraded`.
    #[must_use]
    pub fn optional(
        mut self,
        name: &'static str,
        probe: impl Fn() -> BoxFuture<'static, bool> + Send + Sync + 'static,
    ) -> Self {
        self.optional.push((name, Arc::new(probe)));
        self
    }

    /// A part whose numbers `/metrics` shows too; asked whenever that is read.
    #[must_use]
    pub fn measured(mut self, part: impl Fn() -> Vec<Measure> + Send + Sync + 'static) -> Self {
        self.measured.push(Arc::new(part));
        self
    }

    /// Starts it: from here on it hears of everything that is committed and of every change of the roster.
    pub async fn start(self) -> Result<Transport, StartError> {
        let Self { journal, verifier, directory, clock, config, wire, following, bus, optional, .. } = self;
        let namespaces = self.namespaces;
        let state = self.state.unwrap_or_else(|| Arc::new(MemoryState::new(Arc::clone(&clock))));
        unique(&namespaces)?;
        let since = directory.position(clock.now()).await.map_err(StartError::Directory)?;
        let (tracker, background, stop) = (TaskTracker::new(), TaskTracker::new(), CancellationToken::new());
        let metrics = Arc::new(Metrics::new(&namespaces));
        let catch_up = CatchUp::new(tracker.clone(), config.slow_consumer(), Arc::clone(&metrics));
        let sight = Arc::new(Sight::new(verifier.gate().is_some()));
        let tables = Arc::new(Tables::new(sight.clone(), Arc::clone(&metrics), catch_up));
        let sessions = Arc::new(Sessions::new(state.clone(), config.recovery_window()));
        let follower =
            Follower::start(journal.clone(), following, tables.clone(), background.clone(), stop.clone());
        let node: Arc<str> = new_id(clock.now()).to_string().into();
        let leases = Arc::new(Leases::new(state, config.lease(), &node));
        let names = namespaces.iter().map(BoundNamespace::name).collect();
        let shown = Presence::new(node.clone(), names, leases.clone(), tables.clone(), clock.clone());
        let (presence, echoes) = (Arc::new(shown), Arc::new(Echoes::new(tables.clone())));
        let hearers = Hearers {
            tables: tables.clone(),
            presence: presence.clone(),
            echoes: echoes.clone(),
            sessions: sessions.clone(),
        };
        let relay = Relay::new(bus, follower.clone(), hearers, background.clone(), stop.clone());
        let crowd = Arc::new(Crowd::new(config.room_limit()));
        let outgoing = Outgoing::new(follower.clone(), relay.clone(), crowd.clone(), metrics.clone());
        journal.set_outlet(Arc::new(outgoing))?;
        let mut wire = wire;
        if config.limits_off {
            wire.engine.new_connections_per_address_per_min = u32::MAX;
            wire.socket_io.connects_per_min = u32::MAX;
        }
        let hub = Hub::new(Parts {
            namespaces: namespaces.clone(),
            config,
            clock,
            directory,
            verifier,
            follower: follower.clone(),
            sessions,
            tables,
            sight,
            relay,
            node,
            leases,
            presence,
            echoes,
            crowd,
            metrics: Arc::clone(&metrics),
            tracker: tracker.clone(),
        });
        hub.watch(&background, &stop, since);
        hub.watch_others(&background, &stop);
        let dispatcher = Arc::new(Dispatcher::new(Arc::clone(&hub), journal.clone()));
        let origins = wire.engine.clone();
        let engine = serve(wire, Sockets::new(Arc::clone(&hub), Arc::clone(&dispatcher)), tracker);
        let ready = Arc::new(Ready { journal, draining: AtomicBool::new(false), optional });
        let public =
            http::public(Arc::clone(&hub), dispatcher, &namespaces, origins).merge(route(PATH, &engine));
        let mut registry = metrics.registry(Arc::clone(engine.counters()), follower);
        for part in self.measured {
            registry.register_collector(Box::new(Measures(part)));
        }
        let admin = http::admin(Arc::clone(&ready), registry);
        Ok(Transport { engine, hub, ready, public, admin, background, stop })
    }
}

fn unique(namespaces: &[BoundNamespace]) -> Result<(), StartError> {
    for (at, namespace) in namespaces.iter().enumerate() {
        if namespaces.iter().take(at).any(|other| other.name() == namespace.name()) {
            return Err(StartError::TwoNamespaces(namespace.name()));
        }
    }
    Ok(())
}

impl fmt::Debug for TransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportBuilder").field("namespaces", &self.namespaces).finish_non_exhaustive()
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").field("connections", &self.connections()).finish_non_exhaustive()
    }
}
