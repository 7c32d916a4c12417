//! Watching over those who sit an assessment: alerts, messages, and what their clients say of their progress.

use homeroom_contract::{FieldError, Timestamp, UserId, field};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{AlertId, AssessmentError, Limits};

/// What an alert is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AlertKind {
    /// The page was hidden: another tab or application.
    TabHidden,
    /// The window lost the focus.
    FocusLost,
    /// Full screen was left.
    FullscreenExited,
    /// Something was copied.
    Copied,
    /// Something was pasted.
    Pasted,
    /// The developer tools were opened.
    DevtoolsOpened,
    /// The camera or microphone was lost.
    CameraLost,
    /// Nobody is to be seen.
    NobodySeen,
    /// More than one person is to be seen.
    SeveralSeen,
    /// Somebody else speaks.
    VoiceHeard,
    /// A phone or something else that isn't allowed.
    ForbiddenObject,
    /// A second device.
    SecondDevice,
    /// What no other word says: `detail` has to.
    Other,
}

/// A proctor alert, as staff see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Alert {
    /// The alert.
    pub alert_id: AlertId,
    /// The student it is about.
    pub student_id: UserId,
    /// What it is about.
    pub kind: AlertKind,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Who raised it: the student's own client, or one of the staff.
    pub raised_by: UserId,
    /// When.
    pub raised_at: Timestamp,
}

impl Alert {
    /// Whom an alert is about: a student's client raises one about that student and nobody else, staff have to say a student.
    pub fn about(said: Option<UserId>, caller: &UserId, is_staff: bool) -> Result<UserId, AssessmentError> {
        match said {
            Some(student) if is_staff || student == *caller => Ok(student),
            Some(_) => Err(AssessmentError::NotAllowed),
            None if is_staff => Err(FieldError::Blank { field: "studentId" }.into()),
            None => Ok(caller.clone()),
        }
    }

    /// An alert about that student. `OTHER` needs a `detail`.
    pub fn new(
        student_id: UserId,
        kind: AlertKind,
        detail: Option<String>,
        raised_by: UserId,
        at: Timestamp,
        limits: &Limits,
    ) -> Result<Self, AssessmentError> {
        match &detail {
            Some(detail) => field::text("detail", detail, limits.detail_chars)?,
            None if kind == AlertKind::Other => return Err(FieldError::Blank { field: "detail" }.into()),
            None => {}
        }
        Ok(Self { alert_id: AlertId::generate(at), student_id, kind, detail, raised_by, raised_at: at })
    }
}

/// How far a student is, by the student's own client: a hint for those who watch. What is saved is known without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportedProgress {
    /// Questions that have an answer.
    pub questions_answered: u32,
    /// Questions there are.
    pub total_questions: u32,
    /// Seconds since the start.
    pub time_elapsed: u32,
}

impl ReportedProgress {
    /// It, if it can be true: no more answered than asked, no more asked than there are questions, and not longer than an
    /// assessment with every extension can last.
    pub fn checked(self, questions: usize, limits: &Limits) -> Result<Self, AssessmentError> {
        let asked = u32::try_from(questions).unwrap_or(u32::MAX);
        field::within("totalQuestions", &self.total_questions, &(0..=asked))?;
        field::within("questionsAnswered", &self.questions_answered, &(0..=self.total_questions))?;
        let longest = limits.duration_sec.saturating_mul(limits.multiplier).saturating_add(limits.added_sec);
        field::within("timeElapsed", &self.time_elapsed, &(0..=longest))?;
        Ok(self)
    }
}

/// Whether a message to those who sit an assessment says something, in not too many characters.
pub fn check_message(body: &str, limits: &Limits) -> Result<(), AssessmentError> {
    Ok(field::text("body", body, limits.message_chars)?)
}
