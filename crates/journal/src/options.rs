//! What an operator may set. Every field has a default that holds for a school district on ordinary machines.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How the database is used. Durations are in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseOptions {
    /// The most connections to PostgreSQL for commands and what else may take its time or wait for a lock.
    pub pool_size: u32,
    /// The most connections to PostgreSQL for what only has a short look: rights, the heads of streams, what has changed. Beside
    /// the others, so that they are to be had when all commands wait for one lock.
    pub lookup_pool_size: u32,
    /// The most reading connections to SQLite; there is always exactly one that writes, and nobody who reads waits for it.
    pub readers: u32,
    /// The longest wait for a connection and its BEGIN. Short, so that a database that is away is answered with
    /// `UNAVAILABLE` rather than with silence.
    pub acquire_timeout_ms: u64,
    /// The longest that one statement may take, waiting for locks included.
    pub statement_timeout_ms: u64,
    /// The longest wait for the answer to COMMIT. After it nobody knows: `OUTCOME_UNKNOWN`.
    pub commit_timeout_ms: u64,
    /// How long PostgreSQL keeps a transaction that has fallen silent, as when its gateway's machine has lost power. Its
    /// locks would stop a whole stream.
    pub idle_in_transaction_ms: u64,
}

impl Default for DatabaseOptions {
    fn default() -> Self {
        Self {
            pool_size: 16,
            lookup_pool_size: 8,
            readers: 4,
            acquire_timeout_ms: 2_000,
            statement_timeout_ms: 5_000,
            commit_timeout_ms: 5_000,
            idle_in_transaction_ms: 10_000,
        }
    }
}

impl DatabaseOptions {
    pub(crate) fn acquire_timeout(&self) -> Duration {
        Duration::from_millis(self.acquire_timeout_ms)
    }

    pub(crate) fn commit_timeout(&self) -> Duration {
        Duration::from_millis(self.commit_timeout_ms)
    }

    /// A little longer than what the server allows, so that a live server's own answer comes first.
    pub(crate) fn statement_timeout(&self) -> Duration {
        Duration::from_millis(self.statement_timeout_ms.saturating_add(500))
    }
}

/// How the journal keeps what it keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JournalOptions {
    /// How long the reply to a command with a `clientId` is kept, in hours.
    pub reply_hours: u64,
}

impl Default for JournalOptions {
    fn default() -> Self {
        Self { reply_hours: 24 }
    }
}

impl JournalOptions {
    pub(crate) fn reply_lifetime(&self) -> Duration {
        Duration::from_secs(self.reply_hours.saturating_mul(3600))
    }
}

/// How streams are followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FollowerOptions {
    /// How long to wait for an entry that others have overtaken before reading it from the journal, in milliseconds.
    pub patience_ms: u64,
    /// How often the heads of all followed streams are compared, in milliseconds: the longest that an entry stays unseen
    /// whose node died right after COMMIT.
    pub sweep_ms: u64,
    /// How many entries that came too early are held per stream; what is beyond is read from the journal.
    pub held: usize,
    /// How many entries are read from the journal at a time.
    pub batch: u32,
    /// How many bytes of a stream's last entries are kept in memory, for those who come back after a moment.
    pub tail_bytes: usize,
    /// How many bytes of a stream's older entries are kept in memory, once they have been read for somebody who came back:
    /// then nobody else has to read them, nor what happens meanwhile.
    pub past_bytes: usize,
    /// How long they are kept after the last one has asked for them, in milliseconds.
    pub past_ms: u64,
}

impl Default for FollowerOptions {
    fn default() -> Self {
        Self {
            patience_ms: 50,
            sweep_ms: 1_000,
            held: 256,
            batch: 256,
            tail_bytes: 131_072,
            past_bytes: 8 << 20,
            past_ms: 30_000,
        }
    }
}
