//! The events of a live quiz. What is right is told when a question is closed, not before.

use homeroom_contract::{ClassId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Answer, Place, QuestionId, QuizQuestionOpened, QuizSessionId, TaskKind};

/// A quiz was made, and can be joined; for the devices of whoever made it, and of the others of the class's staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuizCreatedWsEvent {
    /// The quiz.
    pub session_id: QuizSessionId,
    /// The class that plays it.
    pub class_id: ClassId,
    /// How many questions it has.
    pub total: usize,
}

/// A question is put to everyone in the quiz.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuizQuestionWsEvent {
    /// The quiz.
    pub session_id: QuizSessionId,
    /// The question.
    pub question_id: QuestionId,
    /// Which it is, counted from 1.
    pub number: usize,
    /// How many there are.
    pub total: usize,
    /// What is asked.
    pub prompt: String,
    /// What is to be done.
    pub kind: TaskKind,
    /// The options, in the order by which an answer counts them from 0; none where there is nothing to choose.
    pub options: Vec<String>,
    /// What the right answer is worth, before speed.
    pub points: u32,
    /// Until when answers count, exclusive, by the server's clock.
    pub ends_at: Timestamp,
}

impl QuizQuestionWsEvent {
    pub(crate) fn of(opened: &QuizQuestionOpened) -> Self {
        let question = opened.question.clone();
        Self {
            session_id: opened.session_id.clone(),
            question_id: question.question_id,
            number: opened.number,
            total: opened.total,
            prompt: question.prompt,
            kind: question.kind,
            options: question.options,
            points: question.points,
            ends_at: opened.ends_at,
        }
    }
}

/// A question is closed: no answer to it counts any more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuizQuestionClosedWsEvent {
    /// The quiz.
    pub session_id: QuizSessionId,
    /// The question.
    pub question_id: QuestionId,
    /// The right answer; of several accepted texts the first.
    pub correct: Answer,
    /// How often each option was chosen; empty where there was nothing to choose.
    pub counts: Vec<u32>,
    /// How many have answered.
    pub answered: u32,
    /// How many of them were right.
    pub right: u32,
}

/// What one player has, after a question was closed; for that player's devices only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuizScoreUpdatedWsEvent {
    /// The quiz.
    pub session_id: QuizSessionId,
    /// The question that was closed.
    pub question_id: QuestionId,
    /// All that was earned.
    pub score: u64,
    /// Right answers in a row; 0 after a wrong one, or none.
    pub streak: u32,
    /// 1 for the highest score; the same score has the same rank.
    pub rank: u32,
    /// What was earned with this question.
    pub earned: u64,
}

/// Who leads, after a question was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuizLeaderboardWsEvent {
    /// The quiz.
    pub session_id: QuizSessionId,
    /// The first places, at most 10 (`assessment.limits.leaderboard`).
    pub top: Vec<Place>,
}

/// A quiz is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuizEndedWsEvent {
    /// The quiz.
    pub session_id: QuizSessionId,
    /// The first places, at most 10 (`assessment.limits.leaderboard`).
    pub top: Vec<Place>,
    /// How many have played.
    pub players: usize,
}
