//! What a newcomer sees: a student the own sitting, staff everybody's, a player the quiz as it stands.

mod assessment;
mod quiz;

pub use assessment::{AnswerView, AssessmentView, SittingView, StaffView, StudentView};
pub use quiz::QuizView;
