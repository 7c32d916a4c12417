//! The events as clients receive them. Each also carries `eventId`, `seq` and `timestamp`.

use chrono::NaiveDate;
use homeroom_contract::{ClassId, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{
    CheckinId, Evidence, InterventionId, InterventionRule, Mark, Pattern, RecordId, RecordSaved, RecordView,
    Summary,
};

/// A student's day was marked: by staff, by checking in, or by not having done so. The record is here as it is now. Staff hear of
/// everyone's, except those of a bulk mark, which come in one `attendance.bulk-marked`; families hear of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct AttendanceMarkedWsEvent(pub RecordView);

/// A day of several students was marked at once; staff only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttendanceBulkMarkedWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// The day.
    pub date: NaiveDate,
    /// Who marked them.
    pub by: UserId,
    /// How many of them were what.
    pub summary: Summary,
    /// What they are now, in brief; why, and the times, come with `attendance:join`.
    pub records: Vec<RecordSaved>,
}

/// A record was corrected. Staff hear of everyone's, families of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttendanceCorrectedWsEvent {
    /// The record.
    pub record_id: RecordId,
    /// The class.
    pub class_id: ClassId,
    /// The student.
    pub student_id: UserId,
    /// The day.
    pub date: NaiveDate,
    /// What stood there.
    pub old: Mark,
    /// What stands there now.
    pub new: Mark,
    /// The record's version: whatever comes with a lower one is older.
    pub version: i64,
    /// Who corrected it.
    pub by: UserId,
    /// Why; for staff only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A student's absences have reached a threshold; counselors and administrators of the school only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InterventionTriggeredWsEvent {
    /// The intervention.
    pub intervention_id: InterventionId,
    /// The class.
    pub class_id: ClassId,
    /// The student.
    pub student_id: UserId,
    /// What was reached.
    pub rule: InterventionRule,
    /// How many absences there are.
    pub count: u32,
    /// The threshold: absences in a row with `CONSECUTIVE_ABSENCES`, percent with `ABSENCE_RATE`.
    pub tier: u32,
    /// Among how many days with a record; with `ABSENCE_RATE` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enrolled_days: Option<u32>,
    /// The first day that was looked at: of the row, or of the records.
    pub since: NaiveDate,
    /// The last, inclusive.
    pub until: NaiveDate,
}

/// An intervention has no cause any more, since a record was corrected; counselors and administrators of the school only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InterventionWithdrawnWsEvent {
    /// The intervention.
    pub intervention_id: InterventionId,
    /// The class.
    pub class_id: ClassId,
    /// The student.
    pub student_id: UserId,
    /// What had been reached.
    pub rule: InterventionRule,
    /// The threshold: absences in a row with `CONSECUTIVE_ABSENCES`, percent with `ABSENCE_RATE`.
    pub tier: u32,
}

/// A student's days show a pattern; counselors and administrators of the school only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PatternDetectedWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// The student.
    pub student_id: UserId,
    /// The pattern.
    pub pattern: Pattern,
    /// What it was found in.
    pub evidence: Evidence,
}

/// A check-in shows a code, the first or the next one; staff only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckinCodeWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// The session.
    pub session_id: CheckinId,
    /// Six digits.
    pub code: String,
    /// When the next one takes its place, or the check-in ends.
    pub expires_at: Timestamp,
}

/// A check-in is open: the students of the class can check in with the code that is shown in the room. For them, their guardians
/// and staff, who get the code itself by `attendance.checkin-code`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionOpenedWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// The session.
    pub session_id: CheckinId,
    /// Who checks in after this is late.
    pub late_after: Timestamp,
    /// When it ends; nobody checks in from then on.
    pub closes_at: Timestamp,
}

/// A check-in is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionClosedWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// The session.
    pub session_id: CheckinId,
    /// The students who were marked `ABSENT` by it; for staff only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auto_absent: Option<Vec<UserId>>,
}

homeroom_contract::events! {
    durable AttendanceMarkedWsEvent = "attendance.marked";
    durable AttendanceBulkMarkedWsEvent = "attendance.bulk-marked";
    durable AttendanceCorrectedWsEvent = "attendance.corrected";
    durable InterventionTriggeredWsEvent = "attendance.intervention-triggered";
    durable InterventionWithdrawnWsEvent = "attendance.intervention-withdrawn";
    durable PatternDetectedWsEvent = "attendance.pattern-detected";
    durable CheckinCodeWsEvent = "attendance.checkin-code";
    durable SessionOpenedWsEvent = "attendance.session-opened";
    durable SessionClosedWsEvent = "attendance.session-closed";
}
