//! What happened, and who sees what of it.
//!
//! `assessment:{id}:staff` gets what there is to watch over: who starts, hands in, runs out of time, is extended, paused or
//! reset, and alerts, but no answers. `assessment:{id}:student:{id}` gets that student's own, and never an alert. Everyone in
//! `quiz:{sessionId}` gets the questions, and what is right once they are closed; a score goes to `user:{id}`. Each event says
//! which class it is about, for other contexts.

mod assessment;
mod attempt;
mod proctoring;
mod quiz;

pub use assessment::{AssessmentCreated, AssessmentUpdated};
pub use attempt::{
    AnswerSaved, AttemptExpired, AttemptPaused, AttemptReset, AttemptResumed, AttemptStarted,
    AttemptSubmitted, Seat, TimeExtended, TimerWarned,
};
pub use proctoring::{AlertRaised, MessageFor, ProctorMessageSent};
pub use quiz::{
    QuizCreated, QuizEnded, QuizLeaderboardChanged, QuizQuestionClosed, QuizQuestionOpened, QuizScoreUpdated,
};
