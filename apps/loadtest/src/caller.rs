//! Somebody's way to send commands: each is measured, and repeated under its `clientId` until it is known what became of it.

use std::sync::Arc;
use std::time::Duration;

use homeroom_client::{Error, Socket};
use homeroom_contract::Code;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, timeout};

use crate::record::Record;

/// How long a command is repeated before it is given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// Before it is repeated, if the gateway doesn't say when.
const PAUSE: Duration = Duration::from_millis(250);

/// What became of a command.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// Acknowledged, with this.
    Done(Value),
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
    /// Sends a request once.
    pub(crate) async fn ask(&self, name: &'static str, payload: &Value) -> Result<Value, Error> {
        let phase = self.record.phase();
        let began = Instant::now();
        let answer = self.socket.request(name, payload).await;
        let outcome = answer.as_ref().map(drop);
        self.record.tally().commands.entry((phase, name)).or_default().note(began.elapsed(), outcome);
        answer
    }

    /// Sends a request until there is an answer that stands: what became of it, and since when it may have happened.
    pub(crate) async fn insist(&self, name: &'static str, payload: &Value) -> (u64, Outcome) {
        let began = Instant::now();
        let mut sent = self.record.now();
        let mut may_have_happened = false;
        while began.elapsed() < PATIENCE {
            if !may_have_happened {
                sent = self.record.now();
            }
            let error = match self.ask(name, payload).await {
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

    /// Sends what nobody waits for.
    pub(crate) async fn signal(&self, name: &'static str, payload: &Value) {
        drop(self.ask(name, payload).await);
    }
}

fn pause(error: &Error) -> Duration {
    match error {
        Error::Failed(failure) => failure.retry_after.unwrap_or(PAUSE),
        _ => PAUSE,
    }
}

/// Puts an idempotency key into a command.
pub(crate) fn under(key: &str, mut command: Value) -> Value {
    if let Value::Object(fields) = &mut command {
        fields.insert("clientId".to_owned(), json!(key));
    }
    command
}
