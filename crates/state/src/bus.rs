//! From node to node: hints that say what was committed, and ephemeral events. Everything here may be lost.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use homeroom_contract::TenantId;
use tokio::sync::broadcast;

use crate::StateError;
use crate::key::escape;

/// How many messages of one topic may wait for one subscriber; the oldest go first.
pub(crate) const WAITING: usize = 1_024;

/// What messages are about: one tenant, so that a node hears only of those it serves, or the deployment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Topic(Arc<str>);

impl Topic {
    /// Everything of one tenant.
    pub fn tenant(tenant: &TenantId) -> Self {
        Self(format!("tenant:{}", escape(tenant.as_str())).into())
    }

    /// What concerns every node.
    pub fn control() -> Self {
        Self("control".into())
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a message is worth when there are too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Tells of an entry in the journal. Losing it costs a read.
    Hint,
    /// Typing, cursors, presence: the first to be dropped.
    Ephemeral,
}

/// What a subscriber hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// What another node has published.
    Message(Bytes),
    /// Messages were lost, at least so many; 0 if nobody knows how many, as after the connection broke.
    Missed(u64),
}

/// Messages to the other nodes, at most once. A node does not hear itself.
#[async_trait]
pub trait Bus: Send + Sync + 'static {
    /// Sends to all other nodes that have subscribed. Never waits: what can't be sent is dropped.
    fn publish(&self, topic: &Topic, class: Class, message: Bytes);

    /// Hears what is published from the moment this returns. Dropping the subscription ends it.
    async fn subscribe(&self, topic: &Topic) -> Result<Subscription, StateError>;
}

/// A message on its way to the subscribers of this process.
#[derive(Debug, Clone)]
pub(crate) enum Sent {
    /// From that node.
    Message(u64, Bytes),
    /// Whatever came just now was lost.
    Broken,
}

/// To the subscribers of one topic.
pub(crate) type Broadcast = broadcast::Sender<Sent>;

/// What one subscriber hears. It has room for 1,024 messages that it has not looked at yet.
pub struct Subscription {
    messages: broadcast::Receiver<Sent>,
    /// The publisher whose own messages are skipped.
    own: u64,
    /// Says that it has gone. After `messages`, so that by then it has.
    _held: Option<Box<dyn Send + Sync>>,
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").finish_non_exhaustive()
    }
}

impl Subscription {
    pub(crate) fn new(listeners: &Broadcast, own: u64, held: Option<Box<dyn Send + Sync>>) -> Self {
        Self { messages: listeners.subscribe(), own, _held: held }
    }

    /// What comes next; `None` when the bus has ended. Cancel-safe.
    pub async fn next(&mut self) -> Option<Heard> {
        loop {
            match self.messages.recv().await {
                Ok(Sent::Message(from, _)) if from == self.own => {}
                Ok(Sent::Message(_, message)) => return Some(Heard::Message(message)),
                Ok(Sent::Broken) => return Some(Heard::Missed(0)),
                Err(broadcast::error::RecvError::Lagged(missed)) => return Some(Heard::Missed(missed)),
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }
}

/// A bus within this process. One node needs no more; tests connect several.
#[derive(Debug, Clone, Default)]
pub struct MemoryBus(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    topics: Mutex<HashMap<Topic, Broadcast>>,
    nodes: AtomicU64,
}

/// One node's end of a [`MemoryBus`].
#[derive(Debug, Clone)]
pub struct MemoryNode {
    bus: MemoryBus,
    id: u64,
}

impl MemoryBus {
    /// A further node.
    pub fn node(&self) -> MemoryNode {
        MemoryNode { bus: self.clone(), id: self.0.nodes.fetch_add(1, Ordering::Relaxed) }
    }
}

#[async_trait]
impl Bus for MemoryNode {
    fn publish(&self, topic: &Topic, _: Class, message: Bytes) {
        let mut topics = self.bus.0.topics.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(sender) = topics.entry(topic.clone()) {
            // An error says that the last subscriber has gone.
            if sender.get().send(Sent::Message(self.id, message)).is_err() {
                sender.remove();
            }
        }
    }

    async fn subscribe(&self, topic: &Topic) -> Result<Subscription, StateError> {
        let mut topics = self.bus.0.topics.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = topics.entry(topic.clone()).or_insert_with(|| broadcast::Sender::new(WAITING));
        Ok(Subscription::new(sender, self.id, None))
    }
}
