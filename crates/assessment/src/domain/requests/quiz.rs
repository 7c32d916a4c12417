//! A live quiz: making it, coming in, running it and answering.

use homeroom_contract::{ClassId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Answer, NewQuestion, QuestionId, QuizSessionId, Taken, Turn};

/// Makes a live quiz for a class. Teachers of the class, and administrators over it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateQuiz {
    /// The class. It is always needed: nobody joins a class in this namespace.
    pub class_id: ClassId,
    /// Its questions in their order, 1 to 200 (`assessment.limits.questions`); one for a text must say which are right.
    pub questions: Vec<NewQuestion>,
    /// Seconds for each question, 5 to 600 (`assessment.limits.quiz_question_sec_max`); without it 30
    /// (`assessment.limits.quiz_question_sec`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_sec: Option<u32>,
}

/// The quiz can be joined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuizMade {
    /// The quiz.
    pub session_id: QuizSessionId,
}

/// Joins a quiz: everyone of its class, and the staff. Before it is started, too.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct JoinQuiz {
    /// The quiz; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<QuizSessionId>,
}

/// Leaves a quiz. What was earned stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LeaveQuiz {
    /// The quiz; it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<QuizSessionId>,
}

/// Puts the first question. `LOCKED` if the quiz was started before, or is over.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StartQuiz {
    /// The quiz; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<QuizSessionId>,
}

/// Puts the next question; the one that is open is closed before its time. After the last one the quiz ends. `LOCKED` if it
/// wasn't started, or is over.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NextQuestion {
    /// The quiz; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<QuizSessionId>,
    /// The question from which it is to go on, so that who clicks twice skips none: if another one was put last, that is
    /// `VERSION_CONFLICT`, with where the quiz is in `current`. Without it, from whichever that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question_id: Option<QuestionId>,
}

/// Ends a quiz early; the question that is open is closed and scored. One that wasn't started can't be started any more. `LOCKED`
/// if it is over.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EndQuiz {
    /// The quiz; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<QuizSessionId>,
}

/// The quiz goes on, or is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuizWentOn {
    /// The question that was put; absent if there was none any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question_id: Option<QuestionId>,
    /// Until when answers to it count, exclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    /// Whether it is over.
    pub ended: bool,
}

/// Answers the question that is open. The first answer counts if it is received before `endsAt`; another one is
/// `ALREADY_SUBMITTED`, the same again is answered as the first was. No more than 5 in 10 seconds from one person, the limit of
/// this command's own (`limits."quiz:answer"`); then `RATE_LIMIT_EXCEEDED`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnswerQuiz {
    /// The quiz; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<QuizSessionId>,
    /// The question.
    pub question_id: QuestionId,
    /// The option (counted from 0), the options, the text of up to 500 characters (`assessment.limits.quiz_answer_chars`) or
    /// the number, as the question asks for it.
    pub answer: Answer,
}

/// The answer was received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnswerReceived {
    /// Whether it counts; else it came after the question was over.
    pub accepted: bool,
    /// When the server received it.
    pub received_at: Timestamp,
}

impl From<Taken> for AnswerReceived {
    fn from(taken: Taken) -> Self {
        Self { accepted: taken.accepted, received_at: taken.received_at }
    }
}

impl From<&Turn> for QuizWentOn {
    fn from(turn: &Turn) -> Self {
        let opened = turn.opened.as_ref();
        Self {
            question_id: opened.map(|opened| opened.question.question_id.clone()),
            ends_at: opened.map(|opened| opened.ends_at),
            ended: turn.ended.is_some(),
        }
    }
}
