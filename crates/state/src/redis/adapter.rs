//! State in Redis.

use std::future::Future;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use deadpool_redis::redis::{self, Cmd, FromRedisValue, Script, ScriptInvocation};
use deadpool_redis::{Config, Connection, Pool, PoolConfig, PoolError, Runtime};
use tokio::time::timeout;

use super::{RedisOptions, TimedOut, scripts};
use crate::{Held, Key, StateAdapter, StateError, Taken};

/// How many fields one step of a script may touch: Redis does nothing else meanwhile.
const FIELDS_AT_ONCE: usize = 256;

/// How many steps are sent before the answers are waited for.
const STEPS_AT_ONCE: usize = 512;

/// State in Redis 7 or later, shared by all nodes.
#[derive(Clone)]
pub struct RedisState {
    pool: Pool,
    options: RedisOptions,
}

impl std::fmt::Debug for RedisState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Not the address: it may hold a password.
        f.debug_struct("RedisState").field("options", &self.options).finish_non_exhaustive()
    }
}

impl RedisState {
    /// State at `redis://…` or `rediss://…`. Nothing is contacted yet: [`ping`](Self::ping) tells.
    pub fn open(url: &str, options: RedisOptions) -> Result<Self, StateError> {
        let mut config = Config::from_url(url);
        config.pool = Some(PoolConfig::new(options.pool_size));
        let pool =
            config.create_pool(Some(Runtime::Tokio1)).map_err(|error| StateError::Other(Box::new(error)))?;
        Ok(Self { pool, options })
    }

    /// Whether Redis answers.
    pub async fn ping(&self) -> Result<(), StateError> {
        self.command(&redis::cmd("PING")).await
    }

    fn key(&self, key: &Key) -> String {
        format!("{}:{key}", self.options.prefix)
    }

    async fn command<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, StateError> {
        self.within(async {
            let mut conn = self.connection().await?;
            Ok(command.query_async(&mut conn).await?)
        })
        .await
    }

    async fn script<T: FromRedisValue>(&self, script: &ScriptInvocation<'_>) -> Result<T, StateError> {
        self.within(async {
            let mut conn = self.connection().await?;
            Ok(script.invoke_async(&mut conn).await?)
        })
        .await
    }

    /// Runs a script that counts on all of these fields, as few round trips as possible; the sum of what it counted.
    async fn count_all(
        &self,
        script: &Script,
        first: Option<i64>,
        held: &[Held],
    ) -> Result<usize, StateError> {
        let steps = self.steps(script, first, held);
        let mut sum = 0;
        for steps in steps.chunks(STEPS_AT_ONCE) {
            let mut pipe = redis::pipe();
            // Redis may have forgotten it, and a pipeline can't ask.
            pipe.load_script(script).ignore();
            for step in steps {
                pipe.invoke_script(step);
            }
            let counts: Vec<usize> = self
                .within(async {
                    let mut conn = self.connection().await?;
                    Ok(pipe.query_async(&mut conn).await?)
                })
                .await?;
            sum += counts.iter().sum::<usize>();
        }
        Ok(sum)
    }

