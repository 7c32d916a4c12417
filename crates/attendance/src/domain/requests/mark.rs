//! `attendance:mark`: one student's day.

use chrono::NaiveDate;
use homeroom_contract::{ClassId, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Mark, RecordView, SetMark, Status};

/// Marks one student's day in a class, over what stands there. Who teaches the class (aides too) may, and administrators over it.
///
/// The day is today or one before it, at most 400 days back (`attendance.limits.days_back`), else `VALIDATION_ERROR`; after the
/// end of its next day (`attendance.limits.cutoff_days`) it is `LOCKED` for all but administrators.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MarkAttendance {
    /// The class; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
    /// The student.
    pub student_id: UserId,
    /// The day, in the district's time zone.
    pub date: NaiveDate,
    /// What it was.
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
    /// The version that the mark was made on, 0 for a day never marked; another one is `VERSION_CONFLICT`, with what stands in
    /// `current`. Without it the last write wins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_version: Option<i64>,
}

/// The day is marked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Marked {
    /// The record as it is now.
    pub record: RecordView,
    /// The record's version now.
    pub version: i64,
}

impl MarkAttendance {
    /// That student was that, on that day.
    pub fn new(class: ClassId, student: UserId, date: NaiveDate, status: Status) -> Self {
        Self {
            class_id: Some(class),
            student_id: student,
            date,
            status,
            reason: None,
            arrival_at: None,
            departure_at: None,
            expected_version: None,
        }
    }
}

impl From<MarkAttendance> for SetMark {
    fn from(mark: MarkAttendance) -> Self {
        Self {
            expected_version: mark.expected_version,
            mark: Mark {
                status: mark.status,
                reason: mark.reason,
                arrival_at: mark.arrival_at,
                departure_at: mark.departure_at,
            },
        }
    }
}

impl From<RecordView> for Marked {
    fn from(record: RecordView) -> Self {
        Self { version: record.version, record }
    }
}
