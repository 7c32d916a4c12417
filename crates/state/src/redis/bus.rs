//! The bus over Redis publish and subscribe, as the node uses it; the connection is [`Link`]'s.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::{BufMut, Bytes, BytesMut};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::RedisOptions;
use super::link::{Link, Wish};
use crate::bus::{Broadcast, Sent, WAITING};
use crate::{Bus, Class, StateError, Subscription, Topic};

/// How many subscriptions may be waiting to be asked for.
const WISHES: usize = 1_024;

/// The bus over Redis. Clones share it.
#[derive(Clone)]
pub struct RedisBus(Arc<Inner>);

struct Inner {
    prefix: String,
    node: u64,
    timeout: Duration,
    outgoing: mpsc::Sender<Outgoing>,
    wishes: mpsc::Sender<Wish>,
    channels: Channels,
    dropped: AtomicU64,
}

/// What is to be published.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) channel: String,
    pub(super) message: Bytes,
}

/// Who listens on this node, by channel.
#[derive(Debug, Clone, Default)]
pub(super) struct Channels(Arc<Mutex<HashMap<String, Channel>>>);

#[derive(Debug)]
pub(super) struct Channel {
    pub(super) listeners: Broadcast,
    /// Whether Redis knows that somebody listens.
    pub(super) confirmed: bool,
}

impl fmt::Debug for RedisBus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the address: it may hold a password.
        f.debug_struct("RedisBus").field("prefix", &self.0.prefix).finish_non_exhaustive()
    }
}

impl RedisBus {
    /// The bus at `redis://…` or `rediss://…`. Nothing is contacted yet, and Redis need not be there. Its one task runs on
    /// `tasks` and ends with `stop`.
    pub fn open(
        url: &str,
        options: &RedisOptions,
        tasks: &TaskTracker,
        stop: CancellationToken,
    ) -> Result<Self, StateError> {
        let (outgoing, queue) = mpsc::channel(options.queue.max(2));
        let (wishes, to_grant) = mpsc::channel(WISHES);
        let channels = Channels::default();
        let link = Link::open(url, options.timeout(), channels.clone())?;
        tasks.spawn(async move { stop.run_until_cancelled(link.run(queue, to_grant)).await });
        let inner = Inner {
            prefix: options.prefix.clone(),
            // Random, since that is how a hasher is seeded.
            node: RandomState::new().hash_one("node"),
            timeout: options.timeout(),
            outgoing,
            wishes,
            channels,
            dropped: AtomicU64::new(0),
        };
        Ok(Self(Arc::new(inner)))
    }

    /// How many messages were dropped because too many were waiting to be published.
    pub fn dropped(&self) -> u64 {
        self.0.dropped.load(Ordering::Relaxed)
    }

    fn channel(&self, topic: &Topic) -> String {
        format!("{}:{}", self.0.prefix, topic.as_str())
    }
}

#[async_trait]
impl Bus for RedisBus {
    fn publish(&self, topic: &Topic, class: Class, message: Bytes) {
        let mut framed = BytesMut::with_capacity(8 + message.len());
        framed.put_u64(self.0.node);
        framed.put(message);
        let outgoing = &self.0.outgoing;
        let crowded = outgoing.capacity() < outgoing.max_capacity() / 2;
        let sent = !(class == Class::Ephemeral && crowded)
            && outgoing.try_send(Outgoing { channel: self.channel(topic), message: framed.freeze() }).is_ok();
        if !sent {
            self.0.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Also if Redis is away: then what is published is heard from when it is back, which [`Heard::Missed`] announces.
    ///
    /// [`Heard::Missed`]: crate::Heard::Missed
    async fn subscribe(&self, topic: &Topic) -> Result<Subscription, StateError> {
        let name = self.channel(topic);
        let held = Held { name: name.clone(), wishes: self.0.wishes.clone() };
        let (subscription, confirmed) = {
            let mut channels = self.0.channels.lock();
            let channel = channels
                .entry(name.clone())
                .or_insert_with(|| Channel { listeners: Broadcast::new(WAITING), confirmed: false });
            let subscription = Subscription::new(&channel.listeners, self.0.node, Some(Box::new(held)));
            (subscription, channel.confirmed)
        };
        if !confirmed {
            let (asked, answered) = oneshot::channel();
            let ask = async {
                if self.0.wishes.send(Wish::Listen(name, asked)).await.is_ok() {
                    answered.await.ok();
                }
            };
            // Twice: once for what may be under way, once for this.
            timeout(self.0.timeout * 2, ask).await.ok();
        }
        Ok(subscription)
    }
}

/// Held by a subscription; says when it has gone.
struct Held {
    name: String,
    wishes: mpsc::Sender<Wish>,
}

impl Drop for Held {
    fn drop(&mut self) {
        // If there are too many wishes, the link finds out by itself.
        self.wishes.try_send(Wish::LetGo(std::mem::take(&mut self.name))).ok();
    }
}

impl Channels {
    pub(super) fn lock(&self) -> MutexGuard<'_, HashMap<String, Channel>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands a framed message to whoever listens.
    pub(super) fn heard(&self, name: &str, framed: Vec<u8>) {
        let framed = Bytes::from(framed);
        let Some((node, _)) = framed.split_first_chunk::<8>() else { return };
        let node = u64::from_be_bytes(*node);
        if let Some(channel) = self.lock().get(name) {
            // An error says that nobody listens any more.
            channel.listeners.send(Sent::Message(node, framed.slice(8..))).ok();
        }
    }

    /// The connection broke: Redis knows of nobody any more, and everybody may have missed something.
    pub(super) fn broken(&self) {
        for channel in self.lock().values_mut() {
            channel.confirmed = false;
            channel.listeners.send(Sent::Broken).ok();
        }
    }

    /// Those that Redis has to be asked for.
    pub(super) fn unconfirmed(&self) -> Vec<String> {
        let channels = self.lock();
        let unconfirmed = channels.iter().filter(|(_, channel)| !channel.confirmed);
        unconfirmed.map(|(name, _)| name.clone()).collect()
    }

    /// Takes away those that nobody listens to any more; of one name, or of all.
    pub(super) fn forget(&self, name: Option<&str>) -> Vec<String> {
        let gone = |candidate: &String, channel: &mut Channel| {
            name.is_none_or(|name| name == candidate) && channel.listeners.receiver_count() == 0
        };
        self.lock().extract_if(gone).map(|(name, _)| name).collect()
    }

    /// Redis knows that somebody listens.
    pub(super) fn confirm(&self, name: &str) {
        if let Some(channel) = self.lock().get_mut(name) {
            channel.confirmed = true;
        }
    }
}
