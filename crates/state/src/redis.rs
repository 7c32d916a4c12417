//! State and bus in Redis (7 or later), for deployments of several nodes.
//!
//! What always holds: no operation takes longer than its time limit, whatever Redis does, and while Redis is away none waits at
//! all; and Redis may lose everything at any time without anything being lost that was promised.

mod adapter;
mod address;
mod breaker;
mod bus;
mod call;
mod channels;
mod link;
mod scripts;
mod sentinel;
mod server;
mod slot;
mod state;
mod tally;
mod wire;

use std::time::Duration;

use deadpool_redis::redis::{ErrorKind, RedisError, ServerErrorKind};
use serde::{Deserialize, Serialize};

use crate::StateError;

pub use address::{AddressError, RedisAddress};
pub use breaker::{Circuit, StateCounts};
pub use bus::RedisBus;
pub use state::RedisState;
pub use tally::BusCounts;

use call::Call;

/// How Redis is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RedisOptions {
    /// What every key and channel begins with, so that several deployments can share a server.
    pub prefix: String,
    /// The most connections for commands; the bus has one of its own.
    pub pool_size: usize,
    /// The longest that one operation may take, waiting for a connection included, in milliseconds.
    pub timeout_ms: u64,
    /// After so many operations in a row that Redis did not answer, all fail at once until it does.
    pub circuit_failures: u32,
    /// How often it is looked whether Redis is back, in milliseconds.
    pub circuit_probe_ms: u64,
    /// How many messages may wait to be published. Half of it is kept free of ephemeral ones.
    pub queue: usize,
}

impl Default for RedisOptions {
    fn default() -> Self {
        Self {
            prefix: "homeroom".to_owned(),
            pool_size: 8,
            timeout_ms: 250,
            circuit_failures: 5,
            circuit_probe_ms: 500,
            queue: 8_192,
        }
    }
}

impl RedisOptions {
    fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms)
    }

    fn probe_every(&self) -> Duration {
        Duration::from_millis(self.circuit_probe_ms)
    }
}

/// No answer within the time allowed.
#[derive(Debug, thiserror::Error)]
#[error("Redis did not answer in time")]
struct TimedOut;

impl From<RedisError> for StateError {
    fn from(error: RedisError) -> Self {
        // An error inside a script is wrapped, so its text is looked at.
        let text = error.to_string();
        if text.contains("WRONGTYPE") {
            Self::WrongKind
        } else if text.contains("OOM command not allowed") {
            Self::Full
        } else if is_away(&error) {
            Self::Unavailable(Box::new(error))
        } else {
            Self::Other(Box::new(error))
        }
    }
}

impl From<AddressError> for StateError {
    fn from(error: AddressError) -> Self {
        Self::Other(Box::new(error))
    }
}

/// Whether it says that nobody is there who could do it, rather than that it can't be done.
fn is_away(error: &RedisError) -> bool {
    use ServerErrorKind::{BusyLoading, ClusterDown, MasterDown, ReadOnly, TryAgain};
    match error.kind() {
        ErrorKind::Server(BusyLoading | ClusterDown | MasterDown | ReadOnly | TryAgain)
        | ErrorKind::ClusterConnectionNotFound => true,
        _ => error.is_io_error() || error.is_connection_dropped() || error.is_timeout(),
    }
}
