//! State in this process: for a deployment of one node, and for tests.
//!
//! What always holds: an expired thing is as good as gone, by the injected clock, and its memory is given back within as many
//! writes as there are keys in its shard.

mod hash;
mod item;

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use homeroom_contract::{Clock, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use self::item::{Item, Value};
use crate::{Disturbance, Held, Key, Latest, StateAdapter, StateError, Taken};

const SHARDS: u8 = 16;

/// A shard is swept after at least so many writes.
const SWEEP_AFTER: usize = 256;

/// How much may be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MemoryOptions {
    /// The most keys.
    pub max_keys: usize,
    /// The most fields, members or items under one key.
    pub max_elements: usize,
}

impl Default for MemoryOptions {
    fn default() -> Self {
        Self { max_keys: 1_000_000, max_elements: 100_000 }
    }
}

/// State in this process.
pub struct MemoryState {
    clock: Arc<dyn Clock>,
    options: MemoryOptions,
    hasher: RandomState,
    shards: Vec<Mutex<Shard>>,
    /// It never is.
    disturbed: watch::Sender<Disturbance>,
}

#[derive(Debug, Default)]
struct Shard {
    items: HashMap<String, Item>,
    /// Writes until what has expired is searched for.
    until_sweep: usize,
}

impl std::fmt::Debug for MemoryState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryState").field("options", &self.options).finish_non_exhaustive()
    }
}

impl MemoryState {
    /// Empty, within the default bounds.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self::with_options(clock, MemoryOptions::default())
    }

    /// Empty, within these bounds.
    pub fn with_options(clock: Arc<dyn Clock>, options: MemoryOptions) -> Self {
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        Self { clock, options, hasher: RandomState::new(), shards, disturbed: watch::Sender::default() }
    }

    /// Keys that take up memory, expired ones that have not been swept included.
    pub fn keys(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().unwrap_or_else(PoisonError::into_inner).items.len()).sum()
    }

    fn shard<T>(&self, key: &Key, then: impl FnOnce(&mut Shard, Timestamp) -> T) -> Result<T, StateError> {
        let [first, ..] = self.hasher.hash_one(key).to_le_bytes();
        let shard = self.shards.get(usize::from(first % SHARDS)).ok_or(StateError::Full)?;
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(then(&mut shard, self.clock.now()))
    }

    /// Looks at what is there, if anything is.
    fn read<T: Default>(
        &self,
        key: &Key,
        then: impl FnOnce(&mut Value, Timestamp) -> Result<T, StateError>,
    ) -> Result<T, StateError> {
        self.shard(key, |shard, now| {
            let Some(item) = shard.items.get_mut(key.as_str()) else { return Ok(T::default()) };
            item.forget(now);
            if item.is_empty() {
                shard.items.remove(key.as_str());
                return Ok(T::default());
            }
            let result = then(&mut item.value, now);
            if item.is_empty() {
                shard.items.remove(key.as_str());
            }
            result
        })?
    }

    /// Changes what is there, or the empty value that is put there first.
    fn write<T>(
        &self,
        key: &Key,
        empty: Value,
        then: impl FnOnce(&mut Value, Timestamp) -> Result<T, StateError>,
    ) -> Result<T, StateError> {
        self.shard(key, |shard, now| {
            shard.sweep(now);
            let room = self.options.max_keys.div_ceil(usize::from(SHARDS));
            if shard.items.len() >= room && !shard.items.contains_key(key.as_str()) {
                shard.items.retain(|_, item| item.keep(now));
                if shard.items.len() >= room {
                    return Err(StateError::Full);
                }
            }
            let item = shard.items.entry(key.as_str().to_owned()).or_insert_with(|| Item::new(empty.clone()));
            item.forget(now);
            if item.is_empty() {
                *item = Item::new(empty);
            }
            let result = then(&mut item.value, now);
            if item.is_empty() {
                shard.items.remove(key.as_str());
            }
            result
        })?
    }
}

