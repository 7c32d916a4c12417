//! A sitting: what one student has in one assessment, the extension and every attempt. At most one attempt counts at a time;
//! one that was reset is kept.

use homeroom_contract::{Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::domain::{
    Assessment, AssessmentError, AssessmentId, Attempt, AttemptId, Extension, Extra, Limits,
};

/// What one student has in one assessment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sitting {
    /// The assessment.
    pub assessment_id: AssessmentId,
    /// The student.
    pub student_id: UserId,
    /// What the student has beyond the duration, in each attempt.
    pub extension: Extension,
    /// Every attempt, oldest first.
    pub attempts: Vec<Attempt>,
}

/// What became of a start.
#[derive(Debug, Clone, PartialEq)]
pub struct Start<'a> {
    /// The attempt.
    pub attempt: &'a Attempt,
    /// Whether it has begun just now, and is to be told; else it had before.
    pub fresh: bool,
}

/// What became of giving more time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extended {
    /// Until when the attempt lasts now, exclusive; none without an attempt, and while it is paused.
    pub expires_at: Option<Timestamp>,
    /// Whether that is more time than before, and is to be told; a multiplier that stands already adds nothing.
    pub fresh: bool,
}

impl Sitting {
    /// A student who has nothing yet.
    pub fn new(assessment_id: AssessmentId, student_id: UserId) -> Self {
        Self { assessment_id, student_id, extension: Extension::default(), attempts: Vec::new() }
    }

    /// The attempt that counts, ended or not.
    pub fn current(&self) -> Option<&Attempt> {
        self.attempts.last().filter(|attempt| attempt.reset.is_none())
    }

    /// The attempt that counts, to be changed.
    pub fn current_mut(&mut self) -> Option<&mut Attempt> {
        self.attempts.last_mut().filter(|attempt| attempt.reset.is_none())
    }

    /// The attempt of that id, or without one the attempt that counts, to be changed; `NOT_FOUND` if there is none.
    pub fn attempt_mut(&mut self, attempt_id: Option<&AttemptId>) -> Result<&mut Attempt, AssessmentError> {
        let attempt = match attempt_id {
            Some(id) => self.attempts.iter_mut().find(|attempt| attempt.attempt_id == *id),
            None => self.current_mut(),
        };
        attempt.ok_or(AssessmentError::NotFound("attempt"))
    }

    /// Starts. Who has started gets the same attempt again for as long as it lasts, then `ALREADY_SUBMITTED` or `EXPIRED`. The
    /// assessment's row is held too: nobody may change or pause it at the same time.
    pub fn start(
        &mut self,
        assessment: &Assessment,
        at: Timestamp,
        limits: &Limits,
    ) -> Result<Start<'_>, AssessmentError> {
        let fresh = self.current().is_none();
        if let Some(attempt) = self.current() {
            attempt.require_open(at, limits)?;
        } else {
            let expires_at = assessment.expiry_of_a_start(&self.extension, at)?;
            let (assessment_id, student_id) = (self.assessment_id.clone(), self.student_id.clone());
            self.attempts.push(Attempt::begin(assessment_id, student_id, at, expires_at, limits));
        }
        let attempt = self.current().ok_or(AssessmentError::NotFound("attempt"))?;
        Ok(Start { attempt, fresh })
    }

    /// Gives the student more time, in an attempt that runs as well; what has ended stays ended. The assessment's row is held
    /// too, as for [`Sitting::start`].
    pub fn extend(
        &mut self,
        assessment: &Assessment,
        extra: Extra,
        at: Timestamp,
        limits: &Limits,
    ) -> Result<Extended, AssessmentError> {
        if let Some(attempt) = self.current() {
            attempt.require_open(at, limits)?;
        }
        let extension = self.extension.and(extra, limits)?;
        let before = self.extension.extra(assessment.duration_sec);
        let more = extension.extra(assessment.duration_sec).saturating_sub(before);
        self.extension = extension;
        if let Some(attempt) = self.current_mut() {
            attempt.extend(more, at, limits);
        }
        Ok(Extended { expires_at: self.current().and_then(Attempt::shown_expiry), fresh: !more.is_zero() })
    }
}
