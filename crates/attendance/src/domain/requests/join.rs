//! `attendance:join` and `attendance:leave`, and what there is to see in between.

use chrono::NaiveDate;
use homeroom_contract::ClassId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::limits::sound_date;
use crate::domain::{AttendanceError, FamilyView, StaffView};

/// Joins the attendance of a class. Staff see a day of all its students and hear of every change; counselors see it; students and
/// guardians see their own and hear of that.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct JoinAttendance {
    /// The class; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
    /// The day to look at, of the years 1800 to 2999; without it, today in the district's time zone. Events come for every day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<NaiveDate>,
}

/// What there is to see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "view", rename_all = "camelCase")]
pub enum AttendanceData {
    /// For staff, administrators and counselors.
    Staff(StaffView),
    /// For students and guardians.
    Family(FamilyView),
}

/// Leaves the attendance of a class.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LeaveAttendance {
    /// The class; it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
}

impl JoinAttendance {
    /// That class, today.
    pub fn of(class: ClassId) -> Self {
        Self { class_id: Some(class), date: None }
    }

    /// The day to look at. One of a year that no school has is [`BadYear`](AttendanceError::BadYear).
    pub fn day(&self, today: NaiveDate) -> Result<NaiveDate, AttendanceError> {
        let date = self.date.unwrap_or(today);
        sound_date("date", date).map(|()| date)
    }
}

impl LeaveAttendance {
    /// That class.
    pub fn of(class: ClassId) -> Self {
        Self { class_id: Some(class) }
    }
}
