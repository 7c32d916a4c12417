//! `assessment:create` and `assessment:update`.

use homeroom_contract::{ClassId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{AssessmentId, AssessmentPatch, NewAssessment, NewQuestion};

/// Makes an assessment for a class. Teachers of the class, and administrators over it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateAssessment {
    /// The class. It is always needed: nobody joins a class in this namespace.
    pub class_id: ClassId,
    /// Its name, 1 to 255 characters (`assessment.limits.title_chars`).
    pub title: String,
    /// Its questions in their order, 1 to 200 (`assessment.limits.questions`).
    pub questions: Vec<NewQuestion>,
    /// Seconds that an attempt lasts, 1 to 86,400 (`assessment.limits.duration_sec`).
    pub duration_sec: u32,
    /// From when on it can be started, inclusive; before `closesAt`.
    pub opens_at: Timestamp,
    /// When it is over, exclusive; at most 366 days after `opensAt` (`assessment.limits.window_days`).
    pub closes_at: Timestamp,
}

/// Changes an assessment. A field that is absent from `patch` stays as it is, and so does the version if nothing would be
/// different. Once anybody has started it, only its title can be changed, all else is `LOCKED`: who sits it is given more time by
/// `assessment:extend`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdateAssessment {
    /// The assessment; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessment_id: Option<AssessmentId>,
    /// The change.
    pub patch: AssessmentPatch,
    /// The version that the change was made on; if it has another one by now, that is `VERSION_CONFLICT`. Without it the last
    /// write wins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_version: Option<i64>,
}

/// The assessment is saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssessmentSaved {
    /// The assessment.
    pub assessment_id: AssessmentId,
    /// Its version now.
    pub version: i64,
}

impl From<CreateAssessment> for NewAssessment {
    fn from(asked: CreateAssessment) -> Self {
        let CreateAssessment { class_id, title, questions, duration_sec, opens_at, closes_at } = asked;
        Self { class_id, title, questions, duration_sec, opens_at, closes_at }
    }
}
