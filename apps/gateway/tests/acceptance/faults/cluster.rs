//! Two gateways on one PostgreSQL and one Redis, with a wire that can be spoilt between any two of them.

use std::env;
use std::path::PathBuf;
use std::time::Duration;

use homeroom_testkit::{Gateway, GatewayOptions, Postgres, Proxy, Redis, TestDatabase};
use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};
use tokio::time::{Instant, sleep};

use super::run::Place;
use crate::support::district::{District, Variation};
use crate::support::import;

/// Clusters run side by side, but for one with a crowd, which needs the machine for itself.
static MACHINE: RwLock<()> = RwLock::const_new(());

/// A cluster's hold of the machine.
pub(crate) enum Machine {
    Shared { _with: RwLockReadGuard<'static, ()> },
    Alone { _on: RwLockWriteGuard<'static, ()> },
}

/// The district's messages between the nodes go over the first node of a Redis Cluster, and so have somewhere to go when it fails.
const TENANT: &str = "riverside";

/// The longest that a stopping node may take.
const STOP: Duration = Duration::from_secs(30);

/// How long something is waited for that another process has to notice.
const PATIENCE: Duration = Duration::from_secs(30);

/// Between two looks.
const AGAIN: Duration = Duration::from_millis(25);

pub(crate) struct Cluster<R = Redis> {
    pub(crate) nodes: [Node; 2],
    /// Where clients connect who don't mind which node they get.
    pub(crate) front: Proxy,
    pub(crate) district: District,
    pub(crate) database: TestDatabase,
    pub(crate) postgres: Postgres,
    pub(crate) redis: R,
    /// Given back when everything else has ended.
    _machine: Machine,
}

/// How nodes reach PostgreSQL and Redis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wires {
    /// Through proxies in the test's process.
    Spoilable,
    /// By themselves.
    Direct,
}

/// A gateway, and its wires to PostgreSQL and to Redis if it has such.
pub(crate) struct Node {
    pub(crate) gateway: Gateway,
    /// The binaries of both nodes: two of the same, unless one is older.
    versions: [PathBuf; 2],
    wires: Option<[Proxy; 2]>,
}

impl Cluster {
    /// With a district of one class in it, and wires that can be spoilt.
    pub(crate) async fn start() -> Self {
        let machine = Machine::Shared { _with: MACHINE.read().await };
        Self::build(machine, Wires::Spoilable, Redis::start, Redis::url).await
    }

    /// One for a crowd: with the machine for itself, and without wires, which the test's process has no time for.
    pub(crate) async fn alone() -> Self {
        let machine = Machine::Alone { _on: MACHINE.write().await };
        Self::build(machine, Wires::Direct, Redis::start, Redis::url).await
    }
}

impl<R> Cluster<R> {
    /// With another kind of Redis, which the nodes reach by themselves: they are told of its servers' addresses by it.
    pub(crate) async fn with(redis: impl FnOnce() -> R, redis_url: impl Fn(&R) -> String) -> Self {
        let machine = Machine::Shared { _with: MACHINE.read().await };
        Self::build(machine, Wires::Direct, redis, redis_url).await
    }

    async fn build(
        machine: Machine,
        wires: Wires,
        redis: impl FnOnce() -> R,
        redis_url: impl Fn(&R) -> String,
    ) -> Self {
        let (postgres, redis) = (Postgres::start(), redis());
        let database = TestDatabase::in_postgres(&postgres);
        let redis_url = redis_url(&redis);
        let start = |binary| Node::start(database.url(), &redis_url, wires, binary);
        let first = start(None).await;
        let district =
            District::new(TENANT, Variation { bystanders: 24, teaches_both: true, ..Variation::plain() });
        import(&first.gateway, &district);
        let second = start(env::var_os("HOMEROOM_OTHER_GATEWAY").map(PathBuf::from)).await;
        let versions = [first.gateway.binary(), second.gateway.binary()];
        let nodes = [first, second].map(|node| Node { versions: versions.clone(), ..node });
        let urls = nodes.each_ref().map(|node| node.gateway.url());
        let front = Proxy::before_any(&[&urls[0], &urls[1]]).await;
        Self { nodes, front, district, database, postgres, redis, _machine: machine }
    }

