//! What this namespace refuses, each with the stable code that clients branch on.

use homeroom_contract::{Code, Failure, FieldError, Timestamp, UserId};

use crate::domain::{Assessment, QuizWentOn, SavedAnswer, TaskKind};

/// Why something is refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum AssessmentError {
    /// There is no such thing in this district, or not for this class.
    #[error("There is no such {0}.")]
    NotFound(&'static str),
    /// Whoever asks has no right to it.
    #[error("You may not do this.")]
    NotAllowed,
    /// A text, a list or a number is out of bounds.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// A quiz has a question that a person would have to mark.
    #[error("Question {} of a quiz must say which texts are right.", number + 1)]
    NeedsMarking {
        /// Which, counted from 0.
        number: usize,
    },
    /// `closesAt` isn't after `opensAt`.
    #[error("closesAt must be after opensAt.")]
    ClosesBeforeItOpens,
    /// Exactly one of two fields must be there.
    #[error("Either {} or {} must be said.", fields[0], fields[1])]
    OneOf {
        /// The fields.
        fields: [&'static str; 2],
    },
    /// A student comes twice in one request.
    #[error("A student is listed twice.")]
    Twice(UserId),
    /// Somebody was faster with this assessment; this is what it is now.
    #[error("The assessment has been changed in the meantime.")]
    StaleAssessment(Box<Assessment>),
    /// Another device has saved another answer with the same `rev`; this is what stands.
    #[error("Another device has saved another answer.")]
    StaleAnswer(Box<SavedAnswer>),
    /// The quiz has gone on from the question that was to be closed; this is where it is.
    #[error("The quiz has gone on to another question.")]
    StaleQuestion(Box<QuizWentOn>),
    /// All that was added for this student would be too much.
    #[error("All extensions of a student may add no more than {most_sec} seconds.")]
    TooMuchAdded {
        /// The most seconds.
        most_sec: u32,
    },
    /// The student has a higher multiplier, and time is never taken away.
    #[error("The student has {stands} times the duration already.")]
    HigherStands {
        /// What the student has.
        stands: f64,
    },
    /// What is being written is seen by nobody else.
    #[error("The attempt has not been handed in.")]
    NotHandedIn,
    /// It has been started: only its title can be changed.
    #[error("The assessment has been started; only its title can be changed.")]
    InUse,
    /// It isn't open yet.
    #[error("The assessment is not open yet.")]
    NotOpenYet {
        /// When it will be.
        opens_at: Timestamp,
    },
    /// It is over, and can't be started any more.
    #[error("The assessment is closed.")]
    Closed,
    /// It is paused.
    #[error("The assessment is paused.")]
    Paused,
    /// The time has run out; what was saved is handed in.
    #[error("The time has run out.")]
    TimeRanOut {
        /// When it did.
        expired_at: Timestamp,
    },
    /// The attempt has been handed in.
    #[error("It has been handed in.")]
    AlreadySubmitted,
    /// The attempt was reset and doesn't count.
    #[error("This attempt has been reset.")]
    WasReset,
    /// The answer isn't what the question asks for.
    #[error("The answer is not what the question asks for.")]
    AnswerOfOtherKind(TaskKind),
    /// A quiz wants an answer, and this says nothing.
    #[error("There is no answer.")]
    NoAnswer,
    /// Another answer to that question counts already.
    #[error("You have answered this question.")]
    AlreadyAnswered,
    /// The quiz wasn't started yet.
    #[error("The quiz has not been started.")]
    QuizNotStarted,
    /// The quiz was started before.
    #[error("The quiz has been started.")]
    QuizStarted,
    /// The quiz has ended.
    #[error("The quiz is over.")]
    QuizOver,
}

impl AssessmentError {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::NotFound(_) => Code::NotFound,
            Self::NotAllowed => Code::Unauthorized,
            Self::Field(error) => error.code(),
            Self::StaleAssessment(_) | Self::StaleAnswer(_) | Self::StaleQuestion(_) => Code::VersionConflict,
            Self::Closed | Self::TimeRanOut { .. } => Code::Expired,
            Self::AlreadySubmitted | Self::AlreadyAnswered => Code::AlreadySubmitted,
            Self::InUse
            | Self::NotOpenYet { .. }
            | Self::Paused
            | Self::WasReset
            | Self::NotHandedIn
            | Self::QuizNotStarted
            | Self::QuizStarted
            | Self::QuizOver => Code::Locked,
            Self::NeedsMarking { .. }
            | Self::ClosesBeforeItOpens
            | Self::OneOf { .. }
            | Self::Twice(_)
            | Self::TooMuchAdded { .. }
            | Self::HigherStands { .. }
            | Self::AnswerOfOtherKind(_)
            | Self::NoAnswer => Code::ValidationError,
        }
    }
}

/// Where a value of the payload was wrong, or until when it is.
#[derive(Default, serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Details<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    student_id: Option<&'a UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<TaskKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    opens_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expired_at: Option<Timestamp>,
}

impl<'a> Details<'a> {
    fn at(path: &'a str) -> Self {
        Self { path: Some(path), ..Self::default() }
    }
}

impl From<AssessmentError> for Failure {
    fn from(error: AssessmentError) -> Self {
        let failure = Failure::new(error.code(), error.to_string());
        match &error {
            AssessmentError::StaleAssessment(current) => failure.with_current(current),
            AssessmentError::StaleAnswer(current) => failure.with_current(current),
            AssessmentError::StaleQuestion(current) => failure.with_current(current),
            AssessmentError::TooMuchAdded { .. } => failure.at("addSec"),
            AssessmentError::HigherStands { .. } => failure.at("multiplier"),
            AssessmentError::Field(error) => failure.at(&error.path()),
            AssessmentError::NeedsMarking { number } => {
                failure.at(&format!("questions[{number}].task.accepted"))
            }
            AssessmentError::ClosesBeforeItOpens => failure.at("closesAt"),
            AssessmentError::OneOf { fields: [first, _] } => failure.at(first),
            AssessmentError::Twice(student) => {
                failure.with_details(Details { student_id: Some(student), ..Details::at("studentIds") })
            }
            AssessmentError::AnswerOfOtherKind(kind) => {
                failure.with_details(Details { kind: Some(*kind), ..Details::at("answer") })
            }
            AssessmentError::NoAnswer => failure.at("answer"),
            AssessmentError::NotOpenYet { opens_at } => {
                failure.with_details(Details { opens_at: Some(*opens_at), ..Details::default() })
            }
            AssessmentError::TimeRanOut { expired_at } => {
                failure.with_details(Details { expired_at: Some(*expired_at), ..Details::default() })
            }
            _ => failure,
        }
    }
}
