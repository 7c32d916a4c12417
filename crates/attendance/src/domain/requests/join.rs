//! `attendance:join` and `attendance:leave`, and what there is to see in between.

use chrono::NaiveDate;
use homeroom_contract::{ClassId, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{
    Checkin, CheckinId, Intervention, InterventionId, InterventionRule, RecordView, Summary,
};

/// Joins the attendance of a class. Staff see a day of all its students and hear of every change; counselors see it; students and
/// guardians see their own and hear of that.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct JoinAttendance {
    /// The class; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
    /// The day to look at; without it, today in the district's time zone. Events come for every day.
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

/// A day of a class as staff, administrators and counselors see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StaffView {
    /// The class.
    pub class_id: ClassId,
    /// The day.
    pub date: NaiveDate,
    /// The class's students, by family name.
    pub students: Vec<StudentName>,
    /// The records of that day; who has none was never marked, and has version 0.
    pub records: Vec<RecordView>,
    /// How many of these were what.
    pub summary: Summary,
    /// The check-in that is open, with its code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkin: Option<CheckinView>,
    /// The interventions that stand; for administrators and counselors only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interventions: Vec<InterventionView>,
}

/// A day of a class as a student or guardian sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FamilyView {
    /// The class.
    pub class_id: ClassId,
    /// The day.
    pub date: NaiveDate,
    /// Oneself, or one's children in the class.
    pub students: Vec<StudentName>,
    /// Their records of that day.
    pub records: Vec<RecordView>,
    /// The check-in that is open, without its code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkin: Option<CheckinView>,
}

/// A student by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StudentName {
    /// The student.
    pub student_id: UserId,
    /// The given name by which the student goes.
    pub given_name: String,
    /// The family name by which the student goes.
    pub family_name: String,
}

/// A check-in that is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckinView {
    /// The session.
    pub session_id: CheckinId,
    /// Who checks in after this is late.
    pub late_after: Timestamp,
    /// When it ends; nobody checks in from then on.
    pub closes_at: Timestamp,
    /// The code that is shown, six digits; for staff only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// When the next code takes its place; for staff only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// An intervention that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InterventionView {
    /// The intervention.
    pub intervention_id: InterventionId,
    /// The student.
    pub student_id: UserId,
    /// What calls for it.
    pub rule: InterventionRule,
    /// How many absences there were when it was told.
    pub count: u32,
    /// The threshold that was reached: absences in a row, or percent.
    pub tier: u32,
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
}

impl LeaveAttendance {
    /// That class.
    pub fn of(class: ClassId) -> Self {
        Self { class_id: Some(class) }
    }
}

impl CheckinView {
    /// What staff see of it at that time; nothing once it is over.
    pub fn for_staff(checkin: &Checkin, at: Timestamp) -> Option<Self> {
        let shown = checkin.code_at(at)?;
        let known = Self::for_family(checkin, at)?;
        Some(Self { code: Some(shown.code), expires_at: Some(shown.expires_at), ..known })
    }

    /// What students see of it at that time; nothing once it is over.
    pub fn for_family(checkin: &Checkin, at: Timestamp) -> Option<Self> {
        checkin.is_open(at).then(|| Self {
            session_id: checkin.session_id.clone(),
            late_after: checkin.late_after(),
            closes_at: checkin.closes_at,
            code: None,
            expires_at: None,
        })
    }
}

impl InterventionView {
    /// What administrators and counselors see of it.
    pub fn of(student: UserId, intervention: &Intervention) -> Self {
        Self {
            intervention_id: intervention.intervention_id.clone(),
            student_id: student,
            rule: intervention.rule,
            count: intervention.count,
            tier: intervention.tier,
        }
    }
}
