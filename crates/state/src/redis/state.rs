//! State in Redis: how one operation is carried out, within its time and only if Redis has been answering.

use std::future::Future;
use std::sync::{Arc, Weak};
use std::time::Duration;

use deadpool_redis::redis::{self, FromRedisValue};
use futures_util::stream::{self, StreamExt};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tokio_util::task::TaskTracker;

use super::breaker::{Breaker, Circuit, StateCounts};
use super::call::{Call, Lua};
use super::server::{Conn, Server};
use super::{RedisOptions, TimedOut};
use crate::{Disturbance, Held, Key, RedisAddress, StateError, patience};

/// How many fields one step of a script may touch: Redis does nothing else meanwhile.
const FIELDS_AT_ONCE: usize = 256;

/// How many steps are sent before the answers are waited for.
const STEPS_AT_ONCE: usize = 512;

/// The same on a cluster, where they are commands of their own.
const COMMANDS_AT_ONCE: usize = 64;

/// State in Redis 7 or later, shared by all nodes. Clones share it.
#[derive(Clone)]
pub struct RedisState(Arc<Inner>);

struct Inner {
    server: Server,
    /// One for each part of the server.
    breakers: Vec<Breaker>,
    options: RedisOptions,
    /// Those that look whether Redis is back.
    probes: TaskTracker,
    disturbed: watch::Sender<Disturbance>,
}

impl std::fmt::Debug for RedisState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Not the address: it may hold a password.
        f.debug_struct("RedisState").field("options", &self.0.options).finish_non_exhaustive()
    }
}

impl RedisState {
    /// State at an address as [`RedisAddress`] describes it. Nothing is contacted yet: [`ping`](Self::ping) tells.
    pub fn open(url: &str, options: RedisOptions) -> Result<Self, StateError> {
        let address: RedisAddress = url.parse()?;
        let server = Server::open(&address, &options)?;
        let breakers = (0..server.parts()).map(|_| Breaker::new(options.circuit_failures)).collect();
        let (probes, disturbed) = (TaskTracker::new(), watch::Sender::default());
        Ok(Self(Arc::new(Inner { server, breakers, options, probes, disturbed })))
    }

    /// Whether Redis answers, as far as that is known: an error at once while a circuit is open. Counts as an operation like any
    /// other, so that whoever only asks this learns it too.
    pub async fn ping(&self) -> Result<(), StateError> {
        for breaker in &self.0.breakers {
            drop(breaker.admit()?);
        }
        self.call::<bool>(Call::new("EXISTS", self.key(&Key::shared("ping")))).await.map(|_| ())
    }

    /// Whether commands go to Redis now; open if they don't go to some part of a cluster.
    pub fn circuit(&self) -> Circuit {
        if self.0.breakers.iter().any(Breaker::is_open) { Circuit::Open } else { Circuit::Closed }
    }

    /// What has happened so far.
    pub fn counts(&self) -> StateCounts {
        let mut counts = StateCounts::default();
        self.0.breakers.iter().for_each(|breaker| breaker.add_to(&mut counts));
        counts
    }

    pub(super) fn disturbances(&self) -> watch::Receiver<Disturbance> {
        self.0.disturbed.subscribe()
    }

    pub(super) fn key(&self, key: &Key) -> String {
        format!("{}:{key}", self.0.options.prefix)
    }

    pub(super) async fn call<T: FromRedisValue>(&self, call: Call) -> Result<T, StateError> {
        let sent = async { Ok(call.send(&mut self.0.server.connection().await?).await?) };
        self.watched(&call.key, sent).await
    }

    /// Runs a script that counts on all of these fields, in as few round trips as possible; the sum of what it counted.
    /// `first` is its first argument. What can be done is done, whatever fails besides.
    pub(super) async fn count_all(
        &self,
        script: &'static Lua,
        first: Option<i64>,
        held: &[Held],
    ) -> Result<usize, StateError> {
        let mut counts = Vec::new();
        let steps = self.steps(script, first, held);
        if self.0.server.parts() == 1 {
            for steps in steps.chunks(STEPS_AT_ONCE) {
                counts.push(self.in_one_go(script, steps).await);
            }
        } else {
            // Each goes to its node; one connection sends all of them on without waiting for the answers.
            let calls = stream::iter(steps).map(|step| self.call(step)).buffer_unordered(COMMANDS_AT_ONCE);
            counts = calls.collect().await;
        }
        counts.into_iter().sum()
    }

