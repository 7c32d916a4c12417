//! What happened in a live quiz.

use homeroom_contract::{Delivery, DomainEvent, Room, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::domain::{
    Answer, AssessmentRoom, Limits, Place, QuestionId, QuestionView, Quiz, QuizEndedWsEvent,
    QuizLeaderboardWsEvent, QuizQuestionClosedWsEvent, QuizQuestionWsEvent, QuizScoreUpdatedWsEvent,
    QuizSessionId, leaderboard,
};

fn everyone(session_id: &QuizSessionId) -> [Room; 1] {
    [AssessmentRoom::Quiz(session_id.clone()).room()]
}

/// A question was put. It doesn't know what is right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuizQuestionOpened {
    /// The quiz.
    pub session_id: QuizSessionId,
    /// The question.
    pub question: QuestionView,
    /// Which it is, counted from 1.
    pub number: usize,
    /// How many there are.
    pub total: usize,
    /// Until when answers count, exclusive.
    pub ends_at: Timestamp,
}

impl QuizQuestionOpened {
    /// The question that was put last, if any was.
    pub fn current(quiz: &Quiz) -> Option<Self> {
        let number = quiz.rounds.len();
        let question = quiz.questions.get(number.checked_sub(1)?)?;
        Some(Self {
            session_id: quiz.session_id.clone(),
            question: QuestionView::of(question),
            number,
            total: quiz.questions.len(),
            ends_at: quiz.rounds.last()?.ends_at,
        })
    }
}

impl DomainEvent for QuizQuestionOpened {
    const KIND: &'static str = "QuizQuestionOpened";

    fn deliveries(&self) -> Vec<Delivery> {
        vec![Delivery::new(everyone(&self.session_id), &QuizQuestionWsEvent::of(self))]
    }
}

/// A question was closed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuizQuestionClosed {
    /// The quiz.
    pub session_id: QuizSessionId,
    /// The question.
    pub question_id: QuestionId,
    /// The right answer.
    pub correct: Answer,
    /// How often each option was chosen.
    pub counts: Vec<u32>,
    /// How many have answered.
    pub answered: u32,
    /// How many of them were right.
    pub right: u32,
}

impl DomainEvent for QuizQuestionClosed {
    const KIND: &'static str = "QuizQuestionClosed";

    fn deliveries(&self) -> Vec<Delivery> {
        let event = QuizQuestionClosedWsEvent {
            session_id: self.session_id.clone(),
            question_id: self.question_id.clone(),
            correct: self.correct.clone(),
            counts: self.counts.clone(),
            answered: self.answered,
            right: self.right,
        };
        vec![Delivery::new(everyone(&self.session_id), &event)]
    }
}

/// What one player has after a question was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuizScoreUpdated {
    /// The quiz.
    pub session_id: QuizSessionId,
    /// The question that was closed.
    pub question_id: QuestionId,
    /// The player.
    pub user_id: UserId,
    /// All that was earned.
    pub score: u64,
    /// Right answers in a row.
    pub streak: u32,
    /// The player's rank.
    pub rank: u32,
    /// What was earned with this question.
    pub earned: u64,
}

impl DomainEvent for QuizScoreUpdated {
    const KIND: &'static str = "QuizScoreUpdated";

    fn deliveries(&self) -> Vec<Delivery> {
        let event = QuizScoreUpdatedWsEvent {
            session_id: self.session_id.clone(),
            question_id: self.question_id.clone(),
            score: self.score,
            streak: self.streak,
            rank: self.rank,
            earned: self.earned,
        };
        vec![Delivery::new([AssessmentRoom::User(self.user_id.clone()).room()], &event)]
    }
}

/// Who leads after a question was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuizLeaderboardChanged {
    /// The quiz.
    pub session_id: QuizSessionId,
    /// The first places.
    pub top: Vec<Place>,
}

impl DomainEvent for QuizLeaderboardChanged {
    const KIND: &'static str = "QuizLeaderboardChanged";

    fn deliveries(&self) -> Vec<Delivery> {
        let event = QuizLeaderboardWsEvent { session_id: self.session_id.clone(), top: self.top.clone() };
        vec![Delivery::new(everyone(&self.session_id), &event)]
    }
}

/// A quiz is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuizEnded {
    /// The quiz.
    pub session_id: QuizSessionId,
    /// The first places.
    pub top: Vec<Place>,
    /// How many have played.
    pub players: usize,
}

impl QuizEnded {
    /// The end of that quiz.
    pub(crate) fn new(quiz: &Quiz, limits: &Limits) -> Self {
        let top = leaderboard(&quiz.players, limits);
        Self { session_id: quiz.session_id.clone(), top, players: quiz.players.len() }
    }
}

impl DomainEvent for QuizEnded {
    const KIND: &'static str = "QuizEnded";

    fn deliveries(&self) -> Vec<Delivery> {
        let QuizEnded { session_id, top, players } = self.clone();
        let rooms = everyone(&session_id);
        vec![Delivery::new(rooms, &QuizEndedWsEvent { session_id, top, players })]
    }
}
