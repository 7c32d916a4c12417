//! A round: one question while it is open, and the answers to it.

use std::collections::BTreeMap;

use homeroom_contract::{Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::domain::{Answer, AssessmentError, Limits, QuestionId, Quiz};

/// One question that was put.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Round {
    /// When it was put.
    pub opened_at: Timestamp,
    /// Until when answers count, exclusive.
    pub ends_at: Timestamp,
    /// Whether it is closed, and scored.
    pub closed: bool,
    /// The answers that count.
    pub answers: BTreeMap<UserId, Given>,
}

/// An answer that counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Given {
    /// What was answered.
    pub answer: Answer,
    /// When the server received it.
    pub received_at: Timestamp,
}

/// What became of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Whether it counts; else the question was over.
    pub accepted: bool,
    /// When the server received it; for a repeat, when it received the first.
    pub received_at: Timestamp,
    /// Whether it is new, and the quiz has to be kept.
    pub changed: bool,
}

impl Quiz {
    /// Takes an answer, received at `at`. One that comes after `endsAt`, or after the question was closed, isn't accepted and
    /// changes nothing. The same answer again is the first one; another one is `ALREADY_SUBMITTED`. A question that wasn't put
    /// yet is as unknown (`NOT_FOUND`) as one that doesn't exist.
    pub fn answer(
        &mut self,
        player: &UserId,
        question_id: &QuestionId,
        answer: Answer,
        at: Timestamp,
        limits: &Limits,
    ) -> Result<Taken, AssessmentError> {
        let put = self.questions.iter().zip(&mut self.rounds);
        let found = put.into_iter().find(|(question, _)| question.question_id == *question_id);
        let (question, round) = found.ok_or(AssessmentError::NotFound("question"))?;
        question.task.check_answer(&answer, limits.quiz_answer_chars)?;
        if answer.is_blank() {
            return Err(AssessmentError::NoAnswer);
        }
        if let Some(given) = round.answers.get(player) {
            return if given.answer == answer {
                Ok(Taken { accepted: true, received_at: given.received_at, changed: false })
            } else {
                Err(AssessmentError::AlreadyAnswered)
            };
        }
        if round.closed || at >= round.ends_at {
            return Ok(Taken { accepted: false, received_at: at, changed: false });
        }
        round.answers.insert(player.clone(), Given { answer, received_at: at });
        self.players.entry(player.clone()).or_default();
        Ok(Taken { accepted: true, received_at: at, changed: true })
    }
}
