//! Absences in a row.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::Status;

/// What one student's days in one class were: those with a record, by date.
pub type Days = BTreeMap<NaiveDate, Status>;

/// What an excused day is among absences in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExcusedDays {
    /// As if it weren't there: neither counts nor interrupts.
    #[default]
    Skip,
    /// Counts as an absence.
    Count,
    /// Interrupts.
    Interrupt,
}

/// Absences in a row, no other record between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    /// The first of them.
    pub(super) first: NaiveDate,
    /// The last of them.
    pub(super) last: NaiveDate,
    /// How many.
    pub(super) count: u32,
}

impl Run {
    /// Whether some of it lies within these days, both inclusive.
    pub(super) fn touches(&self, since: NaiveDate, until: NaiveDate) -> bool {
        self.first <= until && since <= self.last
    }
}

/// All runs, the earliest first.
#[derive(Debug, Default)]
pub(super) struct Runs {
    /// Those that a later record has ended.
    pub(super) ended: Vec<Run>,
    /// The one that the last records are.
    pub(super) open: Option<Run>,
}

impl Runs {
    pub(super) fn of(days: &Days, excused: ExcusedDays) -> Self {
        let mut runs = Self::default();
        for (date, status) in days {
            match (status, excused) {
                (Status::Excused, ExcusedDays::Skip) => {}
                (Status::Absent, _) | (Status::Excused, ExcusedDays::Count) => runs.extend(*date),
                _ => runs.ended.extend(runs.open.take()),
            }
        }
        runs
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Run> {
        self.ended.iter().chain(&self.open)
    }

    fn extend(&mut self, date: NaiveDate) {
        let run = self.open.get_or_insert(Run { first: date, last: date, count: 0 });
        run.last = date;
        run.count += 1;
    }
}
