//! The bus's connection, for publishing and for subscriptions: to one server, the master of the moment for instance, or to the
//! nodes of a cluster, where a channel lives on the node that has its slot ("Sharded Pub/Sub" in the Redis documentation).

use std::future::Future;
use std::io;
use std::time::Duration;

use deadpool_redis::cluster::ClusterConnection;
use deadpool_redis::redis::aio::{ConnectionManager, ConnectionManagerConfig, SendError};
use deadpool_redis::redis::cluster::ClusterConfig;
use deadpool_redis::redis::{self, Client, ConnectionInfo, Pipeline, PushInfo, PushKind, RedisResult, Value};
use futures_util::future::join_all;
use tokio::time::timeout;

use super::address::resp3;
use super::channels::Channels;
use super::link::Outgoing;
use super::server::cluster;

/// The longest wait before the next attempt to connect.
const MAX_DELAY: Duration = Duration::from_secs(1);

#[derive(Clone)]
pub(super) enum Wire {
    One(ConnectionManager),
    Cluster(ClusterConnection),
}

impl Wire {
    /// A connection to one server that is made when it is first used, and made again whenever it breaks.
    pub(super) fn to(info: ConnectionInfo, timeout: Duration, channels: &Channels) -> RedisResult<Self> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(timeout))
            .set_response_timeout(Some(timeout))
            .set_number_of_retries(2)
            .set_max_delay(MAX_DELAY)
            .set_push_sender(listener(channels.clone()));
        let client = Client::open(resp3(info))?;
        Ok(Self::One(ConnectionManager::new_lazy_with_config(client, config)?))
    }

    /// Connections to all nodes of a cluster, of which these are some. Made in the background.
    pub(super) fn to_cluster(
        nodes: &[ConnectionInfo],
        timeout: Duration,
        channels: &Channels,
    ) -> RedisResult<Self> {
        let client = cluster(nodes, timeout).push_sender(listener(channels.clone())).build()?;
        let config = ClusterConfig::new().set_connection_timeout(timeout).set_response_timeout(timeout);
        Ok(Self::Cluster(client.get_pending_async_connection_with_config(config)))
    }

    pub(super) async fn ping(&self, limit: Duration) -> RedisResult<()> {
        match self.clone() {
            Self::One(mut conn) => in_time(limit, redis::cmd("PING").query_async(&mut conn)).await,
            // Each node is looked after by itself.
            Self::Cluster(_) => Ok(()),
        }
    }

    /// What can be published together: everything, or on a cluster what is of one channel.
    pub(super) fn is_together(&self, one: &Outgoing, other: &Outgoing) -> bool {
        matches!(self, Self::One(_)) || one.channel == other.channel
    }

    pub(super) async fn publish(&self, together: &[Outgoing], limit: Duration) -> RedisResult<()> {
        let mut pipe = Pipeline::with_capacity(together.len());
        let command = match self {
            Self::One(_) => "PUBLISH",
            Self::Cluster(_) => "SPUBLISH",
        };
        for Outgoing { channel, message, .. } in together {
            pipe.cmd(command).arg(channel).arg(&**message).ignore();
        }
        match self.clone() {
            Self::One(mut conn) => in_time(limit, pipe.query_async(&mut conn)).await,
            Self::Cluster(mut conn) => in_time(limit, pipe.query_async(&mut conn)).await,
        }
    }

    /// Makes Redis know that somebody listens to these; of each whether it does.
    pub(super) async fn listen(&self, names: &[String], limit: Duration) -> Vec<RedisResult<()>> {
        match self {
            Self::One(conn) => {
                let listening = in_time(limit, conn.clone().subscribe(names)).await;
                names.iter().map(|_| listening.clone()).collect()
            }
            Self::Cluster(conn) => {
                let each = names.iter().map(|name| {
                    let mut conn = conn.clone();
                    async move { in_time(limit, conn.ssubscribe(name)).await }
                });
                join_all(each).await
            }
        }
    }

    pub(super) async fn let_go(&self, name: &str, limit: Duration) -> RedisResult<()> {
        match self.clone() {
            Self::One(mut conn) => in_time(limit, conn.unsubscribe(name)).await,
            Self::Cluster(mut conn) => in_time(limit, conn.sunsubscribe(name)).await,
        }
    }
}

async fn in_time(limit: Duration, work: impl Future<Output = RedisResult<()>>) -> RedisResult<()> {
    timeout(limit, work).await.unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::TimedOut).into()))
}

/// Takes what a new connection brings, from now on and until the next one is made.
fn listener(channels: Channels) -> impl Fn(PushInfo) -> Result<(), SendError> + Send + Sync + 'static {
    let connection = channels.connecting();
    move |push| {
        if !channels.counts(connection) {
            return Err(SendError);
        }
        let mut data = push.data.into_iter();
        match (push.kind, data.next(), data.next()) {
            (PushKind::Disconnection, ..) => channels.broken(connection),
            (
                PushKind::Message | PushKind::SMessage,
                Some(Value::BulkString(name)),
                Some(Value::BulkString(message)),
            ) => channels.heard(&String::from_utf8_lossy(&name), message),
            // Nobody may listen to it any more, and then it is not there; or its slot has moved to another node.
            (PushKind::SUnsubscribe, Some(Value::BulkString(name)), _) => {
                channels.lost(&String::from_utf8_lossy(&name));
            }
            _ => {}
        }
        Ok(())
    }
}
