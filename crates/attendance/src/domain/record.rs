//! An attendance record: what stands for one student in one class on one day, once anything does.

use chrono::NaiveDate;
use homeroom_contract::{ClassId, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Change, Mark, RecordId, Status, StudentDay};

/// How a mark came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Origin {
    /// Staff marked it.
    Mark,
    /// Staff corrected it, with a reason.
    Correction,
    /// The student checked in.
    CheckIn,
    /// The student hadn't checked in when the check-in closed.
    AutoAbsent,
}

/// A record as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// The record.
    pub record_id: RecordId,
    /// 1 with the first mark, one more with each mark and correction.
    pub version: i64,
    /// What stands in it.
    pub mark: Mark,
    /// How that came about.
    pub origin: Origin,
    /// Who marked or corrected it last; the student's own id with a check-in.
    pub marked_by: UserId,
    /// When.
    pub marked_at: Timestamp,
}

/// A record as staff and that student's family see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecordView {
    /// The record.
    pub record_id: RecordId,
    /// The class.
    pub class_id: ClassId,
    /// The student.
    pub student_id: UserId,
    /// The day, in the district's time zone.
    pub date: NaiveDate,
    /// What the day was.
    pub status: Status,
    /// Why, if it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When the student came; with `LATE` and `PARTIAL` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrival_at: Option<Timestamp>,
    /// When the student left; with `EARLY_DEPARTURE` and `PARTIAL` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub departure_at: Option<Timestamp>,
    /// To be sent back as `expectedVersion`: whatever comes with a lower one is older.
    pub version: i64,
    /// How the mark came about.
    pub origin: Origin,
    /// Who marked or corrected it last; the student with a check-in.
    pub marked_by: UserId,
    /// When.
    pub marked_at: Timestamp,
}

impl RecordView {
    /// What there is to see of that day; nothing if it was never marked.
    pub fn of(day: &StudentDay) -> Option<Self> {
        Some(Self::new(day, day.record.clone()?))
    }

    /// What there is to see of that day after that change.
    pub fn after(day: &StudentDay, change: &Change) -> Self {
        Self::new(day, change.record())
    }

    fn new(day: &StudentDay, record: Record) -> Self {
        Self {
            record_id: record.record_id,
            class_id: day.class_id.clone(),
            student_id: day.student_id.clone(),
            date: day.date,
            status: record.mark.status,
            reason: record.mark.reason,
            arrival_at: record.mark.arrival_at,
            departure_at: record.mark.departure_at,
            version: record.version,
            origin: record.origin,
            marked_by: record.marked_by,
            marked_at: record.marked_at,
        }
    }

    /// What stands in it.
    pub fn mark(&self) -> Mark {
        Mark {
            status: self.status,
            reason: self.reason.clone(),
            arrival_at: self.arrival_at,
            departure_at: self.departure_at,
        }
    }
}

/// What stands now, for who expected something else: the `current` of `VERSION_CONFLICT`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Current {
    /// The version; 0 if the day was never marked.
    pub version: i64,
    /// The record; absent if the day was never marked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<RecordView>,
}