    /// Where a run takes place.
    pub(crate) fn place(&self) -> Place<'_> {
        Place {
            gateways: self.nodes.iter().map(|node| &node.gateway).collect(),
            district: &self.district,
            database: &self.database,
        }
    }

    /// Both nodes' wires to PostgreSQL.
    pub(crate) fn postgres_wires(&self) -> [&Proxy; 2] {
        self.nodes.each_ref().map(|node| &node.wires()[0])
    }

    /// Both nodes' wires to Redis.
    pub(crate) fn redis_wires(&self) -> [&Proxy; 2] {
        self.nodes.each_ref().map(|node| &node.wires()[1])
    }
}

impl Node {
    async fn start(postgres_url: &str, redis_url: &str, wires: Wires, binary: Option<PathBuf>) -> Self {
        let wires = match wires {
            Wires::Spoilable => Some([Proxy::before(postgres_url).await, Proxy::before(redis_url).await]),
            Wires::Direct => None,
        };
        let urls = wires.as_ref().map_or([postgres_url, redis_url], |wires| wires.each_ref().map(Proxy::url));
        let options = GatewayOptions::new(urls[0])
            .env("REDIS_URL", urls[1])
            .env("GATEWAY_LIMITS_OFF", "true")
            .env("SOCKET_IO_MAX_CONNECTIONS_PER_USER", "1000")
            .env("GATEWAY_TRANSPORT_DRAIN_SPREAD_MS", "200");
        let options = binary.into_iter().fold(options, GatewayOptions::binary);
        Self { gateway: Gateway::start(options), versions: Default::default(), wires }
    }

    fn wires(&self) -> &[Proxy; 2] {
        self.wires.as_ref().expect("wires that can be spoilt")
    }

    /// As [`metric`] tells it of this node.
    pub(crate) async fn metric(&self, name: &str) -> u64 {
        metric(&self.gateway, name).await
    }

    /// Whether it says that it has all that it needs, and doesn't do without something.
    pub(crate) async fn is_whole(&self) -> bool {
        let url = format!("{}/readyz", self.gateway.admin_url());
        self.gateway.get(&url).await.body["status"] == "ready"
    }

    /// `kill -9`, and up again.
    pub(crate) fn kill_and_restart(&self) {
        self.gateway.kill9();
        self.gateway.restart();
    }

    /// As an operator does it: it is told to stop, says goodbye, ends well, and is started again; in the other version, if there
    /// are two: an upgrade, or the way back.
    pub(crate) fn stop_and_restart(&self) {
        let status = self.gateway.terminate(STOP);
        assert!(status.success(), "the node ended with {status}\n{}", self.gateway.log());
        let now = self.gateway.binary();
        self.gateway.restart_as(self.versions.iter().find(|version| **version != now).unwrap_or(&now));
    }
}

/// Looks until it is so, at what another process says of itself and nothing tells of.
pub(crate) async fn eventually(what: &str, is_so: impl AsyncFn() -> bool) {
    assert!(is_so_within(PATIENCE, is_so).await, "not after {PATIENCE:?}: {what}");
}

/// Looks until it is so; whether it is in that time.
pub(crate) async fn is_so_within(most: Duration, is_so: impl AsyncFn() -> bool) -> bool {
    let began = Instant::now();
    while !is_so().await {
        if began.elapsed() > most {
            return false;
        }
        sleep(AGAIN).await;
    }
    true
}

/// A gateway's counter or gauge without labels.
pub(crate) async fn metric(gateway: &Gateway, name: &str) -> u64 {
    find_metric(gateway, name).await.unwrap_or_else(|| panic!("the gateway has no {name}"))
}

/// The same; none if it has no such.
pub(crate) async fn find_metric(gateway: &Gateway, name: &str) -> Option<u64> {
    let text = gateway.text(&format!("{}/metrics", gateway.admin_url())).await;
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.and_then(|value| value.trim().parse().ok())
}
