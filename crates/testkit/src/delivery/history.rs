//! What is known after a run.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// All that is known after a run about one stream.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// The stream's head.
    pub head: u64,
    /// Its entries, by number.
    pub entries: Vec<Written>,
    /// The stored replies, by `clientId`, as JSON text.
    pub replies: BTreeMap<String, String>,
    /// How the cells stand.
    pub cells: BTreeMap<String, Cell>,
    /// What was sent, for each writer in the order in which it was.
    pub commands: Vec<Sent>,
    /// Who listened.
    pub subscribers: Vec<Heard>,
}

/// An entry of the journal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// Its number.
    pub seq: u64,
    /// The `clientId` of the command, which the writer has put into the payload too; none for what was there before the run.
    pub mark: Option<String>,
    /// The cell that it tells to have been set, if it does.
    pub sets: Option<String>,
    /// The people who may, and have to, hear of it: known from how they were made, not from the deliveries.
    pub audience: BTreeSet<String>,
}

/// A cell of the gradebook.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cell {
    /// How often it was set.
    pub version: u64,
    /// The mark of the command that set it last.
    pub mark: Option<String>,
}

/// A command, and every answer to it.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Who sent it: one who waits for each answer before the next command.
    pub writer: String,
    /// Its `clientId`.
    pub client_id: String,
    /// Each time it was sent, and what came of it.
    pub attempts: Vec<(Attempt, Duration)>,
}

/// What came of sending a command once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// It was acknowledged, with this reply as JSON text.
    Acked(String),
    /// The gateway said that nothing took effect, with this code.
    Refused(String),
    /// Nobody knows: `OUTCOME_UNKNOWN`, or no answer at all.
    Unknown(String),
}

/// Somebody who listened.
#[derive(Debug, Clone, Default)]
pub struct Heard {
    /// For messages.
    pub name: String,
    /// Which person it is.
    pub user: String,
    /// The position at which it joined: it is due what comes after it. None if it never got in.
    pub from: Option<u64>,
    /// Whether it is connected in the end, so that nothing may be missing.
    pub stays: bool,
    /// What it received, connection by connection.
    pub epochs: Vec<Epoch>,
}

/// What came over one connection, or several of which each took up the one before.
#[derive(Debug, Clone, Default)]
pub struct Epoch {
    /// Events, as they came.
    pub live: Vec<Got>,
    /// The answers to each `sync:since`.
    pub read: Vec<Vec<Got>>,
}

/// A durable event that was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Got {
    /// Its number.
    pub seq: u64,
    /// The mark in its payload.
    pub mark: Option<String>,
}

impl Sent {
    /// The replies with which it was acknowledged.
    pub fn replies(&self) -> impl Iterator<Item = &str> {
        self.attempts.iter().filter_map(|(attempt, _)| match attempt {
            Attempt::Acked(reply) => Some(reply.as_str()),
            Attempt::Refused(_) | Attempt::Unknown(_) => None,
        })
    }

    /// Whether it may have taken effect without anybody having been told.
    pub fn is_unsettled(&self) -> bool {
        let unknown = |(attempt, _): &(Attempt, Duration)| matches!(attempt, Attempt::Unknown(_));
        self.replies().next().is_none() && self.attempts.iter().any(unknown)
    }
}
