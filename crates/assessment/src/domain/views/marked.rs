//! What a student has handed in, and what it is worth, for who may write assessments. Nobody sees what is still being written.

use homeroom_contract::{Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{
    Answer, Assessment, AssessmentError, AssessmentId, Attempt, AttemptId, Limits, Mark, Marked, QuestionId,
    Standing,
};

/// One answer that was handed in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MarkedAnswer {
    /// The question.
    pub question_id: QuestionId,
    /// What was answered; `null` for nothing.
    pub answer: Answer,
    /// What it is worth.
    pub mark: Mark,
}

/// What one student has handed in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MarkedAttempt {
    /// The assessment.
    pub assessment_id: AssessmentId,
    /// The student.
    pub student_id: UserId,
    /// The attempt.
    pub attempt_id: AttemptId,
    /// How it ended: `SUBMITTED`, `EXPIRED` or `RESET`.
    pub standing: Standing,
    /// When it was handed in; absent if it was reset before that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted_at: Option<Timestamp>,
    /// What was answered to each question, in their order.
    pub answers: Vec<MarkedAnswer>,
    /// What that comes to.
    pub marked: Marked,
}

impl MarkedAttempt {
    /// That attempt then, marked by what is right in that assessment. `LOCKED` unless it has ended, `NOT_FOUND` if it is at
    /// another assessment.
    pub fn of(
        assessment: &Assessment,
        attempt: &Attempt,
        at: Timestamp,
        limits: &Limits,
    ) -> Result<Self, AssessmentError> {
        if attempt.assessment_id != assessment.assessment_id {
            return Err(AssessmentError::NotFound("attempt"));
        }
        let standing = attempt.standing(at, limits);
        if matches!(standing, Standing::Running | Standing::Paused) {
            return Err(AssessmentError::NotHandedIn);
        }
        let answers = assessment.questions.iter().map(|question| {
            let saved = attempt.answers.get(&question.question_id);
            let answer = saved.map_or(Answer::Blank, |saved| saved.answer.clone());
            let mark = question.task.mark(&answer);
            MarkedAnswer { question_id: question.question_id.clone(), answer, mark }
        });
        Ok(Self {
            assessment_id: attempt.assessment_id.clone(),
            student_id: attempt.student_id.clone(),
            attempt_id: attempt.attempt_id.clone(),
            standing,
            submitted_at: attempt.handed_in_at(standing),
            answers: answers.collect(),
            marked: attempt.marked(assessment),
        })
    }
}
