//! The bus's one connection to Redis, for publishing and for subscriptions, and the task that looks after it.
//!
//! What always holds: a subscription that Redis doesn't know of, as after a reconnect, is asked for again every second until it
//! does; a connection on which nothing is answered any more is made anew.

use std::future::Future;
use std::time::Duration;

use deadpool_redis::redis::aio::{ConnectionManager, ConnectionManagerConfig};
use deadpool_redis::redis::{
    self, Client, IntoConnectionInfo, ProtocolVersion, PushInfo, PushKind, RedisResult, Value,
};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::bus::{Channels, Outgoing};
use crate::StateError;

/// How often the connection is looked after.
const CARE: Duration = Duration::from_secs(1);

/// After so many operations in a row without an answer the connection is made anew: a wire that leads nowhere gives no
/// other sign.
const GIVE_UP: u32 = 4;

/// How many messages are published at once.
const BATCH: usize = 256;

/// What a subscription asks for.
pub(super) enum Wish {
    /// To hear a channel; answered when Redis has been asked.
    Listen(String, oneshot::Sender<()>),
    /// To hear it no more.
    LetGo(String),
}

pub(super) struct Link {
    client: Client,
    manager: ConnectionManager,
    channels: Channels,
    timeout: Duration,
    unanswered: u32,
}

impl Link {
    pub(super) fn open(url: &str, timeout: Duration, channels: Channels) -> Result<Self, StateError> {
        let info = url.into_connection_info()?;
        // Only RESP3 lets one connection publish and listen.
        let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let client = Client::open(info.set_redis_settings(settings))?;
        let manager = connect(&client, timeout, &channels)?;
        Ok(Self { client, manager, channels, timeout, unanswered: 0 })
    }

    pub(super) async fn run(mut self, mut queue: mpsc::Receiver<Outgoing>, mut wishes: mpsc::Receiver<Wish>) {
        let mut ticks = interval(CARE);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            tokio::select! {
                wish = wishes.recv() => match wish {
                    Some(Wish::Listen(name, asked)) => {
                        self.listen(&name).await;
                        asked.send(()).ok();
                    }
                    Some(Wish::LetGo(name)) => self.let_go(Some(&name)).await,
                    None => return,
                },
                count = queue.recv_many(&mut batch, BATCH) => {
                    if count == 0 {
                        return;
                    }
                    self.publish(batch.drain(..)).await;
                }
                _ = ticks.tick() => self.care().await,
            }
        }
    }

    /// What can't be published now is lost: by the time Redis is back it would be stale.
    async fn publish(&mut self, batch: impl Iterator<Item = Outgoing>) {
        let mut pipe = redis::pipe();
        for Outgoing { channel, message } in batch {
            pipe.cmd("PUBLISH").arg(channel).arg(&*message).ignore();
        }
        let mut manager = self.manager.clone();
        self.answered(async move { pipe.query_async::<()>(&mut manager).await }).await;
    }

    async fn listen(&mut self, name: &str) {
        let mut manager = self.manager.clone();
        if self.answered(manager.subscribe(name)).await {
            self.channels.confirm(name);
        }
    }

    async fn let_go(&mut self, name: Option<&str>) {
        for name in self.channels.forget(name) {
            let mut manager = self.manager.clone();
            self.answered(manager.unsubscribe(&name)).await;
        }
    }

    async fn care(&mut self) {
        let mut manager = self.manager.clone();
        let alive =
            self.answered(async move { redis::cmd("PING").query_async::<()>(&mut manager).await }).await;
        if alive {
            self.let_go(None).await;
            for name in self.channels.unconfirmed() {
                self.listen(&name).await;
            }
        }
    }

    /// Whether it was done in time.
    async fn answered(&mut self, operation: impl Future<Output = RedisResult<()>>) -> bool {
        match timeout(self.timeout, operation).await {
            Ok(Ok(())) => {
                self.unanswered = 0;
                return true;
            }
            Ok(Err(error)) if !error.is_timeout() => {
                tracing::debug!(%error, "the bus can't reach Redis");
                self.unanswered = 0;
            }
            Ok(Err(_)) | Err(_) => self.unanswered += 1,
        }
        if self.unanswered >= GIVE_UP {
            self.unanswered = 0;
            tracing::warn!("Redis does not answer; the bus connects anew");
            if let Ok(manager) = connect(&self.client, self.timeout, &self.channels) {
                self.manager = manager;
                self.channels.broken();
            }
        }
        false
    }
}

fn connect(client: &Client, timeout: Duration, channels: &Channels) -> RedisResult<ConnectionManager> {
    let channels = channels.clone();
    let config = ConnectionManagerConfig::new()
        .set_connection_timeout(Some(timeout))
        .set_response_timeout(Some(timeout))
        .set_number_of_retries(2)
        .set_max_delay(CARE)
        .set_push_sender(move |push: PushInfo| -> Result<(), redis::aio::SendError> {
            match push.kind {
                PushKind::Message => {
                    let mut data = push.data.into_iter();
                    if let (Some(Value::BulkString(name)), Some(Value::BulkString(message))) =
                        (data.next(), data.next())
                    {
                        channels.heard(&String::from_utf8_lossy(&name), message);
                    }
                }
                PushKind::Disconnection => channels.broken(),
                _ => {}
            }
            Ok(())
        });
    ConnectionManager::new_lazy_with_config(client.clone(), config)
}
