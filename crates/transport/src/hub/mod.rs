//! Who is connected, who is in which room, and how an event reaches them.
//!
//! What always holds: a room is entered only through its namespace's rule; a right that the roster takes away is gone within
//! two seconds, also for someone who enters at that very moment; an event is framed once and written by whoever delivers it.

mod agenda;
mod app;
mod catch_up;
mod connect;
mod crowd;
mod doubt;
mod echo;
mod gate;
mod gather;
mod lapse;
mod leases;
mod link;
mod links;
mod member;
mod places;
mod presence;
mod reached;
mod recover;
mod relay;
mod rights;
mod rooms;
mod sessions;
mod sight;
mod table;
mod tokens;
mod watch;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use homeroom_auth::Verifier;
use homeroom_contract::{BoundNamespace, Clock, Directory, Timestamp};
use homeroom_journal::Follower;
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

pub(crate) use app::Sockets;
pub(crate) use catch_up::CatchUp;
pub(crate) use crowd::Crowd;
pub(crate) use echo::{Echo, Echoes, Said};
pub(crate) use leases::Leases;
pub(crate) use link::{Lifetime, Link};
pub(crate) use member::Member;
pub(crate) use places::Places;
pub(crate) use presence::Presence;
pub(crate) use relay::{Hearers, Outgoing, Relay, Served, Told};
pub(crate) use sessions::Sessions;
pub(crate) use sight::Sight;
pub(crate) use table::{Table, Tables};

use self::agenda::Agenda;
use self::lapse::Lapses;
use self::links::Links;
use self::tokens::Tokens;
use crate::TransportConfig;
use crate::metrics::Metrics;

/// What the hub is made of.
pub(crate) struct Parts {
    pub(crate) namespaces: Vec<BoundNamespace>,
    pub(crate) config: TransportConfig,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) directory: Arc<dyn Directory>,
    pub(crate) verifier: Arc<Verifier>,
    pub(crate) follower: Follower,
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) tables: Arc<Tables>,
    pub(crate) sight: Arc<Sight>,
    pub(crate) relay: Relay,
    pub(crate) node: Arc<str>,
    pub(crate) leases: Arc<Leases>,
    pub(crate) presence: Arc<Presence>,
    pub(crate) echoes: Arc<Echoes>,
    pub(crate) crowd: Arc<Crowd>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) tracker: TaskTracker,
}

/// Everyone who is connected to this node.
pub(crate) struct Hub {
    namespaces: HashMap<&'static str, Arc<BoundNamespace>>,
    pub(crate) config: TransportConfig,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) directory: Arc<dyn Directory>,
    pub(crate) verifier: Arc<Verifier>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) presence: Arc<Presence>,
    /// What this node holds in the shared state.
    pub(crate) leases: Arc<Leases>,
    /// All work that has to be waited for when this node stops.
    pub(crate) tracker: TaskTracker,
    follower: Follower,
    sessions: Arc<Sessions>,
    tables: Arc<Tables>,
    sight: Arc<Sight>,
    relay: Relay,
    /// This node's id, new with each start.
    node: Arc<str>,
    echoes: Arc<Echoes>,
    crowd: Arc<Crowd>,
    places: Places,
    links: Links,
    lapses: Lapses,
    tokens: Tokens,
    /// Turns to be looked into when connecting.
    connecting: Semaphore,
    /// Transports with people whose rights have to be looked up again.
    doubts: Agenda<u64, Arc<Link>>,
    /// Raised before rights are looked up again. Whoever looked one up and finds this raised has to look again.
    epoch: AtomicU64,
    ids: AtomicU64,
}

impl Hub {
    pub(crate) fn new(parts: Parts) -> Arc<Self> {
        let connecting = Semaphore::new(parts.config.connect_concurrency);
        let namespaces = parts.namespaces.into_iter().map(|ns| (ns.name(), Arc::new(ns))).collect();
        Arc::new(Self {
            namespaces,
            config: parts.config,
            clock: parts.clock,
            directory: parts.directory,
            verifier: parts.verifier,
            metrics: parts.metrics,
            presence: parts.presence,
            places: Places::new(Arc::clone(&parts.node), Arc::clone(&parts.leases)),
            leases: parts.leases,
            node: parts.node,
            echoes: parts.echoes,
            crowd: parts.crowd,
            tracker: parts.tracker,
            follower: parts.follower,
            sessions: parts.sessions,
            tables: parts.tables,
            sight: parts.sight,
            relay: parts.relay,
            connecting,
            doubts: Agenda::new(),
            links: Links::default(),
            lapses: Lapses::new(),
            tokens: Tokens::new(),
            epoch: AtomicU64::new(0),
            ids: AtomicU64::new(1),
        })
    }

    /// The namespace of that name, without its slash.
    pub(crate) fn namespace(&self, name: &str) -> Option<&Arc<BoundNamespace>> {
        self.namespaces.get(name)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::SeqCst)
    }

    fn next_id(&self) -> u64 {
        self.ids.fetch_add(1, Ordering::Relaxed)
    }
}
