//! A hash whose fields expire one by one.

use std::collections::BTreeMap;

use bytes::Bytes;
use homeroom_contract::Timestamp;

use crate::StateError;

#[derive(Debug, Clone, Default)]
pub(super) struct Hash {
    fields: BTreeMap<String, Field>,
    /// No field expires before; so what has nothing to let go is not searched for it.
    soonest: Option<Timestamp>,
}

#[derive(Debug, Clone)]
struct Field {
    value: Bytes,
    expires: Option<Timestamp>,
}

impl Hash {
    pub(super) fn len(&self) -> usize {
        self.fields.len()
    }

    pub(super) fn get(&self, field: &str) -> Option<&Bytes> {
        self.fields.get(field).map(|field| &field.value)
    }

    pub(super) fn all(&self) -> Vec<(String, Bytes)> {
        self.fields.iter().map(|(name, field)| (name.clone(), field.value.clone())).collect()
    }

    pub(super) fn set(
        &mut self,
        name: &str,
        value: Bytes,
        expires: Option<Timestamp>,
        max: usize,
    ) -> Result<(), StateError> {
        if self.fields.len() >= max && !self.fields.contains_key(name) {
            return Err(StateError::Full);
        }
        self.soonest = sooner(self.soonest, expires);
        self.fields.insert(name.to_owned(), Field { value, expires });
        Ok(())
    }

    /// Leaves only this field, unless a later one is there; whether it did.
    pub(super) fn set_latest(
        &mut self,
        name: &str,
        value: Bytes,
        expires: Timestamp,
        max: usize,
    ) -> Result<bool, StateError> {
        if self.fields.last_key_value().is_some_and(|(last, _)| last.as_str() > name) {
            return Ok(false);
        }
        self.fields.clear();
        self.set(name, value, Some(expires), max).map(|()| true)
    }

    /// The last in order of names.
    pub(super) fn last(&self) -> Option<(String, Bytes)> {
        self.fields.last_key_value().map(|(name, field)| (name.clone(), field.value.clone()))
    }

    pub(super) fn remove(&mut self, field: &str) -> bool {
        self.fields.remove(field).is_some()
    }

    pub(super) fn increment(
        &mut self,
        name: &str,
        by: i64,
        expires: Option<Timestamp>,
        max: usize,
    ) -> Result<i64, StateError> {
        let (before, expires) = match self.fields.get(name) {
            Some(field) => (number(&field.value).ok_or(StateError::NotANumber)?, field.expires),
            None => (0, expires),
        };
        let sum = before.checked_add(by).ok_or(StateError::NotANumber)?;
        self.set(name, Bytes::from(sum.to_string()), expires, max)?;
        Ok(sum)
    }

    /// Lets no field live longer than that.
    pub(super) fn expire(&mut self, at: Timestamp) {
        for field in self.fields.values_mut() {
            field.expires = sooner(field.expires, Some(at));
        }
        self.soonest = sooner(self.soonest, Some(at));
    }

    pub(super) fn forget(&mut self, now: Timestamp) {
        if self.soonest.is_some_and(|soonest| soonest <= now) {
            self.fields.retain(|_, field| field.expires.is_none_or(|expires| expires > now));
            self.soonest = self.fields.values().filter_map(|field| field.expires).min();
        }
    }
}

fn sooner(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

fn number(value: &[u8]) -> Option<i64> {
    std::str::from_utf8(value).ok()?.parse().ok()
}
