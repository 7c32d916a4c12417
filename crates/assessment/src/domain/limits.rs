//! How much one request may bring, and how the clock of an assessment is read.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How much one request may bring, and how the clock of an assessment is read. A text or list that is longer is
/// `PAYLOAD_TOO_LARGE`, a number outside of its range `VALIDATION_ERROR`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Characters of an assessment's title (255); `assessment.limits.title_chars`.
    pub title_chars: usize,
    /// Questions of an assessment or of a quiz (200); `assessment.limits.questions`.
    pub questions: usize,
    /// Characters of a question (5,000); `assessment.limits.prompt_chars`.
    pub prompt_chars: usize,
    /// Options of a question (10), and so entries of an answer; `assessment.limits.options`.
    pub options: usize,
    /// Characters of an option, or of an accepted text (500); `assessment.limits.option_chars`.
    pub option_chars: usize,
    /// Texts that a question accepts (20); `assessment.limits.accepted`.
    pub accepted: usize,
    /// Points of a question (100); `assessment.limits.points`.
    pub points: u32,
    /// Seconds that an assessment may last (86,400: a day); `assessment.limits.duration_sec`.
    pub duration_sec: u32,
    /// Days between `opensAt` and `closesAt` (366); `assessment.limits.window_days`.
    pub window_days: u32,
    /// Characters of an answer in an assessment (10,000); `assessment.limits.answer_chars`.
    pub answer_chars: usize,
    /// Milliseconds after `expiresAt` in which an answer, or handing in, still counts (0); `assessment.limits.grace_ms`.
    pub grace_ms: u64,
    /// Milliseconds after the end of an attempt, or of a quiz question, at which it is looked after (500): what was received
    /// before the end has been written by then; `assessment.limits.settle_after_ms`.
    pub settle_after_ms: u64,
    /// Seconds left at which a student is warned (300 and 60); `assessment.limits.warn_at_sec`.
    pub warn_at_sec: Vec<u32>,
    /// Students named in one request (500); `assessment.limits.students`.
    pub students: usize,
    /// Seconds that one extension may add (14,400: four hours); `assessment.limits.add_sec`.
    pub add_sec: u32,
    /// Seconds that all extensions of a student may add up to (86,400: a day); `assessment.limits.added_sec`.
    pub added_sec: u32,
    /// The highest multiplier of an extension (4); `assessment.limits.multiplier`.
    pub multiplier: u32,
    /// Characters of a reason (500); `assessment.limits.reason_chars`.
    pub reason_chars: usize,
    /// Characters that an alert may say beside its kind (500); `assessment.limits.detail_chars`.
    pub detail_chars: usize,
    /// Characters of a message to those who sit an assessment (2,000); `assessment.limits.message_chars`.
    pub message_chars: usize,
    /// Milliseconds without a sign of life after which a student's client is missing (30,000);
    /// `assessment.limits.missing_after_ms`.
    pub missing_after_ms: u64,
    /// Characters of an answer in a quiz (500); `assessment.limits.quiz_answer_chars`.
    pub quiz_answer_chars: usize,
    /// Seconds for a quiz question if the quiz doesn't say (30); `assessment.limits.quiz_question_sec`.
    pub quiz_question_sec: u32,
    /// Seconds for a quiz question at most (600; at least 5); `assessment.limits.quiz_question_sec_max`.
    pub quiz_question_sec_max: u32,
    /// Places on a leaderboard (10); `assessment.limits.leaderboard`.
    pub leaderboard: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            title_chars: 255,
            questions: 200,
            prompt_chars: 5000,
            options: 10,
            option_chars: 500,
            accepted: 20,
            points: 100,
            duration_sec: 86_400,
            window_days: 366,
            answer_chars: 10_000,
            grace_ms: 0,
            settle_after_ms: 500,
            warn_at_sec: vec![300, 60],
            students: 500,
            add_sec: 14_400,
            added_sec: 86_400,
            multiplier: 4,
            reason_chars: 500,
            detail_chars: 500,
            message_chars: 2000,
            missing_after_ms: 30_000,
            quiz_answer_chars: 500,
            quiz_question_sec: 30,
            quiz_question_sec_max: 600,
            leaderboard: 10,
        }
    }
}

impl Limits {
    /// How long after an end it is looked after.
    pub(crate) fn settle_after(&self) -> Duration {
        Duration::from_millis(self.settle_after_ms)
    }
}
