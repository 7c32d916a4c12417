//! The history of a record: who changed what, when, from what to what, and why. Staff's reasons for corrections are staff's
//! alone: one may name another student.

use homeroom_contract::{Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::domain::{Mark, Origin, Record, RecordId};

/// In whose name attendance is taken. Whoever makes one has asked the roster whether that is so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    by: UserId,
    is_admin: bool,
}

impl Author {
    /// Who teaches the class (aides too), or a service that may take attendance.
    pub fn staff(by: UserId) -> Self {
        Self { by, is_admin: false }
    }

    /// An administrator over the class, for whom no day is locked.
    pub fn admin(by: UserId) -> Self {
        Self { by, is_admin: true }
    }

    /// The person or service.
    pub fn by(&self) -> &UserId {
        &self.by
    }

    /// Whether it is an administrator over the class.
    pub fn is_admin(&self) -> bool {
        self.is_admin
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

impl Change {
    /// The record as it was left by it.
    pub(crate) fn record(&self) -> Record {
        Record {
            record_id: self.record_id.clone(),
            version: self.version,
            mark: self.new.clone(),
            origin: self.origin,
            marked_by: self.by.clone(),
            marked_at: self.at,
        }
    }
}
