//! What a student does who sits an assessment: start, save answers, report progress, hand in.

use homeroom_contract::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{
    Answer, Assessment, AssessmentId, Attempt, AttemptId, Draft, HandedIn, Kept, Limits, QuestionId,
    QuestionView, ReceiptId, ReportedProgress, Standing, Submission,
};

/// Starts an attempt. Who has started gets the same attempt again, for as long as it lasts; then `ALREADY_SUBMITTED` or
/// `EXPIRED`. `LOCKED` before `opensAt` and while the assessment is paused, `EXPIRED` from `closesAt` on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StartAttempt {
    /// The assessment; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessment_id: Option<AssessmentId>,
}

/// The attempt runs, or is paused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttemptRunning {
    /// The attempt.
    pub attempt_id: AttemptId,
    /// Where it stands: `RUNNING` or `PAUSED`.
    pub standing: Standing,
    /// Until when it lasts, exclusive: the duration from its start, or until `closesAt` if that is earlier, and what the
    /// student's extension adds. Absent while it is paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// The server's time, for the countdown.
    pub server_now: Timestamp,
    /// The questions; none while it is paused.
    pub questions: Vec<QuestionView>,
}

/// Tells those who watch how far the sender is. A hint: what is saved is known without it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportProgress {
    /// The assessment; it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessment_id: Option<AssessmentId>,
    /// Questions that have an answer; no more than `totalQuestions`.
    pub questions_answered: u32,
    /// Questions there are; no more than the assessment has.
    pub total_questions: u32,
    /// Seconds since the start.
    pub time_elapsed: u32,
}

/// Saves an answer, or with `null` takes it back. After `expiresAt` it is `EXPIRED`, after handing in `ALREADY_SUBMITTED`,
/// while the clock stands still `LOCKED`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SaveAnswer {
    /// The attempt, which has to be the sender's own; over a socket it may be left out if exactly one assessment is joined, and
    /// is then the attempt that counts there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt_id: Option<AttemptId>,
    /// The question.
    pub question_id: QuestionId,
    /// The option (counted from 0), the options, the text of up to 10,000 characters (`assessment.limits.answer_chars`) or the
    /// number, as the question asks for it; `null` for none.
    pub answer: Answer,
    /// The client's count, 1 to 9,007,199,254,740,991 (2^53 - 1), higher with each change of this answer: milliseconds will do. A
    /// lower one than what stands was overtaken and changes nothing; the same one with another answer is `VERSION_CONFLICT`,
    /// with what stands in `current`.
    pub rev: u64,
}

/// The answer is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnswerKept {
    /// The `rev` that stands: if it is higher than what was sent, a later answer was there before.
    pub rev: u64,
}

/// Hands an attempt in. A repeat gets the same receipt, and so does who comes after the time has run out: what was saved by
/// then has been handed in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubmitAttempt {
    /// The attempt, which has to be the sender's own; over a socket it may be left out if exactly one assessment is joined, and
    /// is then the attempt that counts there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt_id: Option<AttemptId>,
}

/// The receipt for what was handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// The receipt.
    pub receipt_id: ReceiptId,
    /// When it was handed in; if the time ran out, the instant at which it did.
    pub submitted_at: Timestamp,
    /// Whether the time ran out.
    pub auto: bool,
}

impl AttemptRunning {
    /// What is answered to a start, and to its repeats: the questions are seen only while it runs.
    pub fn of(assessment: &Assessment, attempt: &Attempt, at: Timestamp, limits: &Limits) -> Self {
        let standing = attempt.standing(at, limits);
        let questions = assessment.questions.iter().filter(|_| standing == Standing::Running);
        Self {
            attempt_id: attempt.attempt_id.clone(),
            standing,
            expires_at: attempt.shown_expiry(),
            server_now: at,
            questions: questions.map(QuestionView::of).collect(),
        }
    }
}

impl From<SaveAnswer> for Draft {
    fn from(save: SaveAnswer) -> Self {
        Self { question_id: save.question_id, answer: save.answer, rev: save.rev }
    }
}

impl From<Kept> for AnswerKept {
    fn from(kept: Kept) -> Self {
        Self { rev: kept.rev }
    }
}

impl From<HandedIn> for Receipt {
    fn from(handed_in: HandedIn) -> Self {
        let Submission { submitted_at, auto } = handed_in.submission;
        Self { receipt_id: handed_in.receipt_id, submitted_at, auto }
    }
}

impl From<ReportProgress> for ReportedProgress {
    fn from(report: ReportProgress) -> Self {
        Self {
            questions_answered: report.questions_answered,
            total_questions: report.total_questions,
            time_elapsed: report.time_elapsed,
        }
    }
}
