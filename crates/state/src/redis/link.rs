//! The bus's one task: it publishes what waits, and looks after the connection and its subscriptions.
//!
//! What always holds: a subscription that Redis doesn't know of, as after a reconnect, is asked for again every second until it
//! does, and one that it should know of is asked for again now and then; a connection on which nothing is answered any more is
//! made anew, on a cluster once another node answers for what the silent one had; under Sentinel it follows the master.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use deadpool_redis::redis::{self, ConnectionInfo, RedisResult};
use futures_util::future::{OptionFuture, join_all};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::address::{Place, RedisAddress};
use super::channels::Channels;
use super::server::{LOOK_AROUND, cluster};
use super::slot;
use super::tally::Tally;
use super::wire::Wire;
use crate::{Class, StateError};

/// How often the connection is looked after.
const CARE: Duration = Duration::from_secs(1);

/// The sentinels are asked so often, in turns of care, though nothing has failed.
const LOOK: u32 = 5;

/// How many subscriptions that Redis should know of are asked for again in one turn of care.
const CHECKED: usize = 64;

/// How many subscriptions are asked for at a time.
const ASKED: usize = 256;

/// After so many operations in a row without an answer the connection is made anew: a wire that leads nowhere gives no
/// other sign.
const GIVE_UP: u32 = 4;

/// After a failure nothing is asked for so long, and what should be published is dropped: it would be stale by then. After
/// several in a row it is so many times as long, since whoever asks holds up the other parts.
const PAUSE: Duration = Duration::from_millis(500);

/// The longest pause, in pauses.
const PAUSES: u32 = 8;

/// How many messages are published at once.
const BATCH: usize = 256;

/// What is to be published.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) channel: String,
    pub(super) class: Class,
    pub(super) message: Bytes,
}

/// What a subscription asks for.
pub(super) enum Wish {
    /// To hear a channel; answered when Redis has been asked, or is known to be away.
    Listen(String, oneshot::Sender<()>),
    /// To hear it no more.
    LetGo(String),
}

pub(super) struct Link {
    place: Place,
    /// The master that the sentinels have named.
    master: Option<ConnectionInfo>,
    /// None until there is a master.
    wire: Option<Wire>,
    channels: Channels,
    tally: Arc<Tally>,
    timeout: Duration,
    /// What fails apart from the rest: one, or the parts of a cluster.
    parts: Vec<Part>,
    /// A channel of a cluster's part that has not answered for long: another node may have it by now.
    silent: Option<String>,
    /// Subscriptions still to be asked for again.
    to_check: Vec<String>,
    turns: u32,
}

#[derive(Debug, Clone, Default)]
struct Part {
    /// Operations in a row without an answer.
    unanswered: u32,
    paused_until: Option<Instant>,
}

impl Link {
    /// Has to be called within a runtime; contacts nothing yet.
    pub(super) fn open(
        address: &RedisAddress,
        timeout: Duration,
        channels: Channels,
        tally: Arc<Tally>,
    ) -> Result<Self, StateError> {
        let place = address.place.clone();
        let parts = if matches!(place, Place::Cluster(_)) { slot::PARTS } else { 1 };
        let parts = vec![Part::default(); parts];
        let (master, wire, silent, to_check) = (None, None, None, Vec::new());
        let mut link =
            Self { place, master, wire, channels, tally, timeout, parts, silent, to_check, turns: 0 };
        link.connect()?;
        Ok(link)
    }

    pub(super) async fn run(mut self, mut queue: mpsc::Receiver<Outgoing>, mut wishes: mpsc::Receiver<Wish>) {
        let mut ticks = interval(CARE);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut batch = Vec::with_capacity(BATCH);
        let mut looking = OptionFuture::from(None);
        loop {
            if let Some(channel) = self.silent.take() {
                looking = Some(Box::pin(look_for(self.place.clone(), channel, self.timeout))).into();
            }
            tokio::select! {
                Some(is_found) = &mut looking => {
                    looking = None.into();
                    if is_found {
                        tracing::warn!("another node has a silent one's part; the bus connects anew");
                        self.connect_or_say();
                    }
                }
                wish = wishes.recv() => match wish {
                    Some(Wish::Listen(name, asked)) => {
                        self.listen(&[name]).await;
                        asked.send(()).ok();
                    }
                    Some(Wish::LetGo(name)) => self.let_go(Some(&name)).await,
                    None => return,
                },
                count = queue.recv_many(&mut batch, BATCH) => {
                    if count == 0 {
                        return;
                    }
                    self.publish(&mut batch).await;
                    batch.clear();
                }
                _ = ticks.tick() => self.care().await,
            }
        }
    }

    fn connect(&mut self) -> RedisResult<()> {
        self.wire = match (&self.place, &self.master) {
            (Place::One(info), _) => Some(Wire::to(info.as_ref().clone(), self.timeout, &self.channels)?),
            (Place::Cluster(nodes), _) => Some(Wire::to_cluster(nodes, self.timeout, &self.channels)?),
            (Place::Sentinel(_), Some(master)) => {
                Some(Wire::to(master.clone(), self.timeout, &self.channels)?)
            }
            (Place::Sentinel(_), None) => None,
        };
        self.parts.fill(Part::default());
        Ok(())
    }

