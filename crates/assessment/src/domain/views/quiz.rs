//! A quiz as it stands, for whoever comes in.

use homeroom_contract::{ClassId, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{
    Limits, Place, Quiz, QuizQuestionOpened, QuizQuestionWsEvent, QuizSessionId, leaderboard, rank_of,
};

/// A quiz as it stands. The leaderboard is that of the questions that are closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuizView {
    /// The quiz.
    pub session_id: QuizSessionId,
    /// The class that plays it.
    pub class_id: ClassId,
    /// How many questions it has.
    pub total: usize,
    /// Whether it was started.
    pub started: bool,
    /// Which question was put last, open or closed, counted from 1; 0 before the first.
    pub number: usize,
    /// The question that is open, if one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<QuizQuestionWsEvent>,
    /// Whether one's own answer to it counts already.
    pub answered: bool,
    /// All that one has earned oneself; 0 for who doesn't play.
    pub score: u64,
    /// One's own right answers in a row.
    pub streak: u32,
    /// One's own rank; absent for who hasn't answered yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<u32>,
    /// The first places.
    pub top: Vec<Place>,
    /// Whether it is over.
    pub ended: bool,
    /// The server's time, for the countdown.
    pub server_now: Timestamp,
}

impl QuizView {
    /// What that person sees then.
    pub fn of(quiz: &Quiz, user: &UserId, at: Timestamp, limits: &Limits) -> Self {
        let open = quiz.rounds.last().filter(|round| !round.closed && at < round.ends_at);
        let player = quiz.players.get(user).copied().unwrap_or_default();
        Self {
            session_id: quiz.session_id.clone(),
            class_id: quiz.class_id.clone(),
            total: quiz.questions.len(),
            started: !quiz.rounds.is_empty(),
            number: quiz.rounds.len(),
            question: open
                .and_then(|_| QuizQuestionOpened::current(quiz))
                .as_ref()
                .map(QuizQuestionWsEvent::of),
            answered: open.is_some_and(|round| round.answers.contains_key(user)),
            score: player.score,
            streak: player.streak,
            rank: rank_of(user, &quiz.players),
            top: leaderboard(&quiz.players, limits),
            ended: quiz.ended_at.is_some(),
            server_now: at,
        }
    }
}