impl Shard {
    /// Once in as many writes as the last sweep left keys, so a write costs the same however many there are.
    fn sweep(&mut self, now: Timestamp) {
        if self.until_sweep > 0 {
            self.until_sweep -= 1;
            return;
        }
        self.items.retain(|_, item| item.keep(now));
        self.until_sweep = self.items.len().max(SWEEP_AFTER);
    }
}

#[async_trait]
impl StateAdapter for MemoryState {
    async fn set_field(
        &self,
        key: &Key,
        field: &str,
        value: Bytes,
        expires: Option<Duration>,
    ) -> Result<(), StateError> {
        self.write(key, Value::hash(), |kept, now| {
            kept.as_hash()?.set(field, value, expires.map(|after| now.plus(after)), self.options.max_elements)
        })
    }

    async fn field(&self, key: &Key, field: &str) -> Result<Option<Bytes>, StateError> {
        self.read(key, |kept, _| Ok(kept.as_hash()?.get(field).cloned()))
    }

    async fn fields(&self, key: &Key) -> Result<Vec<(String, Bytes)>, StateError> {
        self.read(key, |kept, _| Ok(kept.as_hash()?.all()))
    }

    async fn delete_field(&self, key: &Key, field: &str) -> Result<bool, StateError> {
        self.read(key, |kept, _| Ok(kept.as_hash()?.remove(field)))
    }

    async fn set_field_if_absent(
        &self,
        key: &Key,
        field: &str,
        value: Bytes,
        expires: Option<Duration>,
    ) -> Result<bool, StateError> {
        self.compare_and_set(key, field, None, Some(value), expires).await
    }

    async fn set_field_if_room(
        &self,
        key: &Key,
        field: &str,
        value: Bytes,
        expires: Option<Duration>,
        places: usize,
    ) -> Result<bool, StateError> {
        self.write(key, Value::hash(), |kept, now| {
            let hash = kept.as_hash()?;
            if hash.get(field).is_none() && hash.len() >= places {
                return Ok(false);
            }
            hash.set(field, value, expires.map(|after| now.plus(after)), self.options.max_elements)?;
            Ok(true)
        })
    }

    async fn increment(
        &self,
        key: &Key,
        field: &str,
        by: i64,
        expires: Option<Duration>,
    ) -> Result<i64, StateError> {
        self.write(key, Value::hash(), |kept, now| {
            let expires = expires.map(|after| now.plus(after));
            kept.as_hash()?.increment(field, by, expires, self.options.max_elements)
        })
    }

    async fn compare_and_set(
        &self,
        key: &Key,
        field: &str,
        expected: Option<Bytes>,
        value: Option<Bytes>,
        expires: Option<Duration>,
    ) -> Result<bool, StateError> {
        self.write(key, Value::hash(), |kept, now| {
            let hash = kept.as_hash()?;
            if hash.get(field) != expected.as_ref() {
                return Ok(false);
            }
            match value {
                Some(value) => {
                    let expires = expires.map(|after| now.plus(after));
                    hash.set(field, value, expires, self.options.max_elements)?;
                }
                None => drop(hash.remove(field)),
            }
            Ok(true)
        })
    }

    async fn set_latest(&self, held: &[Held], expires: Duration) -> Result<usize, StateError> {
        let mut set = 0;
        for Held { key, field, value } in held {
            set += self.write(key, Value::hash(), |kept, now| {
                let (value, expires) = (value.clone(), now.plus(expires));
                kept.as_hash()?.set_latest(field, value, expires, self.options.max_elements).map(usize::from)
            })?;
        }
        Ok(set)
    }

    async fn latest(&self, key: &Key) -> Result<Option<Latest>, StateError> {
        let last = self.read(key, |kept, _| Ok(kept.as_hash()?.last()))?;
        Ok(last.map(|(field, value)| Latest { field, value, is_last: true }))
    }

