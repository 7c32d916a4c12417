//! A whole class's day at once: what can't be marked is listed, the rest is.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use homeroom_contract::{ClassId, Timestamp, UserId, field};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{
    AttendanceError, Author, BulkMarked, Change, FailedMark, RecordSaved, RecordToMark, RecordView, Rules,
    Status, StudentDay,
};

/// How many were what. `present`, `absent`, `late` and `excused` together are all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// There, with those who left early or were there for a part.
    pub present: u32,
    /// Not there, and not excused.
    pub absent: u32,
    /// Came too late.
    pub late: u32,
    /// Not there, with leave.
    pub excused: u32,
    /// How many of the present left early.
    pub early_departure: u32,
    /// How many of the present were there for a part only.
    pub partial: u32,
}

impl Summary {
    /// Counts one more.
    pub fn add(&mut self, status: Status) {
        self.present += u32::from(status.counts_as_present());
        self.absent += u32::from(status == Status::Absent);
        self.late += u32::from(status == Status::Late);
        self.excused += u32::from(status == Status::Excused);
        self.early_departure += u32::from(status == Status::EarlyDeparture);
        self.partial += u32::from(status == Status::Partial);
    }
}

impl FromIterator<Status> for Summary {
    fn from_iter<I: IntoIterator<Item = Status>>(statuses: I) -> Self {
        let mut summary = Self::default();
        statuses.into_iter().for_each(|status| summary.add(status));
        summary
    }
}

/// What became of a bulk mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkOutcome {
    /// The records as they are now, each with the change to be kept, in the order in which they came.
    pub marked: Vec<(RecordView, Change)>,
    /// What is answered.
    pub reply: BulkMarked,
}

/// Marks a class's day, all in one name. `days` are that day of each of the class's students: anyone else is `NOT_FOUND` in
/// `failed`. Refused as a whole are a day that may not be marked, a student who comes twice, too many, and `days` of another class,
/// date or student ([`OtherDay`](AttendanceError::OtherDay)).
pub fn mark_all(
    records: Vec<RecordToMark>,
    class: &ClassId,
    date: NaiveDate,
    days: &mut BTreeMap<UserId, StudentDay>,
    author: &Author,
    at: Timestamp,
    rules: Rules<'_>,
) -> Result<BulkOutcome, AttendanceError> {
    rules.may_mark(date, author)?;
    for (student, day) in &*days {
        day.is_of(class, date)?;
        if day.student_id != *student {
            return Err(AttendanceError::OtherDay);
        }
    }
    field::count("records", records.len(), rules.limits.records)?;
    let mut seen = BTreeSet::new();
    if let Some(twice) = records.iter().find(|record| !seen.insert(&record.student_id)) {
        return Err(AttendanceError::Twice(twice.student_id.clone()));
    }

    let (mut marked, mut reply) = (Vec::new(), BulkMarked::default());
    for record in records {
        let student_id = record.student_id.clone();
        let day = days.get_mut(&student_id).ok_or(AttendanceError::NotFound("student in this class"));
        let done = day.and_then(|day| {
            let change = day.mark(record.into(), author, at, rules)?;
            Ok((RecordView::after(day, &change), change))
        });
        match done {
            Ok((record, change)) => {
                reply.summary.add(record.status);
                reply.saved.push(RecordSaved {
                    student_id,
                    record_id: record.record_id.clone(),
                    status: record.status,
                    version: record.version,
                });
                marked.push((record, change));
            }
            Err(error) => reply.failed.push(FailedMark::new(student_id, error)),
        }
    }
    Ok(BulkOutcome { marked, reply })
}
