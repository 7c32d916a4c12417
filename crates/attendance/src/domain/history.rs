//! The history of a record: who changed what, when, from what to what, and why. Staff's reasons for corrections are staff's
//! alone: one may name another student.

use homeroom_contract::{Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::domain::{AttendanceError, Mark, Origin, RecordId};

/// In whose name attendance is taken: somebody who may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// The person or service.
    pub by: UserId,
    /// Whether it is an administrator over the class, for whom no day is locked.
    pub is_admin: bool,
}

impl Author {
    /// Who takes attendance: those who teach the class (aides too) and administrators over it. Anyone else is refused.
    pub fn new(by: UserId, may_take_attendance: bool, is_admin: bool) -> Result<Self, AttendanceError> {
        if may_take_attendance || is_admin {
            Ok(Self { by, is_admin })
        } else {
            Err(AttendanceError::NotAllowed)
        }
    }
}

/// One change of a record, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The record.
    pub record_id: RecordId,
    /// The record's version after it.
    pub version: i64,
    /// How it came about.
    pub origin: Origin,
    /// Who did it.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
    /// What stood there before; none with the first mark.
    pub old: Option<Mark>,
    /// What stood there after.
    pub new: Mark,
    /// Why it was corrected.
    pub reason: Option<String>,
}
