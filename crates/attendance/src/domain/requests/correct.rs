//! `attendance:correct`: a record that was wrong.

use homeroom_contract::{Patch, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Correction, RecordId, RecordView, Status};

/// Corrects a record, with a reason that is kept in its history. Who teaches the class (aides too) may until the end of the day
/// after the record's (`attendance.limits.cutoff_days`), then it is `LOCKED` for all but administrators.
///
/// The times stay where the new status has them and nothing else is said; why the student was away stays if the status does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Correct {
    /// The record.
    pub record_id: RecordId,
    /// What the day was.
    pub status: Status,
    /// Why it is corrected, 1 to 500 characters (`attendance.limits.reason_chars`). Staff see it, the family doesn't.
    pub reason: String,
    /// When the student came, on that day and not ahead; with `LATE` and `PARTIAL` only. `null` takes it away.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub arrival_at: Patch<Timestamp>,
    /// When the student leaves, on that day and after `arrivalAt`; with `EARLY_DEPARTURE` and `PARTIAL` only. `null` takes it away.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub departure_at: Patch<Timestamp>,
    /// The version that the correction was made on; another one is `VERSION_CONFLICT`, with what stands in `current`. Without it
    /// the last write wins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_version: Option<i64>,
}

/// The record is corrected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Corrected {
    /// The record as it is now.
    pub record: RecordView,
}

impl Correct {
    /// That record is that, for that reason.
    pub fn new(record: RecordId, status: Status, reason: impl Into<String>) -> Self {
        Self {
            record_id: record,
            status,
            reason: reason.into(),
            arrival_at: Patch::Keep,
            departure_at: Patch::Keep,
            expected_version: None,
        }
    }
}

impl From<Correct> for Correction {
    fn from(correct: Correct) -> Self {
        Self {
            status: correct.status,
            reason: correct.reason,
            arrival_at: correct.arrival_at,
            departure_at: correct.departure_at,
            expected_version: correct.expected_version,
        }
    }
}
