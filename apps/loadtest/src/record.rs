//! Where everyone writes down what happens.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use homeroom_contract::{ClassId, LineItemId, OrgId};
use serde_json::Value;
use tokio::time::Instant;

use crate::history::{Acked, Entry, Got, History, Listener};
use crate::tally::{Phase, Tally};

/// Written by everyone at once.
pub(crate) struct Record {
    began: Instant,
    phase: Mutex<Phase>,
    tally: Mutex<Tally>,
    told: Mutex<Told>,
}

#[derive(Default)]
struct Told {
    entries: HashMap<u64, Entry>,
    contradictions: Vec<u64>,
    acked: Vec<Acked>,
    unsettled: HashSet<LineItemId>,
}

impl Record {
    pub(crate) fn new() -> Self {
        let (phase, tally, told) = (Mutex::new(Phase::Arriving), Mutex::default(), Mutex::default());
        Self { began: Instant::now(), phase, tally, told }
    }

    /// Microseconds since the day began.
    pub(crate) fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    pub(crate) fn phase(&self) -> Phase {
        *lock(&self.phase)
    }

    pub(crate) fn begin(&self, phase: Phase) {
        *lock(&self.phase) = phase;
    }

    pub(crate) fn tally(&self) -> MutexGuard<'_, Tally> {
        lock(&self.tally)
    }

    /// An event came: how it is to be kept by who received it; `None` if it has no number.
    pub(crate) fn received(&self, name: &str, data: &Value) -> Option<Got> {
        let seq = data.get("seq").and_then(Value::as_u64);
        let (Some(seq), Some(entry)) = (seq, Entry::read(name, data)) else {
            self.tally().ephemeral += 1;
            return None;
        };
        let mut told = lock(&self.told);
        let known = told.entries.entry(seq).or_insert_with(|| entry.clone());
        if *known != entry {
            told.contradictions.push(seq);
        }
        Some(Got { seq, at: self.now(), for_staff: data.get("previousScore").is_some() })
    }

    /// Changes were acknowledged.
    pub(crate) fn acknowledged(&self, changes: impl IntoIterator<Item = Acked>) {
        lock(&self.told).acked.extend(changes);
    }

    /// Nobody knows what became of the last command about it.
    pub(crate) fn unsettled(&self, item: &LineItemId) {
        lock(&self.told).unsettled.insert(item.clone());
    }

    pub(crate) fn grades(&self, count: usize) {
        *self.tally().grades.entry(self.phase()).or_default() += count as u64;
    }

    /// Notes how a try to connect went.
    pub(crate) fn connected(&self, took: Duration, outcome: Result<(), &homeroom_client::Error>) {
        self.tally().connects.note(took, outcome);
    }

    /// Everything so far, with what these people received.
    pub(crate) fn history(&self, listeners: Vec<Listener>, schools: HashMap<ClassId, OrgId>) -> History {
        let told = lock(&self.told);
        History {
            listeners,
            entries: told.entries.clone(),
            contradictions: told.contradictions.clone(),
            acked: told.acked.clone(),
            unsettled: told.unsettled.clone(),
            schools,
        }
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
