//! Somebody's way to send requests: each is measured, and those that count are repeated until it is known what became of them,
//! commands under their `clientId`.

use std::sync::Arc;
use std::time::Duration;

use homeroom_client::{Error, JoinReply, Socket};
use homeroom_contract::{ClientId, Code, Command, Join, Signal};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep, timeout};

use crate::record::Record;

/// How long a request is repeated before it is given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// Before it is repeated, if the gateway doesn't say when.
const PAUSE: Duration = Duration::from_millis(250);

/// What became of a request.
#[derive(Debug)]
pub(crate) enum Outcome<T> {
    /// Acknowledged, with this.
    Done(T),
    /// It changed nothing.
    Refused,
    /// Nobody knows.
    Unknown,
}

/// A socket, and where to write down how long its answers took.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) socket: Socket,
    pub(crate) record: Arc<Record>,
}

impl Caller {
    /// Sends a command: what became of it, and since when it may have happened.
    pub(crate) async fn command<R>(&self, id: &ClientId, command: &R) -> (u64, Outcome<R::Reply>)
    where
        R: Command + Serialize + Sync,
        R::Reply: DeserializeOwned,
    {
        self.insist(R::NAME, || self.socket.command_once(id, command)).await
    }

    /// Joins.
    pub(crate) async fn join<R>(&self, join: &R) -> Outcome<JoinReply<R::Data>>
    where
        R: Join + Serialize + Sync,
        R::Data: DeserializeOwned,
    {
        self.insist(R::NAME, || self.socket.join(join)).await.1
    }

    /// Sends, once, what nobody waits for.
    pub(crate) async fn signal<R: Signal + Serialize + Sync>(&self, signal: &R) {
        drop(self.once(R::NAME, self.socket.signal(signal)).await);
    }

    async fn once<T>(
        &self,
        name: &'static str,
        answer: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let phase = self.record.phase();
        let began = Instant::now();
        let answer = answer.await;
        let outcome = answer.as_ref().map(drop);
        self.record.tally().commands.entry((phase, name)).or_default().note(began.elapsed(), outcome);
        answer
    }

    /// Sends until there is an answer that stands: what became of it, and since when it may have happened.
    async fn insist<T, A>(&self, name: &'static str, ask: impl Fn() -> A) -> (u64, Outcome<T>)
    where
        A: Future<Output = Result<T, Error>>,
    {
        let began = Instant::now();
        let mut sent = self.record.now();
        let mut may_have_happened = false;
        while began.elapsed() < PATIENCE {
            if !may_have_happened {
                sent = self.record.now();
            }
            let error = match self.once(name, ask()).await {
                Ok(data) => return (sent, Outcome::Done(data)),
                Err(error) => error,
            };
            match error.code() {
                Some(Code::Busy | Code::Unavailable | Code::RateLimitExceeded) => sleep(pause(&error)).await,
                Some(Code::OutcomeUnknown) => {
                    may_have_happened = true;
                    sleep(PAUSE).await;
                }
                Some(_) if may_have_happened => return (sent, Outcome::Unknown),
                Some(_) => return (sent, Outcome::Refused),
                // It was answered, and will be answered the same.
                None if matches!(error, Error::Shape(_)) => return (sent, Outcome::Unknown),
                None => {
                    may_have_happened = true;
                    let back =
                        timeout(PATIENCE.saturating_sub(began.elapsed()), self.socket.connected()).await;
                    if !matches!(back, Ok(Ok(_))) {
                        return (sent, Outcome::Unknown);
                    }
                }
            }
        }
        (sent, if may_have_happened { Outcome::Unknown } else { Outcome::Refused })
    }
}

fn pause(error: &Error) -> Duration {
    match error {
        Error::Failed(failure) => failure.retry_after.unwrap_or(PAUSE),
        _ => PAUSE,
    }
}
