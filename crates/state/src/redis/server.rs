//! Where commands go: a pool of connections to one server or to the master of the moment, or a cluster's nodes.
//!
//! What always holds: after a failure the sentinels are asked again before anything else is, so that commands follow the master;
//! and while a part of a cluster doesn't answer, its nodes are asked again and again which of them has what.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deadpool_redis::cluster::{ClusterClient, ClusterClientBuilder, ClusterConnection};
use deadpool_redis::redis::aio::ConnectionLike;
use deadpool_redis::redis::cluster::ClusterConfig;
use deadpool_redis::redis::{Cmd, ConnectionAddr, ConnectionInfo, Pipeline, RedisFuture, Value};
use deadpool_redis::{Connection, Manager, Pool, PoolError, Runtime};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::address::{Place, RedisAddress};
use super::sentinel::Sentinels;
use super::{RedisOptions, TimedOut, slot};
use crate::StateError;

/// How often a cluster's nodes are asked anew while a part of it doesn't answer.
pub(super) const LOOK_AROUND: Duration = Duration::from_secs(2);

/// Where commands go.
pub(super) enum Server {
    One(Pool),
    Sentinel(Box<Followed>),
    Cluster(Box<Nodes>),
}

/// A connection to use once.
pub(super) enum Conn {
    Pooled(Connection),
    Cluster(ClusterConnection),
}

/// The master of the moment.
pub(super) struct Followed {
    sentinels: Sentinels,
    /// Where it was when they were asked last, and the connections to it.
    master: Mutex<Option<(ConnectionAddr, Pool)>>,
    /// Whether something has failed since.
    is_suspect: AtomicBool,
    connections: usize,
}

/// The nodes of a cluster.
pub(super) struct Nodes {
    client: ClusterClient,
    timeout: Duration,
    /// One for all commands: it has a connection to every node, and sends on without waiting for answers.
    conn: Mutex<Option<ClusterConnection>>,
    /// One to look around with, and since when.
    scout: Mutex<Option<(ClusterConnection, Instant)>>,
}

impl Server {
    pub(super) fn open(address: &RedisAddress, options: &RedisOptions) -> Result<Self, StateError> {
        let connections = options.pool_size;
        Ok(match &address.place {
            Place::One(info) => Self::One(pool(info.as_ref().clone(), connections)?),
            Place::Sentinel(sentinels) => Self::Sentinel(Box::new(Followed {
                sentinels: sentinels.as_ref().clone(),
                master: Mutex::new(None),
                is_suspect: AtomicBool::new(false),
                connections,
            })),
            Place::Cluster(nodes) => {
                let (client, timeout) = (cluster(nodes, options.timeout()).build()?, options.timeout());
                let (conn, scout) = (Mutex::new(None), Mutex::new(None));
                Self::Cluster(Box::new(Nodes { client, timeout, conn, scout }))
            }
        })
    }

    /// How many parts it has that fail apart from each other.
    pub(super) fn parts(&self) -> usize {
        if matches!(self, Self::Cluster(_)) { slot::PARTS } else { 1 }
    }

    /// The part that a key belongs to.
    pub(super) fn part(&self, key: &str) -> usize {
        if self.parts() == 1 { 0 } else { slot::part(key) }
    }

    /// A connection to use once. (Boxed: making one takes a lot of room, and is rare.)
    pub(super) async fn connection(&self) -> Result<Conn, StateError> {
        let pool = match self {
            Self::One(pool) => pool.clone(),
            Self::Sentinel(followed) => Box::pin(followed.pool()).await?,
            Self::Cluster(nodes) => return Ok(Conn::Cluster(nodes.connection().await)),
        };
        Box::pin(pool.get()).await.map(Conn::Pooled).map_err(|error| match error {
            PoolError::Backend(error) => StateError::from(error),
            error => StateError::Unavailable(Box::new(error)),
        })
    }

    /// Something has failed: the master may be another one now.
    pub(super) fn suspect(&self) {
        if let Self::Sentinel(followed) = self {
            followed.is_suspect.store(true, Ordering::Release);
        }
    }