    async fn in_one_go(&self, script: &Lua, steps: &[Call]) -> Result<usize, StateError> {
        let Some(one) = steps.first() else { return Ok(0) };
        let mut pipe = redis::pipe();
        // Redis may have forgotten it, and a pipeline can't ask.
        pipe.add_command(script.load()).ignore();
        for step in steps {
            pipe.add_command(step.cmd().clone());
        }
        let sent = async {
            let mut conn: Conn = self.0.server.connection().await?;
            Ok(pipe.query_async::<Vec<usize>>(&mut conn).await?)
        };
        Ok(self.watched(&one.key, sent).await?.iter().sum())
    }

    /// One step for each key, several where there is too much for one.
    fn steps(&self, script: &'static Lua, first: Option<i64>, held: &[Held]) -> Vec<Call> {
        let mut by_key: Vec<&Held> = held.iter().collect();
        by_key.sort_by(|one, other| one.key.cmp(&other.key));
        let of_one_key = by_key.chunk_by(|one, other| one.key == other.key);
        let chunks = of_one_key.flat_map(|fields| fields.chunks(FIELDS_AT_ONCE));
        chunks
            .filter_map(|fields| {
                let mut step = script.on(self.key(&fields.first()?.key));
                if let Some(first) = first {
                    step = step.arg(first);
                }
                Some(fields.iter().fold(step, |step, held| step.arg(&held.field).arg(&*held.value)))
            })
            .collect()
    }

    /// Waits for an answer while Redis has been answering, and no longer than the time limit and the patience of the call.
    async fn watched<T>(
        &self,
        key: &str,
        work: impl Future<Output = Result<T, StateError>>,
    ) -> Result<T, StateError> {
        let part = self.0.server.part(key);
        let Some(breaker) = self.0.breakers.get(part) else { return Err(StateError::Full) };
        let opened = breaker.admit()?;
        let limit = self.0.options.timeout();
        let waited = tokio::select! {
            waited = patience::wait(limit, work) => waited,
            () = opened => return Err(breaker.refused()),
        };
        let result = match waited {
            Ok(result) => result,
            // So little time says nothing about Redis.
            Err(given) if given < limit / 2 => return Err(breaker.cut_short()),
            Err(_) => Err(StateError::Unavailable(Box::new(TimedOut))),
        };
        if !matches!(result, Err(StateError::Unavailable(_))) {
            breaker.answered();
            return result;
        }
        self.0.server.suspect();
        self.0.disturbed.send_replace(Disturbance::Unanswered);
        if breaker.unanswered() {
            tracing::warn!(part, "Redis does not answer; until it does, what is kept there fails at once");
            self.0.probes.spawn(probe(Arc::downgrade(&self.0), part, key.to_owned()));
        }
        result
    }
}

/// Looks every so often whether Redis is back, and closes the circuit when it is. There is one for each circuit that is open.
async fn probe(state: Weak<Inner>, part: usize, key: String) {
    let Some(every) = state.upgrade().map(|inner| inner.options.probe_every()) else { return };
    loop {
        sleep(every).await;
        let Some(inner) = state.upgrade() else { return };
        let Ok(mut scout) = inner.scout().await else { continue };
        let exists = Call::new("EXISTS", key.clone());
        let exists = async { Ok(exists.send::<bool>(&mut scout).await?) };
        if !matches!(in_time(inner.options.timeout(), exists).await, Err(StateError::Unavailable(_))) {
            inner.server.adopt(scout).await;
            inner.breakers.get(part).map(Breaker::close);
            inner.disturbed.send_replace(Disturbance::Over);
            tracing::info!(part, "Redis answers again");
            return;
        }
        inner.server.suspect();
    }
}

impl Inner {
    /// Within a time of its own on a cluster, and elsewhere within that of a command.
    async fn scout(&self) -> Result<Conn, StateError> {
        if self.server.parts() > 1 {
            return self.server.scout().await;
        }
        let scout = in_time(self.options.timeout(), self.server.scout()).await;
        if scout.is_err() {
            self.server.suspect();
        }
        scout
    }
}

async fn in_time<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, StateError>>,
) -> Result<T, StateError> {
    timeout(limit, work).await.unwrap_or_else(|_| Err(StateError::Unavailable(Box::new(TimedOut))))
}
