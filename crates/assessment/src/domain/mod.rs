//! The rules of assessments and quizzes: pure, without I/O, clock or runtime.

mod access;
mod answer;
mod assessment;
mod attempt;
mod countdown;
mod errors;
mod events;
mod extension;
mod ids;
mod limits;
mod marking;
mod proctoring;
mod question;
mod quiz;
mod requests;
mod rooms;
mod sitting;
mod views;
mod wire;

pub use access::Right;
pub use answer::Answer;
pub use assessment::{Assessment, AssessmentPatch, NewAssessment};
pub use attempt::{Attempt, Draft, HandedIn, Kept, Reset, SavedAnswer, Standing, Submission};
pub use errors::AssessmentError;
pub use events::*;
pub use extension::{Extension, Extra, Whom};
pub use ids::{AlertId, AssessmentId, AttemptId, ProctorMessageId, QuestionId, QuizSessionId, ReceiptId};
pub use limits::Limits;
pub use marking::{Mark, Marked, marked};
pub use proctoring::{Alert, AlertKind, ReportedProgress, check_message};
pub use question::{NewQuestion, Question, QuestionView, Task, TaskKind};
pub use quiz::{Given, Place, Player, Quiz, Round, Taken, Turn, leaderboard, points_for, rank_of};
pub use requests::*;
pub use rooms::AssessmentRoom;
pub use sitting::{Extended, Sitting, Start};
pub use views::{
    AnswerView, AssessmentView, MarkedAnswer, MarkedAttempt, QuizView, SittingView, StaffView, StudentView,
};
pub use wire::*;