    /// What can't be published now is lost: by the time Redis is back it would be stale.
    async fn publish(&mut self, batch: &mut [Outgoing]) {
        let Some(wire) = self.wire.clone() else { return self.drop_all(batch) };
        if self.parts.len() > 1 {
            // What is of one channel stays in order.
            batch.sort_by(|one, other| one.channel.cmp(&other.channel));
        }
        let (mut sent, mut outcomes) = (Vec::new(), Vec::new());
        for together in batch.chunk_by(|one, other| wire.is_together(one, other)) {
            let Some(channel) = together.first().map(|first| first.channel.as_str()) else { continue };
            if self.is_paused(self.part(channel)) {
                self.drop_all(together);
            } else {
                outcomes.push(wire.publish(together, self.timeout));
                sent.push((channel, together));
            }
        }
        for ((channel, together), outcome) in sent.into_iter().zip(join_all(outcomes).await) {
            if self.answered(channel, outcome) {
                self.tally.published.fetch_add(together.len() as u64, Ordering::Relaxed);
            } else {
                self.drop_all(together);
            }
        }
    }

    fn drop_all(&self, batch: &[Outgoing]) {
        for outgoing in batch {
            self.tally.dropped(outgoing.class);
        }
    }

    async fn listen(&mut self, names: &[String]) {
        let Some(wire) = self.wire.clone() else { return };
        // Whom a name was for may be gone by now, and then nobody would let go of it again.
        let is_due = |name: &&String| !self.is_paused(self.part(name)) && self.channels.is_heard(name);
        let names: Vec<_> = names.iter().filter(is_due).cloned().collect();
        for (name, outcome) in names.iter().zip(wire.listen(&names, self.timeout).await) {
            if self.answered(name, outcome) {
                self.channels.confirm(name);
            }
        }
    }

    /// What Redis has not let go of is tried again in the next turn of care.
    async fn let_go(&mut self, name: Option<&str>) {
        let Some(wire) = self.wire.clone() else { return };
        for name in self.channels.unheard(name) {
            if !self.is_paused(self.part(&name)) {
                let outcome = wire.let_go(&name, self.timeout).await;
                if self.answered(&name, outcome) {
                    self.channels.forget(&name);
                }
            }
        }
    }

    async fn care(&mut self) {
        self.turns = self.turns.wrapping_add(1);
        let mut alive = match self.wire.clone() {
            Some(wire) => {
                let outcome = wire.ping(self.timeout).await;
                self.parts.len() > 1 || self.answered("", outcome)
            }
            None => false,
        };
        if !alive || self.turns.is_multiple_of(LOOK) {
            alive |= self.follow().await;
        }
        if !alive {
            return;
        }
        for names in self.channels.unconfirmed().chunks(ASKED) {
            self.listen(names).await;
        }
        if self.to_check.is_empty() {
            self.to_check = self.channels.names();
        }
        let rest = self.to_check.len().saturating_sub(CHECKED);
        let names = self.to_check.split_off(rest);
        self.listen(&names).await;
        // Last: what is refused here pauses the rest.
        self.let_go(None).await;
    }

    /// Asks the sentinels, if there are any, who the master is. Whether there is a new one.
    async fn follow(&mut self) -> bool {
        let Place::Sentinel(sentinels) = &self.place else { return false };
        let Ok(Ok(master)) = timeout(self.timeout, sentinels.master()).await else { return false };
        if self.master.as_ref().is_some_and(|known| known.addr() == master.addr()) {
            return false;
        }
        tracing::info!(address = %master.addr(), "the bus goes over the master that the sentinels name");
        self.master = Some(master);
        self.connect().is_ok()
    }

    fn part(&self, channel: &str) -> usize {
        if self.parts.len() > 1 { slot::part(channel) } else { 0 }
    }

    fn is_paused(&self, part: usize) -> bool {
        let until = self.parts.get(part).and_then(|part| part.paused_until);
        until.is_some_and(|until| Instant::now() < until)
    }

    /// Whether what was asked about a channel was done in time.
    fn answered(&mut self, channel: &str, outcome: RedisResult<()>) -> bool {
        let part = self.part(channel);
        let is_one_of_many = self.parts.len() > 1;
        let Some(part) = self.parts.get_mut(part) else { return false };
        let Err(error) = outcome else {
            *part = Part::default();
            return true;
        };
        tracing::debug!(%error, "the bus can't reach Redis");
        part.unanswered = if error.is_timeout() { part.unanswered + 1 } else { 0 };
        part.paused_until = Some(Instant::now() + PAUSE * part.unanswered.clamp(1, PAUSES));
        if part.unanswered >= GIVE_UP {
            if is_one_of_many {
                // The others have done nothing to lose their connections.
                self.silent = Some(channel.to_owned());
            } else {
                tracing::warn!("Redis does not answer; the bus connects anew");
                self.connect_or_say();
            }
        }
        false
    }

    fn connect_or_say(&mut self) {
        if let Err(error) = self.connect() {
            tracing::warn!(%error, "the bus can't connect");
        }
    }
}

/// Whether a cluster that is asked anew who has what has a node that answers for this channel.
async fn look_for(place: Place, channel: String, limit: Duration) -> bool {
    let Place::Cluster(nodes) = place else { return false };
    let looking = async {
        let mut conn = cluster(&nodes, limit).build()?.get_async_connection().await?;
        redis::cmd("EXISTS").arg(channel).query_async::<bool>(&mut conn).await
    };
    matches!(timeout(LOOK_AROUND, looking).await, Ok(Ok(_)))
}
