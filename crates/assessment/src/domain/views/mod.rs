//! What a newcomer sees: a student the own sitting, staff everybody's, a player the quiz as it stands. And what a teacher sees of
//! what was handed in.

mod assessment;
mod marked;
mod quiz;

pub use assessment::{AnswerView, AssessmentView, SittingView, StaffView, StudentView};
pub use marked::{MarkedAnswer, MarkedAttempt};
pub use quiz::QuizView;
