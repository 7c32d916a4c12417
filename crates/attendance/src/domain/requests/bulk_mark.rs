//! `attendance:bulk-mark`: a whole class's day at once.

use chrono::NaiveDate;
use homeroom_contract::{ClassId, Code, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{AttendanceError, Current, Mark, RecordId, SetMark, Status, Summary};

/// Marks a day of several students of a class. What can't be marked is listed, the rest is saved. The day may be the same as with
/// `attendance:mark`.
///
/// At most 500 records (`attendance.limits.records`), no student twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BulkMark {
    /// The class; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
    /// The day, in the district's time zone.
    pub date: NaiveDate,
    /// The marks.
    pub records: Vec<RecordToMark>,
}

/// What to mark one student's day as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecordToMark {
    /// The student.
    pub student_id: UserId,
    /// What the day was.
    pub status: Status,
    /// Why, 1 to 500 characters (`attendance.limits.reason_chars`). The student and the guardians see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When the student came, on that day and not ahead; with `LATE` and `PARTIAL` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrival_at: Option<Timestamp>,
    /// When the student leaves, on that day and after `arrivalAt`; with `EARLY_DEPARTURE` and `PARTIAL` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub departure_at: Option<Timestamp>,
    /// The version that the mark was made on, 0 for a day never marked; another one is listed with `VERSION_CONFLICT`. Without it
    /// the last write wins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_version: Option<i64>,
}

/// What became of the records.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BulkMarked {
    /// How many of those that were saved are what.
    pub summary: Summary,
    /// What was saved, in the order in which they came.
    pub saved: Vec<RecordSaved>,
    /// What was not, in the order in which they came.
    pub failed: Vec<FailedMark>,
}

/// A record that was saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecordSaved {
    /// The student.
    pub student_id: UserId,
    /// The record.
    pub record_id: RecordId,
    /// What the day is now.
    pub status: Status,
    /// The record's version now.
    pub version: i64,
}

/// A record that was not saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FailedMark {
    /// The student.
    pub student_id: UserId,
    /// Why: what `attendance:mark` would have answered (`VERSION_CONFLICT`, `VALIDATION_ERROR`, `NOT_FOUND` …).
    pub code: Code,
    /// The same as a sentence for a person.
    pub error: String,
    /// What stands there now, with `VERSION_CONFLICT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<Current>,
}

impl BulkMark {
    /// Those were that, on that day.
    pub fn new(class: ClassId, date: NaiveDate, records: Vec<RecordToMark>) -> Self {
        Self { class_id: Some(class), date, records }
    }
}

impl RecordToMark {
    /// That student was that.
    pub fn new(student: UserId, status: Status) -> Self {
        Self {
            student_id: student,
            status,
            reason: None,
            arrival_at: None,
            departure_at: None,
            expected_version: None,
        }
    }
}

impl From<RecordToMark> for SetMark {
    fn from(record: RecordToMark) -> Self {
        Self {
            expected_version: record.expected_version,
            mark: Mark {
                status: record.status,
                reason: record.reason,
                arrival_at: record.arrival_at,
                departure_at: record.departure_at,
            },
        }
    }
}

impl FailedMark {
    /// That student's record was refused for that.
    pub(crate) fn new(student: UserId, error: AttendanceError) -> Self {
        let (code, text) = (error.code(), error.to_string());
        let current = match error {
            AttendanceError::Stale(current) => Some(*current),
            _ => None,
        };
        Self { student_id: student, code, error: text, current }
    }
}
