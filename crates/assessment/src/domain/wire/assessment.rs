//! The events of an assessment. None has a right answer, and only `assessment.answer-saved`, for the student alone, an answer.

use homeroom_contract::{Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Alert, AlertId, AlertKind, Answer, AssessmentId, AssessmentView, AttemptId};
use crate::domain::{ProctorMessageId, QuestionId, ReceiptId, Seat};

/// Makes a wire event that tells of one student's attempt, with what that event has beyond it.
macro_rules! attempt_ws_event {
    ($(#[$doc:meta])* $name:ident { $($(#[$more_doc:meta])* $more:ident: $of:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            /// The assessment.
            pub assessment_id: AssessmentId,
            /// The student.
            pub student_id: UserId,
            /// The attempt.
            pub attempt_id: AttemptId,
            $($(#[$more_doc])* pub $more: $of,)*
        }

        impl $name {
            pub(crate) fn of(seat: &Seat, attempt_id: &AttemptId, $($more: $of,)*) -> Self {
                Self {
                    assessment_id: seat.assessment_id.clone(),
                    student_id: seat.student_id.clone(),
                    attempt_id: attempt_id.clone(),
                    $($more,)*
                }
            }
        }
    };
}

/// An assessment was made; for the devices of whoever made it, and of the others of the class's staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct AssessmentCreatedWsEvent(pub AssessmentView);

/// An assessment was changed, paused as a whole, or goes on; for staff and those who may sit it, each with the own `closesAt` and
/// `extraSec`. Who wants its questions joins again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct AssessmentUpdatedWsEvent(pub AssessmentView);

attempt_ws_event! {
    /// A student has started; for staff and that student.
    AssessmentStartedWsEvent {
        /// When.
        started_at: Timestamp,
        /// Until when the attempt lasts, exclusive.
        expires_at: Timestamp,
    }
}

/// How far a student is, by what the student's client says; staff only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssessmentProgressWsEvent {
    /// The assessment.
    pub assessment_id: AssessmentId,
    /// The student.
    pub student_id: UserId,
    /// Questions that have an answer; no more than `totalQuestions`.
    pub questions_answered: u32,
    /// Questions there are.
    pub total_questions: u32,
    /// Seconds since the start.
    pub time_elapsed: u32,
    /// How many proctor alerts there were, by the server's count.
    pub proctor_alerts: u32,
}

attempt_ws_event! {
    /// An answer was saved; for that student's devices only.
    AnswerSavedWsEvent {
        /// The question.
        question_id: QuestionId,
        /// What is saved; `null` if it was taken back.
        answer: Answer,
        /// The count with which it came.
        rev: u64,
    }
}

attempt_ws_event! {
    /// A student's attempt was handed in, by the student or because the time ran out; for staff and that student, without the
    /// answers.
    AssessmentSubmittedWsEvent {
        /// The receipt.
        receipt_id: ReceiptId,
        /// When; if the time ran out, the instant at which it did.
        submitted_at: Timestamp,
        /// Whether the time ran out.
        auto: bool,
    }
}

attempt_ws_event! {
    /// A student's time has run out, and what was saved is handed in; for staff and that student. `assessment.submitted`
    /// follows.
    AssessmentExpiredWsEvent {
        /// When it did.
        expired_at: Timestamp,
        /// That nobody had to hand it in: always true.
        auto: bool,
    }
}

attempt_ws_event! {
    /// A student's time is running out; for that student only. By default with 300 and with 60 seconds left
    /// (`assessment.limits.warn_at_sec`).
    TimerWarningWsEvent {
        /// Seconds that were left when it was told, rounded up.
        seconds_left: u32,
        /// Until when the attempt lasts, exclusive.
        expires_at: Timestamp,
    }
}

/// A student was given more time; for staff and that student.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssessmentExtendedWsEvent {
    /// The assessment.
    pub assessment_id: AssessmentId,
    /// The student.
    pub student_id: UserId,
    /// Until when the student's attempt lasts now, exclusive; absent if there is none yet, and while it is paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Seconds that all of the student's extensions add to the duration, and to the end of the assessment.
    pub extra_sec: u64,
}

attempt_ws_event! {
    /// A student's clock stands still; for staff and that student.
    AssessmentPausedWsEvent {
        /// Seconds that are left when it goes on, rounded up.
        seconds_left: u32,
    }
}

attempt_ws_event! {
    /// A student's clock goes on; for staff and that student.
    AssessmentResumedWsEvent {
        /// Until when the attempt lasts now, exclusive.
        expires_at: Timestamp,
    }
}

attempt_ws_event! {
    /// A student's attempt doesn't count, and the student may start another; for staff and that student.
    AssessmentResetWsEvent {
        /// Why; for staff only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    }
}

/// Something about a student that those who watch should look at; staff only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProctorAlertWsEvent {
    /// The assessment.
    pub assessment_id: AssessmentId,
    /// The alert.
    pub alert_id: AlertId,
    /// The student it is about.
    pub student_id: UserId,
    /// What it is about.
    pub kind: AlertKind,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Who raised it: the student's own client, or one of the staff.
    pub raised_by: UserId,
    /// When.
    pub raised_at: Timestamp,
}

impl ProctorAlertWsEvent {
    pub(crate) fn of(assessment_id: &AssessmentId, alert: &Alert) -> Self {
        let Alert { alert_id, student_id, kind, detail, raised_by, raised_at } = alert.clone();
        Self {
            assessment_id: assessment_id.clone(),
            alert_id,
            student_id,
            kind,
            detail,
            raised_by,
            raised_at,
        }
    }
}

/// The staff say something to one student or to everyone who sits the assessment; for staff and those students.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProctorMessageWsEvent {
    /// The assessment.
    pub assessment_id: AssessmentId,
    /// The message.
    pub message_id: ProctorMessageId,
    /// What it says.
    pub body: String,
    /// Who says it.
    pub sent_by: UserId,
    /// The student, if it is for one; else it is for everyone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub student_id: Option<UserId>,
}

/// Nothing is heard of the client of a student whose attempt runs; staff only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClientMissingWsEvent {
    /// The assessment.
    pub assessment_id: AssessmentId,
    /// The student.
    pub student_id: UserId,
    /// When it was heard of last.
    pub last_seen_at: Timestamp,
}
