//! `assessment:join` and `assessment:leave`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{AssessmentId, StaffView, StudentView};

/// Joins an assessment. A student enters the own room, before the start too, and sees the questions while an attempt runs; after
/// `assessment.resumed`, who has none joins again. Staff enter the staff's, and see everybody's progress and alerts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct JoinAssessment {
    /// The assessment; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessment_id: Option<AssessmentId>,
}

/// What there is to see.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "view", rename_all = "camelCase")]
pub enum AssessmentData {
    /// For a student who sits it.
    Student(StudentView),
    /// For staff.
    Staff(StaffView),
}

/// Leaves an assessment. An attempt that runs goes on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LeaveAssessment {
    /// The assessment; it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessment_id: Option<AssessmentId>,
}