    fn disturbed(&self) -> watch::Receiver<Disturbance> {
        self.disturbed.subscribe()
    }

    async fn renew(&self, held: &[Held], expires: Duration) -> Result<usize, StateError> {
        let mut missing = 0;
        for Held { key, field, value } in held {
            missing += self.write(key, Value::hash(), |kept, now| {
                let hash = kept.as_hash()?;
                let missing = usize::from(hash.get(field).is_none());
                let expires = Some(now.plus(expires));
                hash.set(field, value.clone(), expires, self.options.max_elements).map(|()| missing)
            })?;
        }
        Ok(missing)
    }

    async fn forget(&self, held: &[Held]) -> Result<usize, StateError> {
        let mut forgotten = 0;
        for Held { key, field, value } in held {
            forgotten += self.read(key, |kept, _| {
                let hash = kept.as_hash()?;
                let is_held = hash.get(field) == Some(value) && hash.remove(field);
                Ok(usize::from(is_held))
            })?;
        }
        Ok(forgotten)
    }

    async fn add_member(&self, key: &Key, member: &str) -> Result<bool, StateError> {
        self.write(key, Value::set(), |kept, _| {
            let members = kept.as_set()?;
            if members.len() >= self.options.max_elements && !members.contains(member) {
                return Err(StateError::Full);
            }
            Ok(members.insert(member.to_owned()))
        })
    }

    async fn remove_member(&self, key: &Key, member: &str) -> Result<bool, StateError> {
        self.read(key, |kept, _| Ok(kept.as_set()?.remove(member)))
    }

    async fn is_member(&self, key: &Key, member: &str) -> Result<bool, StateError> {
        self.read(key, |kept, _| Ok(kept.as_set()?.contains(member)))
    }

    async fn members(&self, key: &Key) -> Result<Vec<String>, StateError> {
        self.read(key, |kept, _| Ok(kept.as_set()?.iter().cloned().collect()))
    }

    async fn push(&self, key: &Key, item: Bytes, keep: usize) -> Result<usize, StateError> {
        self.write(key, Value::list(), |kept, _| {
            let items = kept.as_list()?;
            items.push_back(item);
            let keep = keep.min(self.options.max_elements);
            items.drain(..items.len().saturating_sub(keep));
            Ok(items.len())
        })
    }

    async fn items(&self, key: &Key) -> Result<Vec<Bytes>, StateError> {
        self.read(key, |kept, _| Ok(kept.as_list()?.iter().cloned().collect()))
    }

    async fn remove_item(&self, key: &Key, item: &[u8]) -> Result<usize, StateError> {
        self.read(key, |kept, _| {
            let items = kept.as_list()?;
            let before = items.len();
            items.retain(|kept| kept != item);
            Ok(before - items.len())
        })
    }

    async fn trim(&self, key: &Key, keep: usize) -> Result<(), StateError> {
        self.read(key, |kept, _| {
            let items = kept.as_list()?;
            items.drain(..items.len().saturating_sub(keep));
            Ok(())
        })
    }

    async fn expire(&self, key: &Key, after: Duration) -> Result<bool, StateError> {
        self.shard(key, |shard, now| {
            let Some(item) = shard.items.get_mut(key.as_str()) else { return false };
            let there = item.keep(now);
            item.expire(now.plus(after));
            if !item.keep(now) {
                shard.items.remove(key.as_str());
            }
            there
        })
    }

    async fn delete(&self, key: &Key) -> Result<bool, StateError> {
        self.shard(key, |shard, now| shard.items.remove(key.as_str()).is_some_and(|mut item| item.keep(now)))
    }

    async fn take(&self, key: &Key, limit: u32, per: Duration) -> Result<Taken, StateError> {
        self.write(key, Value::window(), |kept, now| Ok(kept.as_window()?.take(now, limit, per)))
    }
}
