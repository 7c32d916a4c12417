//! A live quiz: one question after the other, for everyone at the same time, by the server's clock.
//!
//! An answer counts if it is received before the question's `endsAt`, one for each person and question. Nothing of what is
//! right, and nothing that would tell (scores, counts), leaves a round before it is closed.

mod round;
mod score;
mod state;

use std::collections::BTreeMap;

use homeroom_contract::{ClassId, Timestamp, UserId, field};
use serde::{Deserialize, Serialize};

use crate::domain::question::questions;
use crate::domain::{AssessmentError, Limits, NewQuestion, Question, QuizSessionId};

pub use round::{Given, Round, Taken};
pub use score::{Place, Player, leaderboard, points_for, rank_of};
pub use state::Turn;

/// The shortest time for a question, in seconds.
const SHORTEST_SEC: u32 = 5;

/// A live quiz.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quiz {
    /// The quiz.
    pub session_id: QuizSessionId,
    /// The class that plays it.
    pub class_id: ClassId,
    /// Its questions, in their order.
    pub questions: Vec<Question>,
    /// Seconds for each.
    pub question_sec: u32,
    /// The questions that were put so far, in the order of `questions`.
    pub rounds: Vec<Round>,
    /// Everyone who has answered, with what they have.
    pub players: BTreeMap<UserId, Player>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

impl Quiz {
    /// A new one that nobody plays yet. Each of its questions must be one that the server can mark.
    pub fn new(
        class_id: ClassId,
        asked: Vec<NewQuestion>,
        question_sec: Option<u32>,
        at: Timestamp,
        limits: &Limits,
    ) -> Result<Self, AssessmentError> {
        let question_sec = question_sec.unwrap_or(limits.quiz_question_sec);
        field::within("durationSec", &question_sec, &(SHORTEST_SEC..=limits.quiz_question_sec_max))?;
        let questions = questions(asked, at, limits)?;
        if let Some(number) = questions.iter().position(|question| question.task.right_answer().is_none()) {
            return Err(AssessmentError::NeedsMarking { number });
        }
        Ok(Self {
            session_id: QuizSessionId::generate(at),
            class_id,
            questions,
            question_sec,
            rounds: Vec::new(),
            players: BTreeMap::new(),
            ended_at: None,
        })
    }
}
