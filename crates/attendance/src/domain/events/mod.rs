//! What happened in the attendance of a class, and who sees what of it.
//!
//! Staff (`class:{id}:staff`) hear of everybody's marks, `student:{id}` of that student's own, without staff's reasons for a
//! correction. Interventions and patterns go to the school's counselors and administrators alone. A check-in's code goes to staff
//! alone. Nothing goes to a room where other students are.
//!
//! Each event that tells of a student to a family is about one student: a guardian of two children would otherwise get the first
//! child's only.

mod checkins;
mod interventions;
mod marks;

use homeroom_contract::{ClassId, OrgId, Room};
use serde::Serialize;

pub use checkins::{CheckinClosed, CheckinCodeShown, CheckinOpened};
pub use interventions::{InterventionTriggered, InterventionWithdrawn, PatternDetected};
pub use marks::{AttendanceBulkMarked, AttendanceCorrected, AttendanceMarked};

/// A class and the school whose counselors and administrators hear of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// The class.
    pub class_id: ClassId,
    /// Its school.
    pub school_id: OrgId,
}

impl Place {
    fn staff(&self) -> Room {
        Room::class_staff(&self.class_id)
    }

    fn counselors_and_admins(&self) -> [Room; 2] {
        [Room::school_counselors(&self.school_id), Room::school_admins(&self.school_id)]
    }
}
