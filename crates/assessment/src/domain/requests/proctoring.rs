//! `proctor:alert` and `proctor:message`.

use homeroom_contract::UserId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{AlertId, AlertKind, AssessmentId, ProctorMessageId};

/// Raises an alert for those who watch. A student's client does so about the student itself, staff about a student. One
/// that comes after the attempt has ended is taken as well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RaiseAlert {
    /// The assessment; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessment_id: Option<AssessmentId>,
    /// The student; staff have to say it, a student's client leaves it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub student_id: Option<UserId>,
    /// What it is about.
    pub kind: AlertKind,
    /// More about it, 1 to 500 characters (`assessment.limits.detail_chars`); `OTHER` needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// The alert is with those who watch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AlertReceived {
    /// The alert.
    pub alert_id: AlertId,
}

/// Says something to a student, or to everyone who sits the assessment. Staff only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SendProctorMessage {
    /// The assessment; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessment_id: Option<AssessmentId>,
    /// The student; without it, everyone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub student_id: Option<UserId>,
    /// What it says, 1 to 2,000 characters (`assessment.limits.message_chars`).
    pub body: String,
}

/// The message is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageSent {
    /// The message.
    pub message_id: ProctorMessageId,
}
