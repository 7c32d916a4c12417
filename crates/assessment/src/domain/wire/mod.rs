//! The events as clients receive them. Durable ones also carry `eventId`, `seq` and `timestamp`.

mod assessment;
mod quiz;

pub use assessment::{
    AnswerSavedWsEvent, AssessmentCreatedWsEvent, AssessmentExpiredWsEvent, AssessmentExtendedWsEvent,
    AssessmentPausedWsEvent, AssessmentProgressWsEvent, AssessmentResetWsEvent, AssessmentResumedWsEvent,
    AssessmentStartedWsEvent, AssessmentSubmittedWsEvent, AssessmentUpdatedWsEvent, ClientMissingWsEvent,
    ProctorAlertWsEvent, ProctorMessageWsEvent, TimerWarningWsEvent,
};
pub use quiz::{
    QuizCreatedWsEvent, QuizEndedWsEvent, QuizLeaderboardWsEvent, QuizQuestionClosedWsEvent,
    QuizQuestionWsEvent, QuizScoreUpdatedWsEvent,
};

homeroom_contract::events! {
    durable AssessmentCreatedWsEvent = "assessment.created";
    durable AssessmentUpdatedWsEvent = "assessment.updated";
    durable AssessmentStartedWsEvent = "assessment.started";
    ephemeral AssessmentProgressWsEvent = "assessment.progress";
    durable AnswerSavedWsEvent = "assessment.answer-saved";
    durable AssessmentSubmittedWsEvent = "assessment.submitted";
    durable AssessmentExpiredWsEvent = "assessment.expired";
    durable TimerWarningWsEvent = "assessment.timer-warning";
    durable AssessmentExtendedWsEvent = "assessment.extended";
    durable AssessmentPausedWsEvent = "assessment.paused";
    durable AssessmentResumedWsEvent = "assessment.resumed";
    durable AssessmentResetWsEvent = "assessment.reset";
    durable ProctorAlertWsEvent = "assessment.proctor-alert";
    durable ProctorMessageWsEvent = "assessment.proctor-message";
    ephemeral ClientMissingWsEvent = "assessment.client-missing";
    durable QuizCreatedWsEvent = "quiz.created";
    durable QuizQuestionWsEvent = "quiz.question";
    durable QuizQuestionClosedWsEvent = "quiz.question-closed";
    durable QuizScoreUpdatedWsEvent = "quiz.score-updated";
    durable QuizLeaderboardWsEvent = "quiz.leaderboard";
    durable QuizEndedWsEvent = "quiz.ended";
}