    /// One step for each key, several where there is too much for one.
    fn steps<'a>(&self, script: &'a Script, first: Option<i64>, held: &[Held]) -> Vec<ScriptInvocation<'a>> {
        let mut by_key: Vec<&Held> = held.iter().collect();
        by_key.sort_by(|one, other| one.key.cmp(&other.key));
        let of_one_key = by_key.chunk_by(|one, other| one.key == other.key);
        of_one_key
            .flat_map(|fields| fields.chunks(FIELDS_AT_ONCE))
            .filter_map(|fields| {
                let mut step = script.key(self.key(&fields.first()?.key));
                if let Some(first) = first {
                    step.arg(first);
                }
                for Held { field, value, .. } in fields {
                    step.arg(field).arg(&**value);
                }
                Some(step)
            })
            .collect()
    }

    async fn connection(&self) -> Result<Connection, StateError> {
        self.pool.get().await.map_err(|error| match error {
            PoolError::Backend(error) => StateError::from(error),
            error => StateError::Unavailable(Box::new(error)),
        })
    }

    async fn within<T>(&self, work: impl Future<Output = Result<T, StateError>>) -> Result<T, StateError> {
        match timeout(self.options.timeout(), work).await {
            Ok(result) => result,
            Err(_) => Err(StateError::Unavailable(Box::new(TimedOut))),
        }
    }
}

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
        let mut set = scripts::SET.key(self.key(key));
        self.script(set.arg(field).arg(&*value).arg(after(expires))).await
    }

    async fn field(&self, key: &Key, field: &str) -> Result<Option<Bytes>, StateError> {
        let value: Option<Vec<u8>> = self.script(scripts::GET.key(self.key(key)).arg(field)).await?;
        Ok(value.map(Bytes::from))
    }

    async fn fields(&self, key: &Key) -> Result<Vec<(String, Bytes)>, StateError> {
        let fields: Vec<(String, Vec<u8>)> = self.script(&scripts::ALL.key(self.key(key))).await?;
        let mut fields: Vec<_> = fields.into_iter().map(|(name, value)| (name, Bytes::from(value))).collect();
        fields.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        Ok(fields)
    }

    async fn delete_field(&self, key: &Key, field: &str) -> Result<bool, StateError> {
        self.script(scripts::REMOVE.key(self.key(key)).arg(field)).await
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
        let mut set = scripts::SET_IF_ROOM.key(self.key(key));
        self.script(set.arg(field).arg(&*value).arg(after(expires)).arg(places)).await
    }

    async fn increment(
        &self,
        key: &Key,
        field: &str,
        by: i64,
        expires: Option<Duration>,
    ) -> Result<i64, StateError> {
        let mut increment = scripts::INCREMENT.key(self.key(key));
        let sum: Option<i64> = self.script(increment.arg(field).arg(by).arg(after(expires))).await?;
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
        let mut compare = scripts::COMPARE_AND_SET.key(self.key(key));
        compare.arg(field);
        for optional in [&expected, &value] {
            compare.arg(u8::from(optional.is_some())).arg(optional.as_deref().unwrap_or_default());
        }
        self.script(compare.arg(after(expires))).await
    }

    async fn renew(&self, held: &[Held], expires: Duration) -> Result<usize, StateError> {
        self.count_all(&scripts::RENEW, Some(after(Some(expires))), held).await
    }

    async fn forget(&self, held: &[Held]) -> Result<usize, StateError> {
        self.count_all(&scripts::FORGET, None, held).await
    }

    async fn add_member(&self, key: &Key, member: &str) -> Result<bool, StateError> {
        self.command(redis::cmd("SADD").arg(self.key(key)).arg(member)).await
    }

    async fn remove_member(&self, key: &Key, member: &str) -> Result<bool, StateError> {
        self.command(redis::cmd("SREM").arg(self.key(key)).arg(member)).await
    }

    async fn is_member(&self, key: &Key, member: &str) -> Result<bool, StateError> {
        self.command(redis::cmd("SISMEMBER").arg(self.key(key)).arg(member)).await
    }

    async fn members(&self, key: &Key) -> Result<Vec<String>, StateError> {
        let mut members: Vec<String> = self.command(redis::cmd("SMEMBERS").arg(self.key(key))).await?;
        members.sort_unstable();
        Ok(members)
    }

    async fn push(&self, key: &Key, item: Bytes, keep: usize) -> Result<usize, StateError> {
        self.script(scripts::PUSH.key(self.key(key)).arg(&*item).arg(keep)).await
    }

    async fn items(&self, key: &Key) -> Result<Vec<Bytes>, StateError> {
        let items: Vec<Vec<u8>> =
            self.command(redis::cmd("LRANGE").arg(self.key(key)).arg(0).arg(-1)).await?;
        Ok(items.into_iter().map(Bytes::from).collect())
    }

    async fn remove_item(&self, key: &Key, item: &[u8]) -> Result<usize, StateError> {
        self.command(redis::cmd("LREM").arg(self.key(key)).arg(0).arg(item)).await
    }

    async fn trim(&self, key: &Key, keep: usize) -> Result<(), StateError> {
        self.script(scripts::TRIM.key(self.key(key)).arg(keep)).await
    }

    async fn expire(&self, key: &Key, within: Duration) -> Result<bool, StateError> {
        self.script(scripts::EXPIRE.key(self.key(key)).arg(after(Some(within)))).await
    }

    async fn delete(&self, key: &Key) -> Result<bool, StateError> {
        self.script(&scripts::DELETE.key(self.key(key))).await
    }

    async fn take(&self, key: &Key, limit: u32, per: Duration) -> Result<Taken, StateError> {
        let mut take = scripts::TAKE.key(self.key(key));
        let wait: i64 = self.script(take.arg(limit).arg(after(Some(per)))).await?;
        Ok(u64::try_from(wait)
            .map_or(Taken::Yes, |wait| Taken::No { retry_after: Duration::from_millis(wait) }))
    }
}
