//! What happened in a live quiz.

use homeroom_contract::{ClassId, Delivery, DomainEvent, Room, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::domain::events::assessment::devices;
use crate::domain::{
    Answer, AssessmentRoom, Limits, Place, QuestionId, QuestionView, Quiz, QuizCreatedWsEvent,
    QuizEndedWsEvent, QuizLeaderboardWsEvent, QuizQuestionClosedWsEvent, QuizQuestionWsEvent,
    QuizScoreUpdatedWsEvent, QuizSessionId, leaderboard,
};

fn everyone(session_id: &QuizSessionId) -> [Room; 1] {
    [AssessmentRoom::Quiz(session_id.clone()).room()]
}

/// A quiz was made. It doesn't know what is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuizCreated {
    /// The class that plays it.
    pub class_id: ClassId,
    /// The quiz.
    pub session_id: QuizSessionId,
    /// How many questions it has.
    pub total: usize,
    /// Who made it.
    pub created_by: UserId,
    /// The staff of the class.
    pub staff_ids: Vec<UserId>,
}

impl QuizCreated {
    /// What making that quiz means, for a class with that staff.
    pub fn new(quiz: &Quiz, created_by: UserId, staff_ids: Vec<UserId>) -> Self {
        let (class_id, session_id) = (quiz.class_id.clone(), quiz.session_id.clone());
        Self { class_id, session_id, total: quiz.questions.len(), created_by, staff_ids }
    }
}

impl DomainEvent for QuizCreated {
    const KIND: &'static str = "QuizCreated";

    fn deliveries(&self) -> Vec<Delivery> {
        let event = QuizCreatedWsEvent {
            session_id: self.session_id.clone(),
            class_id: self.class_id.clone(),
            total: self.total,
        };
        vec![Delivery::new(devices(&self.created_by, &self.staff_ids), &event)]
    }
}

/// A question was put. It doesn't know what is right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuizQuestionOpened {
    /// The class that plays it.
    pub class_id: ClassId,
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
            class_id: quiz.class_id.clone(),
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
    /// The class that plays it.
    pub class_id: ClassId,
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
    /// The class that plays it.
    pub class_id: ClassId,
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
    /// The class that plays it.
    pub class_id: ClassId,
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
    /// The class that plays it.
    pub class_id: ClassId,
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
        let (class_id, session_id) = (quiz.class_id.clone(), quiz.session_id.clone());
        Self { class_id, session_id, top, players: quiz.players.len() }
    }
}

impl DomainEvent for QuizEnded {
    const KIND: &'static str = "QuizEnded";

    fn deliveries(&self) -> Vec<Delivery> {
        let QuizEnded { class_id: _, session_id, top, players } = self.clone();
        let rooms = everyone(&session_id);
        vec![Delivery::new(rooms, &QuizEndedWsEvent { session_id, top, players })]
    }
}