    /// A connection to look with whether a part is back: on a cluster another one than commands use, which asks the nodes anew who
    /// has what. One that hangs never tells, and commands to the other nodes should not wait for the looking.
    pub(super) async fn scout(&self) -> Result<Conn, StateError> {
        match self {
            Self::Cluster(nodes) => Box::pin(nodes.scout()).await.map(Conn::Cluster),
            Self::One(_) | Self::Sentinel(_) => self.connection().await,
        }
    }

    /// It is back: what it was found with serves commands too from now on.
    pub(super) async fn adopt(&self, scout: Conn) {
        if let (Self::Cluster(nodes), Conn::Cluster(scout)) = (self, scout) {
            *nodes.conn.lock().await = Some(scout);
        }
    }
}

impl Nodes {
    async fn connection(&self) -> ClusterConnection {
        let mut conn = self.conn.lock().await;
        // Connects in the background: a node that hangs may hold that up for longer than a command may take.
        let connect = || self.client.get_pending_async_connection_with_config(self.config());
        conn.get_or_insert_with(connect).clone()
    }

    async fn scout(&self) -> Result<ClusterConnection, StateError> {
        let mut scout = self.scout.lock().await;
        if let Some((conn, _)) = scout.as_ref().filter(|(_, since)| since.elapsed() < LOOK_AROUND) {
            return Ok(conn.clone());
        }
        let connecting = self.client.get_async_connection_with_config(self.config());
        match timeout(LOOK_AROUND, connecting).await {
            Ok(new) => Ok(scout.insert((new?, Instant::now())).0.clone()),
            Err(_) => Err(StateError::Unavailable(Box::new(TimedOut))),
        }
    }

    fn config(&self) -> ClusterConfig {
        ClusterConfig::new().set_connection_timeout(self.timeout).set_response_timeout(self.timeout)
    }
}

impl Followed {
    async fn pool(&self) -> Result<Pool, StateError> {
        let mut master = self.master.lock().await;
        let is_suspect = self.is_suspect.load(Ordering::Acquire);
        if let (Some((_, pool)), false) = (&*master, is_suspect) {
            return Ok(pool.clone());
        }
        let info = self.sentinels.master().await?;
        self.is_suspect.store(false, Ordering::Release);
        if let Some((_, pool)) = master.as_ref().filter(|(address, _)| address == info.addr()) {
            return Ok(pool.clone());
        }
        tracing::info!(address = %info.addr(), "the sentinels name a master");
        let (address, pool) = (info.addr().clone(), pool(info, self.connections)?);
        Ok(master.insert((address, pool)).1.clone())
    }
}

fn pool(info: ConnectionInfo, connections: usize) -> Result<Pool, StateError> {
    let builder = Pool::builder(Manager::new(info)?).max_size(connections).runtime(Runtime::Tokio1);
    builder.build().map_err(|error| StateError::Other(Box::new(error)))
}

/// A cluster whose nodes are not waited for longer than that. Nothing is repeated for long: the caller has a time limit.
pub(super) fn cluster(nodes: &[ConnectionInfo], timeout: Duration) -> ClusterClientBuilder {
    ClusterClientBuilder::new(nodes.iter().cloned())
        .connection_timeout(timeout)
        .response_timeout(timeout)
        .retries(3)
        .min_retry_wait(5)
        .max_retry_wait(50)
}

impl ConnectionLike for Conn {
    fn req_packed_command<'a>(&'a mut self, cmd: &'a Cmd) -> RedisFuture<'a, Value> {
        match self {
            Self::Pooled(conn) => conn.req_packed_command(cmd),
            Self::Cluster(conn) => conn.req_packed_command(cmd),
        }
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        cmd: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        match self {
            Self::Pooled(conn) => conn.req_packed_commands(cmd, offset, count),
            Self::Cluster(conn) => conn.req_packed_commands(cmd, offset, count),
        }
    }

    fn get_db(&self) -> i64 {
        match self {
            Self::Pooled(conn) => conn.get_db(),
            Self::Cluster(conn) => conn.get_db(),
        }
    }
}
