//! What is kept under one key.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use bytes::Bytes;
use homeroom_contract::Timestamp;

use super::hash::Hash;
use crate::{StateError, Taken};

#[derive(Debug)]
pub(super) struct Item {
    pub(super) value: Value,
    /// For all kinds but the hash, whose fields have their own.
    expires: Option<Timestamp>,
}

#[derive(Debug, Clone)]
pub(super) enum Value {
    Hash(Hash),
    Set(BTreeSet<String>),
    List(VecDeque<Bytes>),
    Window(Window),
}

/// When each place was taken, the oldest first; each holds for `per`.
#[derive(Debug, Clone, Default)]
pub(super) struct Window {
    taken: VecDeque<Timestamp>,
    per: Duration,
}

impl Item {
    pub(super) fn new(value: Value) -> Self {
        Self { value, expires: None }
    }

    /// Lets go of what has expired.
    pub(super) fn forget(&mut self, now: Timestamp) {
        match &mut self.value {
            _ if self.expires.is_some_and(|expires| expires <= now) => {
                self.value = Value::Set(BTreeSet::new());
                self.expires = None;
            }
            Value::Hash(hash) => hash.forget(now),
            Value::Window(window) => window.forget(now),
            Value::Set(_) | Value::List(_) => {}
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        match &self.value {
            Value::Hash(hash) => hash.len() == 0,
            Value::Set(members) => members.is_empty(),
            Value::List(items) => items.is_empty(),
            Value::Window(window) => window.taken.is_empty(),
        }
    }

    /// Whether there is anything left.
    pub(super) fn keep(&mut self, now: Timestamp) -> bool {
        self.forget(now);
        !self.is_empty()
    }

    pub(super) fn expire(&mut self, at: Timestamp) {
        match &mut self.value {
            Value::Hash(hash) => hash.expire(at),
            Value::Set(_) | Value::List(_) | Value::Window(_) => self.expires = Some(at),
        }
    }
}

impl Value {
    pub(super) fn hash() -> Self {
        Self::Hash(Hash::default())
    }

    pub(super) fn set() -> Self {
        Self::Set(BTreeSet::new())
    }

    pub(super) fn list() -> Self {
        Self::List(VecDeque::new())
    }

    pub(super) fn window() -> Self {
        Self::Window(Window::default())
    }

    pub(super) fn as_hash(&mut self) -> Result<&mut Hash, StateError> {
        if let Self::Hash(hash) = self { Ok(hash) } else { Err(StateError::WrongKind) }
    }

    pub(super) fn as_set(&mut self) -> Result<&mut BTreeSet<String>, StateError> {
        if let Self::Set(members) = self { Ok(members) } else { Err(StateError::WrongKind) }
    }

    pub(super) fn as_list(&mut self) -> Result<&mut VecDeque<Bytes>, StateError> {
        if let Self::List(items) = self { Ok(items) } else { Err(StateError::WrongKind) }
    }

    pub(super) fn as_window(&mut self) -> Result<&mut Window, StateError> {
        if let Self::Window(window) = self { Ok(window) } else { Err(StateError::WrongKind) }
    }
}

impl Window {
    fn forget(&mut self, now: Timestamp) {
        while self.taken.front().is_some_and(|taken| taken.plus(self.per) <= now) {
            self.taken.pop_front();
        }
    }

    pub(super) fn take(&mut self, now: Timestamp, limit: u32, per: Duration) -> Taken {
        self.per = per;
        self.forget(now);
        if self.taken.len() < usize::try_from(limit).unwrap_or(usize::MAX) {
            self.taken.push_back(now);
            return Taken::Yes;
        }
        let free = self.taken.front().map_or(per, |taken| taken.plus(per).since(now));
        Taken::No { retry_after: free }
    }
}
