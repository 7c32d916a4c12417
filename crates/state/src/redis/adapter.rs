//! Every operation as a command or a script on Redis.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use tokio::sync::watch;

use super::state::RedisState;
use super::{Call, scripts};
use crate::{Disturbance, Held, Key, Latest, StateAdapter, StateError, Taken};

/// Milliseconds; -1 for never, and a century for what is beyond it, which Redis could not count.
fn after(expires: Option<Duration>) -> i64 {
    const CENTURY: i64 = 100 * 365 * 24 * 3600 * 1000;
    expires.map_or(-1, |expires| i64::try_from(expires.as_millis()).unwrap_or(CENTURY).min(CENTURY))
}

#[async_trait]
impl StateAdapter for RedisState {
    async fn set_field(
        &self,
        key: &Key,
        field: &str,
        value: Bytes,
        expires: Option<Duration>,
    ) -> Result<(), StateError> {
        let set = scripts::SET.on(self.key(key));
        self.call(set.arg(field).arg(&*value).arg(after(expires))).await
    }

    async fn field(&self, key: &Key, field: &str) -> Result<Option<Bytes>, StateError> {
        let value: Option<Vec<u8>> = self.call(scripts::GET.on(self.key(key)).arg(field)).await?;
        Ok(value.map(Bytes::from))
    }

    async fn fields(&self, key: &Key) -> Result<Vec<(String, Bytes)>, StateError> {
        let fields: Vec<(String, Vec<u8>)> = self.call(scripts::ALL.on(self.key(key))).await?;
        let mut fields: Vec<_> = fields.into_iter().map(|(name, value)| (name, Bytes::from(value))).collect();
        fields.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        Ok(fields)
    }

    async fn delete_field(&self, key: &Key, field: &str) -> Result<bool, StateError> {
        self.call(scripts::REMOVE.on(self.key(key)).arg(field)).await
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
        let set = scripts::SET_IF_ROOM.on(self.key(key));
        self.call(set.arg(field).arg(&*value).arg(after(expires)).arg(places)).await
    }

    async fn increment(
        &self,
        key: &Key,
        field: &str,
        by: i64,
        expires: Option<Duration>,
    ) -> Result<i64, StateError> {
        let increment = scripts::INCREMENT.on(self.key(key));
        let sum: Option<i64> = self.call(increment.arg(field).arg(by).arg(after(expires))).await?;
        sum.ok_or(StateError::NotANumber)
    }

    async fn compare_and_set(
        &self,
        key: &Key,
        field: &str,
        expected: Option<Bytes>,
        value: Option<Bytes>,
        expires: Option<Duration>,
    ) -> Result<bool, StateError> {
        let mut compare = scripts::COMPARE_AND_SET.on(self.key(key)).arg(field);
        for optional in [&expected, &value] {
            compare = compare.arg(u8::from(optional.is_some())).arg(optional.as_deref().unwrap_or_default());
        }
        self.call(compare.arg(after(expires))).await
    }

    async fn set_latest(&self, held: &[Held], expires: Duration) -> Result<usize, StateError> {
        self.count_all(&scripts::SET_LATEST, Some(after(Some(expires))), held).await
    }

    async fn latest(&self, key: &Key) -> Result<Option<Latest>, StateError> {
        let found: Option<(String, Vec<u8>, bool)> = self.call(scripts::LATEST.on(self.key(key))).await?;
        Ok(found.map(|(field, value, is_last)| Latest { field, value: value.into(), is_last }))
    }

    fn disturbed(&self) -> watch::Receiver<Disturbance> {
        self.disturbances()
    }

    async fn renew(&self, held: &[Held], expires: Duration) -> Result<usize, StateError> {
        self.count_all(&scripts::RENEW, Some(after(Some(expires))), held).await
    }

    async fn forget(&self, held: &[Held]) -> Result<usize, StateError> {
        self.count_all(&scripts::FORGET, None, held).await
    }

    async fn add_member(&self, key: &Key, member: &str) -> Result<bool, StateError> {
        self.call(Call::new("SADD", self.key(key)).arg(member)).await
    }

    async fn remove_member(&self, key: &Key, member: &str) -> Result<bool, StateError> {
        self.call(Call::new("SREM", self.key(key)).arg(member)).await
    }

    async fn is_member(&self, key: &Key, member: &str) -> Result<bool, StateError> {
        self.call(Call::new("SISMEMBER", self.key(key)).arg(member)).await
    }

    async fn members(&self, key: &Key) -> Result<Vec<String>, StateError> {
        let mut members: Vec<String> = self.call(Call::new("SMEMBERS", self.key(key))).await?;
        members.sort_unstable();
        Ok(members)
    }

    async fn push(&self, key: &Key, item: Bytes, keep: usize) -> Result<usize, StateError> {
        self.call(scripts::PUSH.on(self.key(key)).arg(&*item).arg(keep)).await
    }

    async fn items(&self, key: &Key) -> Result<Vec<Bytes>, StateError> {
        let items: Vec<Vec<u8>> = self.call(Call::new("LRANGE", self.key(key)).arg(0).arg(-1)).await?;
        Ok(items.into_iter().map(Bytes::from).collect())
    }

    async fn remove_item(&self, key: &Key, item: &[u8]) -> Result<usize, StateError> {
        self.call(Call::new("LREM", self.key(key)).arg(0).arg(item)).await
    }

    async fn trim(&self, key: &Key, keep: usize) -> Result<(), StateError> {
        self.call(scripts::TRIM.on(self.key(key)).arg(keep)).await
    }

    async fn expire(&self, key: &Key, within: Duration) -> Result<bool, StateError> {
        self.call(scripts::EXPIRE.on(self.key(key)).arg(after(Some(within)))).await
    }

    async fn delete(&self, key: &Key) -> Result<bool, StateError> {
        self.call(scripts::DELETE.on(self.key(key))).await
    }

    async fn take(&self, key: &Key, limit: u32, per: Duration) -> Result<Taken, StateError> {
        let take = scripts::TAKE.on(self.key(key));
        let wait: i64 = self.call(take.arg(limit).arg(after(Some(per)))).await?;
        Ok(u64::try_from(wait)
            .map_or(Taken::Yes, |wait| Taken::No { retry_after: Duration::from_millis(wait) }))
    }
}
