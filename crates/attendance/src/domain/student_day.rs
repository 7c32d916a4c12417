//! A student's day in a class: the place where a record is or will be, and what may be done there.
//!
//! A day that was never marked has version 0; each mark or correction raises it by one and hands back the [`Change`] to be kept.
//! What is refused changes nothing.
//!
//! Whoever marks holds the lock on the student and class from reading the day until the change is kept, as for
//! [`Interventions`](crate::Interventions) and [`Patterns`](crate::Patterns), which follow from it. A store that finds another's
//! record there all the same, or another version than was read, refuses with [`Contended`](AttendanceError::Contended).

use chrono::NaiveDate;
use homeroom_contract::{ClassId, Patch, Timestamp, UserId, field};
use serde::{Deserialize, Serialize};

use crate::domain::{
    AttendanceError, Author, Change, Current, Mark, Origin, Record, RecordId, RecordView, Rules, Status,
};

/// One student's day in one class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StudentDay {
    /// The class.
    pub class_id: ClassId,
    /// The student.
    pub student_id: UserId,
    /// The day, in the district's time zone.
    pub date: NaiveDate,
    /// What stands there; none if it was never marked.
    pub record: Option<Record>,
}

/// What to mark a day as, and what it is believed to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetMark {
    /// The mark.
    pub mark: Mark,
    /// The version that it was made on; another one is `VERSION_CONFLICT`. Without it the last write wins.
    pub expected_version: Option<i64>,
}

/// What to correct a record to, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// What the day was.
    pub status: Status,
    /// Why it is corrected.
    pub reason: String,
    /// When the student came.
    pub arrival_at: Patch<Timestamp>,
    /// When the student left.
    pub departure_at: Patch<Timestamp>,
    /// The version that it was made on; another one is `VERSION_CONFLICT`. Without it the last write wins.
    pub expected_version: Option<i64>,
}

/// Who does what to a day when, and why if a reason is kept.
struct Deed<'a> {
    origin: Origin,
    by: &'a UserId,
    at: Timestamp,
    reason: Option<String>,
}

impl StudentDay {
    /// A day that was never marked.
    pub fn unmarked(class: ClassId, student: UserId, date: NaiveDate) -> Self {
        Self { class_id: class, student_id: student, date, record: None }
    }

    /// 0 if it was never marked.
    pub fn version(&self) -> i64 {
        self.record.as_ref().map_or(0, |record| record.version)
    }

    /// Whether it is the day of that class on that date; anything else is refused.
    pub(crate) fn is_of(&self, class: &ClassId, date: NaiveDate) -> Result<(), AttendanceError> {
        if self.class_id == *class && self.date == date { Ok(()) } else { Err(AttendanceError::OtherDay) }
    }

    /// What the day was, as far as it was said.
    pub fn status(&self) -> Option<Status> {
        self.record.as_ref().map(|record| record.mark.status)
    }

    /// Marks it, for the first time or over what stands.
    pub fn mark(
        &mut self,
        set: SetMark,
        author: &Author,
        at: Timestamp,
        rules: Rules<'_>,
    ) -> Result<Change, AttendanceError> {
        rules.may_mark(self.date, author)?;
        self.expect(set.expected_version)?;
        let mark = set.mark.checked(self.date, at, rules.limits)?;
        Ok(self.put(mark, Deed { origin: Origin::Mark, by: author.by(), at, reason: None }))
    }

    /// Corrects what stands.
    pub fn correct(
        &mut self,
        correction: Correction,
        author: &Author,
        at: Timestamp,
        rules: Rules<'_>,
    ) -> Result<Change, AttendanceError> {
        let record = self.record.as_ref().ok_or(AttendanceError::NotFound("record"))?;
        field::text("reason", &correction.reason, rules.limits.reason_chars)?;
        rules.may_change(self.date, author)?;
        self.expect(correction.expected_version)?;
        let mark = record.mark.corrected(&correction, self.date, rules.limits.latest_arrival(at))?;
        let reason = Some(correction.reason);
        Ok(self.put(mark, Deed { origin: Origin::Correction, by: author.by(), at, reason }))
    }

    /// The student checks in: nothing if somebody has marked the day already, or the student has. What a check-in that closed
    /// has marked gives way.
    pub(crate) fn check_in(&mut self, late: bool, at: Timestamp) -> Option<Change> {
        let stands = self.record.as_ref().is_some_and(|record| record.origin != Origin::AutoAbsent);
        if stands {
            return None;
        }
        let mark = if late {
            Mark { arrival_at: Some(at), ..Mark::of(Status::Late) }
        } else {
            Mark::of(Status::Present)
        };
        let student = self.student_id.clone();
        Some(self.put(mark, Deed { origin: Origin::CheckIn, by: &student, at, reason: None }))
    }

    /// The student has not checked in: nothing if anything stands there.
    pub(crate) fn miss(&mut self, by: &UserId, at: Timestamp) -> Option<Change> {
        if self.record.is_some() {
            return None;
        }
        Some(self.put(Mark::of(Status::Absent), Deed { origin: Origin::AutoAbsent, by, at, reason: None }))
    }

    fn expect(&self, version: Option<i64>) -> Result<(), AttendanceError> {
        match version {
            Some(expected) if expected != self.version() => {
                let current = Current { version: self.version(), record: RecordView::of(self) };
                Err(AttendanceError::Stale(Box::new(current)))
            }
            _ => Ok(()),
        }
    }

    fn put(&mut self, mark: Mark, deed: Deed<'_>) -> Change {
        let Deed { origin, by, at, reason } = deed;
        let version = self.version() + 1;
        let (record_id, old) = match self.record.take() {
            Some(record) => (record.record_id, Some(record.mark)),
            None => (RecordId::generate(at), None),
        };
        let change = Change { record_id, version, origin, by: by.clone(), at, old, new: mark, reason };
        self.record = Some(change.record());
        change
    }
}
