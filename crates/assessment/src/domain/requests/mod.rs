//! What a client may ask for and what it is answered: the same types in the gateway, which reads the requests and writes the
//! replies, and in any other service, which writes the requests and reads the replies.
//!
//! A field that says nothing is left out, so that what is written here is what any other client would send.

mod answers;
mod assessments;
mod attempts;
mod invigilating;
mod join;
mod proctoring;
mod quiz;

pub use answers::ReadAnswers;
pub use assessments::{AssessmentSaved, CreateAssessment, UpdateAssessment};
pub use attempts::{
    AnswerKept, AttemptRunning, Receipt, ReportProgress, SaveAnswer, StartAttempt, SubmitAttempt,
};
pub use invigilating::{
    AttemptVoided, ExtendTime, NotApplied, PauseAssessment, ResetAttempt, ResumeAssessment, StudentApplied,
    StudentsApplied,
};
pub use join::{AssessmentData, JoinAssessment, LeaveAssessment};
pub use proctoring::{AlertReceived, MessageSent, RaiseAlert, SendProctorMessage};
pub use quiz::{
    AnswerQuiz, AnswerReceived, CreateQuiz, EndQuiz, JoinQuiz, LeaveQuiz, NextQuestion, QuizMade, QuizWentOn,
    StartQuiz,
};

use crate::domain::{MarkedAttempt, QuizView};

homeroom_contract::requests! {
    command CreateAssessment = "assessment:create" => AssessmentSaved;
    command UpdateAssessment = "assessment:update" => AssessmentSaved;
    join JoinAssessment = "assessment:join" => AssessmentData;
    leave LeaveAssessment = "assessment:leave";
    command StartAttempt = "assessment:start" | "assessment.started" => AttemptRunning;
    signal ReportProgress = "assessment:progress" | "assessment.progress";
    command SaveAnswer = "answer:save" => AnswerKept;
    command SubmitAttempt = "assessment:submit" | "assessment.submitted" => Receipt;
    command ExtendTime = "assessment:extend" => StudentsApplied;
    command PauseAssessment = "assessment:pause" => StudentsApplied;
    command ResumeAssessment = "assessment:resume" => StudentsApplied;
    command ResetAttempt = "assessment:reset" => AttemptVoided;
    query ReadAnswers = "assessment:answers" => MarkedAttempt;
    command RaiseAlert = "proctor:alert" => AlertReceived;
    command SendProctorMessage = "proctor:message" => MessageSent;
    command CreateQuiz = "quiz:create" => QuizMade;
    join JoinQuiz = "quiz:join" => QuizView;
    leave LeaveQuiz = "quiz:leave";
    command StartQuiz = "quiz:start" => QuizWentOn;
    command NextQuestion = "quiz:next" => QuizWentOn;
    command EndQuiz = "quiz:end" => QuizWentOn;
    command AnswerQuiz = "quiz:answer" => AnswerReceived;
}
