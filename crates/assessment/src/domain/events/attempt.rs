//! What happened to one student's attempt. Each event is about one student; guardians hear of none.

use homeroom_contract::{ClassId, Delivery, DomainEvent, Durable, Room, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::domain::{
    Answer, AnswerSavedWsEvent, Assessment, AssessmentExpiredWsEvent, AssessmentExtendedWsEvent,
    AssessmentId, AssessmentPausedWsEvent, AssessmentResetWsEvent, AssessmentResumedWsEvent, AssessmentRoom,
    AssessmentStartedWsEvent, AssessmentSubmittedWsEvent, AttemptId, Marked, QuestionId, ReceiptId,
    TimerWarningWsEvent,
};

/// A student in an assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Seat {
    /// The class.
    pub class_id: ClassId,
    /// The assessment.
    pub assessment_id: AssessmentId,
    /// The student.
    pub student_id: UserId,
}

impl Seat {
    /// That student in that assessment.
    pub fn new(assessment: &Assessment, student_id: UserId) -> Self {
        Self {
            class_id: assessment.class_id.clone(),
            assessment_id: assessment.assessment_id.clone(),
            student_id,
        }
    }

    fn staff(&self) -> Room {
        AssessmentRoom::Staff(self.assessment_id.clone()).room()
    }

    fn student(&self) -> Room {
        AssessmentRoom::Student(self.assessment_id.clone(), self.student_id.clone()).room()
    }

    fn to_both(&self, event: &impl Durable) -> Vec<Delivery> {
        vec![Delivery::new([self.staff(), self.student()], event)]
    }

    fn to_student(&self, event: &impl Durable) -> Vec<Delivery> {
        vec![Delivery::new([self.student()], event)]
    }
}

/// Makes an event of one student's attempt, with what it has beyond that and who sees what of it.
macro_rules! attempt_event {
    (
        $(#[$doc:meta])*
        $name:ident = $kind:literal { $($(#[$more_doc:meta])* $more:ident: $of:ty,)* }
        |$event:ident| $deliveries:expr
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            /// The student and the assessment.
            pub seat: Seat,
            /// The attempt.
            pub attempt_id: AttemptId,
            $($(#[$more_doc])* pub $more: $of,)*
        }

        impl DomainEvent for $name {
            const KIND: &'static str = $kind;

            fn deliveries(&self) -> Vec<Delivery> {
                let $event = self;
                $deliveries
            }
        }
    };
}

attempt_event! {
    /// An attempt has begun.
    AttemptStarted = "AttemptStarted" {
        /// When.
        started_at: Timestamp,
        /// Until when it lasts, exclusive.
        expires_at: Timestamp,
    }
    |it| {
        let (started, expires) = (it.started_at, it.expires_at);
        it.seat.to_both(&AssessmentStartedWsEvent::of(&it.seat, &it.attempt_id, started, expires))
    }
}

attempt_event! {
    /// An answer was saved.
    AnswerSaved = "AnswerSaved" {
        /// The question.
        question_id: QuestionId,
        /// What is saved.
        answer: Answer,
        /// The count with which it came.
        rev: u64,
    }
    |it| {
        let (question, answer) = (it.question_id.clone(), it.answer.clone());
        it.seat.to_student(&AnswerSavedWsEvent::of(&it.seat, &it.attempt_id, question, answer, it.rev))
    }
}

attempt_event! {
    /// An attempt was handed in.
    AttemptSubmitted = "AttemptSubmitted" {
        /// The receipt.
        receipt_id: ReceiptId,
        /// When; if the time ran out, the instant at which it did.
        submitted_at: Timestamp,
        /// Whether the time ran out.
        auto: bool,
        /// What its answers come to. It stays in the journal, for other contexts: what goes over the wire has no points.
        marked: Marked,
    }
    |it| {
        let (receipt, submitted) = (it.receipt_id.clone(), it.submitted_at);
        it.seat.to_both(&AssessmentSubmittedWsEvent::of(&it.seat, &it.attempt_id, receipt, submitted, it.auto))
    }
}

attempt_event! {
    /// The time of an attempt has run out. [`AttemptSubmitted`] follows, so that whoever listens to that alone hears of
    /// everything that was handed in.
    AttemptExpired = "AttemptExpired" {
        /// When it did.
        expired_at: Timestamp,
    }
    |it| it.seat.to_both(&AssessmentExpiredWsEvent::of(&it.seat, &it.attempt_id, it.expired_at, true))
}

attempt_event! {
    /// A student was warned that the time is running out.
    TimerWarned = "TimerWarned" {
        /// Seconds that were left, rounded up.
        seconds_left: u32,
        /// Until when the attempt lasts, exclusive.
        expires_at: Timestamp,
    }
    |it| {
        let (left, expires) = (it.seconds_left, it.expires_at);
        it.seat.to_student(&TimerWarningWsEvent::of(&it.seat, &it.attempt_id, left, expires))
    }
}

attempt_event! {
    /// A student's clock was stopped.
    AttemptPaused = "AttemptPaused" {
        /// Seconds that are left when it goes on, rounded up.
        seconds_left: u32,
        /// Who stopped it.
        paused_by: UserId,
    }
    |it| it.seat.to_both(&AssessmentPausedWsEvent::of(&it.seat, &it.attempt_id, it.seconds_left))
}

attempt_event! {
    /// A student's clock goes on.
    AttemptResumed = "AttemptResumed" {
        /// Until when the attempt lasts now, exclusive.
        expires_at: Timestamp,
        /// Who let it go on.
        resumed_by: UserId,
    }
    |it| it.seat.to_both(&AssessmentResumedWsEvent::of(&it.seat, &it.attempt_id, it.expires_at))
}

attempt_event! {
    /// An attempt doesn't count any more.
    AttemptReset = "AttemptReset" {
        /// Who said so.
        reset_by: UserId,
        /// Why.
        reason: String,
    }
    |it| {
        let for_staff = AssessmentResetWsEvent::of(&it.seat, &it.attempt_id, Some(it.reason.clone()));
        let for_student = AssessmentResetWsEvent::of(&it.seat, &it.attempt_id, None);
        vec![Delivery::new([it.seat.staff()], &for_staff), Delivery::new([it.seat.student()], &for_student)]
    }
}

/// A student was given more time, started or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TimeExtended {
    /// The student and the assessment.
    pub seat: Seat,
    /// Until when the student's attempt lasts now, exclusive; none if there is none yet, and while it is paused.
    pub expires_at: Option<Timestamp>,
    /// Seconds that all of the student's extensions add.
    pub extra_sec: u64,
    /// Who gave it.
    pub extended_by: UserId,
}

impl DomainEvent for TimeExtended {
    const KIND: &'static str = "TimeExtended";

    fn deliveries(&self) -> Vec<Delivery> {
        self.seat.to_both(&AssessmentExtendedWsEvent {
            assessment_id: self.seat.assessment_id.clone(),
            student_id: self.seat.student_id.clone(),
            expires_at: self.expires_at,
            extra_sec: self.extra_sec,
        })
    }
}
