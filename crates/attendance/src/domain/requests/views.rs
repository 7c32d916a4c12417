//! What there is to see of a class's day.

use chrono::NaiveDate;
use homeroom_contract::{ClassId, StudentName, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{
    Checkin, CheckinId, Intervention, InterventionId, InterventionRule, RecordView, Summary,
};

/// Who looks at the day of a whole class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Viewer {
    /// Teaches the class (aides too): sees the code.
    Staff,
    /// Is an administrator over it: sees the code and the interventions.
    Administrator,
    /// Is a counselor of its school, or a service that reads: sees the interventions.
    Counselor,
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
    /// The check-in that is open; with its code, but for counselors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkin: Option<CheckinView>,
    /// The interventions that stand, for administrators and counselors: empty if none does. Others don't get the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interventions: Option<Vec<InterventionView>>,
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
    /// How many absences there were as of `until`.
    pub count: u32,
    /// The threshold that was reached: absences in a row, or percent.
    pub tier: u32,
    /// Among how many days with a record; with `ABSENCE_RATE` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enrolled_days: Option<u32>,
    /// The first day that was looked at: of the row, or of the records.
    pub since: NaiveDate,
    /// The last, inclusive.
    pub until: NaiveDate,
}

impl StaffView {
    /// A day with these records, in which no check-in is open, without interventions.
    pub fn new(
        class: ClassId,
        date: NaiveDate,
        students: Vec<StudentName>,
        records: Vec<RecordView>,
    ) -> Self {
        let summary = records.iter().map(|record| record.status).collect();
        Self { class_id: class, date, students, records, summary, checkin: None, interventions: None }
    }

    /// The same with what that viewer may see of the class's check-in and of the interventions that stand.
    #[must_use]
    pub fn seen_by(
        self,
        viewer: Viewer,
        checkin: Option<&Checkin>,
        interventions: Vec<InterventionView>,
        at: Timestamp,
    ) -> Self {
        let of_checkin = match viewer {
            Viewer::Staff | Viewer::Administrator => CheckinView::with_code,
            Viewer::Counselor => CheckinView::without_code,
        };
        let interventions = match viewer {
            Viewer::Staff => None,
            Viewer::Administrator | Viewer::Counselor => Some(interventions),
        };
        Self { checkin: checkin.and_then(|checkin| of_checkin(checkin, at)), interventions, ..self }
    }
}

impl FamilyView {
    /// Their records of that day; `checkin` is the class's, if there is one.
    pub fn new(
        class: ClassId,
        date: NaiveDate,
        students: Vec<StudentName>,
        records: Vec<RecordView>,
        checkin: Option<&Checkin>,
        at: Timestamp,
    ) -> Self {
        let checkin = checkin.and_then(|checkin| CheckinView::without_code(checkin, at));
        Self { class_id: class, date, students, records, checkin }
    }
}

impl CheckinView {
    /// What who takes attendance sees of it at that time; nothing once it is over.
    pub fn with_code(checkin: &Checkin, at: Timestamp) -> Option<Self> {
        let shown = checkin.code_at(at)?;
        let known = Self::without_code(checkin, at)?;
        Some(Self { code: Some(shown.code), expires_at: Some(shown.expires_at), ..known })
    }

    /// What all others see of it at that time; nothing once it is over.
    pub fn without_code(checkin: &Checkin, at: Timestamp) -> Option<Self> {
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
            enrolled_days: intervention.enrolled_days,
            since: intervention.since,
            until: intervention.until,
        }
    }
}
