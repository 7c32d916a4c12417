//! What teachers, proctors and administrators do for those who sit an assessment: extend, pause, resume, reset.

use homeroom_contract::{Code, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{AssessmentError, AssessmentId, AttemptId, Extra, Limits, Whom};

/// Gives students more time, before they start or while they sit it. Either `studentIds` or `all` says who, either `addSec` or
/// `multiplier` how much. Who has handed in, or ran out of time, is listed as failed. Time is never taken away.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExtendTime {
    /// The assessment; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessment_id: Option<AssessmentId>,
    /// The students; at most 500 (`assessment.limits.students`), nobody twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub student_ids: Option<Vec<UserId>>,
    /// `true`: everyone who may sit it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all: Option<bool>,
    /// Seconds on top of what there is, 1 to 14,400 (`assessment.limits.add_sec`); all of a student's together no more than
    /// 86,400 (`assessment.limits.added_sec`): who would have more is listed as failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub add_sec: Option<u32>,
    /// So many times the duration, 1 to 4 (`assessment.limits.multiplier`); in the place of an earlier one; who has
    /// a higher one is listed as failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multiplier: Option<f64>,
}

/// Stops the clocks of students who sit it. Without `studentIds` all of it is paused, and nobody can start it. While a clock
/// stands still no answer is taken, and the questions can't be seen.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PauseAssessment {
    /// The assessment; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessment_id: Option<AssessmentId>,
    /// The students; at most 500 (`assessment.limits.students`), nobody twice. Without it, all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub student_ids: Option<Vec<UserId>>,
}

/// Lets clocks go on. The time for which each stood is given back. Without `studentIds` all go on, those that were stopped one
/// by one too, and the assessment can be started again.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResumeAssessment {
    /// The assessment; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessment_id: Option<AssessmentId>,
    /// The students; at most 500 (`assessment.limits.students`), nobody twice. Without it, all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub student_ids: Option<Vec<UserId>>,
}

/// What became of each student.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StudentsApplied {
    /// Whom it was done for.
    pub applied: Vec<StudentApplied>,
    /// Whom it wasn't done for.
    pub failed: Vec<NotApplied>,
}

/// A student for whom it was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StudentApplied {
    /// The student.
    pub student_id: UserId,
    /// Until when the student's attempt lasts now, exclusive; absent if there is none yet, and while it is paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// A student for whom it wasn't done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotApplied {
    /// The student.
    pub student_id: UserId,
    /// Why: `ALREADY_SUBMITTED`, `EXPIRED`, `NOT_FOUND`, `VALIDATION_ERROR` …
    pub code: Code,
    /// The same as a sentence for a person.
    pub error: String,
}

/// Says that an attempt doesn't count, handed in or not. It is kept, and the student may start another, within the times of the
/// assessment and with the same extension. If its time has run out unseen, it is handed in and told first. `LOCKED` if that was
/// said before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResetAttempt {
    /// The attempt.
    pub attempt_id: AttemptId,
    /// Why, 1 to 500 characters (`assessment.limits.reason_chars`); kept, and for staff only.
    pub reason: String,
}

/// The attempt doesn't count any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttemptVoided {
    /// The student, who may start another.
    pub student_id: UserId,
}

impl ExtendTime {
    /// Who gets how much.
    pub fn said(self, limits: &Limits) -> Result<(Whom, Extra), AssessmentError> {
        let whom = Whom::said(self.student_ids, self.all, limits)?;
        Ok((whom, Extra::said(self.add_sec, self.multiplier, limits)?))
    }
}

impl NotApplied {
    /// That student, for that reason.
    pub fn because(student_id: UserId, error: &AssessmentError) -> Self {
        Self { student_id, code: error.code(), error: error.to_string() }
    }
}
