//! The bus over Redis publish and subscribe, as the node uses it; the connection is [`Link`]'s.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{BufMut, Bytes, BytesMut};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::channels::{Channel, Channels};
use super::link::{Link, Outgoing, Wish};
use super::tally::{BusCounts, Tally};
use super::{RedisAddress, RedisOptions};
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
    tally: Arc<Tally>,
}

impl fmt::Debug for RedisBus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the address: it may hold a password.
        f.debug_struct("RedisBus").field("prefix", &self.0.prefix).finish_non_exhaustive()
    }
}

impl RedisBus {
    /// The bus at an address as [`RedisAddress`] describes it. Nothing is contacted yet, and Redis need not be there. Its one task
    /// runs on `tasks` and ends with `stop`. On a cluster it goes over sharded channels: a topic lives on one shard.
    pub fn open(
        url: &str,
        options: &RedisOptions,
        tasks: &TaskTracker,
        stop: CancellationToken,
    ) -> Result<Self, StateError> {
        let (outgoing, queue) = mpsc::channel(options.queue.max(2));
        let (wishes, to_grant) = mpsc::channel(WISHES);
        let address: RedisAddress = url.parse()?;
        // Random, since that is how a hasher is seeded.
        let node = RandomState::new().hash_one("node");
        let tally = Arc::new(Tally::default());
        let channels = Channels::new(node, Arc::clone(&tally));
        let link = Link::open(&address, options.timeout(), channels.clone(), Arc::clone(&tally))?;
        tasks.spawn(async move { stop.run_until_cancelled(link.run(queue, to_grant)).await });
        let inner = Inner {
            prefix: options.prefix.clone(),
            node,
            timeout: options.timeout(),
            outgoing,
            wishes,
            channels,
            tally,
        };
        Ok(Self(Arc::new(inner)))
    }

    /// What has gone over it so far.
    pub fn counts(&self) -> BusCounts {
        self.0.tally.counts()
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
            && outgoing
                .try_send(Outgoing { channel: self.channel(topic), class, message: framed.freeze() })
                .is_ok();
        if !sent {
            self.0.tally.dropped(class);
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
            let channel = channels.entry(name.clone()).or_insert_with(Channel::new);
            let subscription = Subscription::new(&channel.listeners, self.0.node, Some(Box::new(held)));
            (subscription, channel.confirmed)
        };
        if !confirmed {
            let (asked, answered) = oneshot::channel();
            let ask = async {
                if self.0.wishes.send(Wish::Listen(name.clone(), asked)).await.is_ok() {
                    answered.await.ok();
                }
            };
            // Twice: once for what may be under way, once for this.
            timeout(self.0.timeout * 2, ask).await.ok();
            self.0.channels.rely(&name);
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
