//! Who on this node listens to which channel, and what Redis knows of it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use super::tally::Tally;
use crate::bus::{Broadcast, Sent, WAITING};

/// Who listens on this node, by channel. Clones share it.
#[derive(Debug, Clone)]
pub(super) struct Channels(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    by_name: Mutex<HashMap<String, Channel>>,
    /// This node, as its messages are marked.
    node: u64,
    /// The connection that counts, of those there have been: an earlier one may still have something to say.
    connection: AtomicU64,
    tally: Arc<Tally>,
}

#[derive(Debug)]
pub(super) struct Channel {
    pub(super) listeners: Broadcast,
    /// Whether Redis knows that somebody listens.
    pub(super) confirmed: bool,
    /// Whether somebody relies on it though Redis hasn't known: what is published meanwhile is missed.
    missing: bool,
}

impl Channels {
    pub(super) fn new(node: u64, tally: Arc<Tally>) -> Self {
        let (by_name, connection) = (Mutex::default(), AtomicU64::new(0));
        Self(Arc::new(Shared { by_name, node, connection, tally }))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, HashMap<String, Channel>> {
        self.0.by_name.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands a framed message to whoever listens.
    pub(super) fn heard(&self, name: &str, framed: Vec<u8>) {
        let framed = Bytes::from(framed);
        let Some((node, _)) = framed.split_first_chunk::<8>() else { return };
        let node = u64::from_be_bytes(*node);
        if node != self.0.node {
            self.0.tally.heard.fetch_add(1, Ordering::Relaxed);
        }
        if let Some(channel) = self.lock().get(name) {
            // An error says that nobody listens any more.
            channel.listeners.send(Sent::Message(node, framed.slice(8..))).ok();
        }
    }

    /// A connection is made, and from now on counts: Redis knows of nobody, and everybody may have missed something.
    pub(super) fn connecting(&self) -> u64 {
        let connection = self.0.connection.fetch_add(1, Ordering::AcqRel) + 1;
        if connection > 1 {
            self.broken(connection);
        }
        connection
    }

    /// Whether it is this connection that counts.
    pub(super) fn counts(&self, connection: u64) -> bool {
        self.0.connection.load(Ordering::Acquire) == connection
    }

    /// The connection broke, to one of the servers at least.
    pub(super) fn broken(&self, connection: u64) {
        if !self.counts(connection) {
            return;
        }
        self.0.tally.breaks.fetch_add(1, Ordering::Relaxed);
        self.lock().values_mut().for_each(Channel::broken);
    }

    /// Redis no longer knows of whoever listens to that one: on a cluster it may have moved.
    pub(super) fn lost(&self, name: &str) {
        if let Some(channel) = self.lock().get_mut(name) {
            channel.broken();
        }
    }

    /// Those that Redis has to be asked for.
    pub(super) fn unconfirmed(&self) -> Vec<String> {
        let channels = self.lock();
        let unconfirmed = channels.iter().filter(|(_, channel)| channel.is_heard() && !channel.confirmed);
        unconfirmed.map(|(name, _)| name.clone()).collect()
    }

    /// All that somebody listens to.
    pub(super) fn names(&self) -> Vec<String> {
        let channels = self.lock();
        let heard = channels.iter().filter(|(_, channel)| channel.is_heard());
        heard.map(|(name, _)| name.clone()).collect()
    }

    /// Whether somebody listens to that one.
    pub(super) fn is_heard(&self, name: &str) -> bool {
        self.lock().get(name).is_some_and(Channel::is_heard)
    }

    /// Those that nobody listens to any more, of one name or of all. Whoever does again meanwhile has Redis asked anew.
    pub(super) fn unheard(&self, name: Option<&str>) -> Vec<String> {
        let mut channels = self.lock();
        let unheard = channels.iter_mut().filter(|(candidate, channel)| {
            name.is_none_or(|name| name == candidate.as_str()) && !channel.is_heard()
        });
        unheard
            .map(|(name, channel)| {
                channel.confirmed = false;
                name.clone()
            })
            .collect()
    }

    /// Redis has let go of that one.
    pub(super) fn forget(&self, name: &str) {
        let mut channels = self.lock();
        if channels.get(name).is_some_and(|channel| !channel.is_heard()) {
            channels.remove(name);
        }
    }

    /// Redis knows that somebody listens.
    pub(super) fn confirm(&self, name: &str) {
        if let Some(channel) = self.lock().get_mut(name) {
            if channel.missing {
                channel.broken();
            }
            (channel.confirmed, channel.missing) = (true, false);
        }
    }

    /// From now on somebody relies on it, whether Redis knows or not.
    pub(super) fn rely(&self, name: &str) {
        if let Some(channel) = self.lock().get_mut(name) {
            channel.missing |= !channel.confirmed;
        }
    }
}

impl Channel {
    pub(super) fn new() -> Self {
        Self { listeners: Broadcast::new(WAITING), confirmed: false, missing: false }
    }

    fn is_heard(&self) -> bool {
        self.listeners.receiver_count() > 0
    }

    fn broken(&mut self) {
        (self.confirmed, self.missing) = (false, true);
        self.listeners.send(Sent::Broken).ok();
    }
}
