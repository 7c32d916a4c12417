//! What attendance refuses, each with the stable code that clients branch on.

use std::time::Duration;

use homeroom_contract::{Code, Failure, FieldError, UserId};

use crate::domain::{CheckinId, Current, Status};

/// Why attendance refuses something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AttendanceError {
    /// There is no such thing in this district, or not for this class.
    #[error("There is no such {0}.")]
    NotFound(&'static str),
    /// Whoever asks has no right to it.
    #[error("You may not do this.")]
    NotAllowed,
    /// Somebody was faster with this record; this is what stands there now.
    #[error("The record has been changed in the meantime.")]
    Stale(Box<Current>),
    /// Somebody is changing this very thing right now, and what stands there isn't known yet: two mark a day for the first time.
    #[error("The record is being changed right now; try again.")]
    Contended,
    /// The cutoff has passed: the day is for administrators to change.
    #[error("The day is over; only an administrator can change it.")]
    Locked,
    /// A time that this status doesn't have.
    #[error("{field} doesn't go with {}.", status.as_str())]
    NotForStatus {
        /// The field.
        field: &'static str,
        /// The status.
        status: Status,
    },
    /// A time that isn't on the record's day.
    #[error("{field} isn't on that day.")]
    NotOnThatDay {
        /// The field.
        field: &'static str,
    },
    /// `arrivalAt` lies ahead: nobody has come yet.
    #[error("arrivalAt is ahead.")]
    NotYetCome,
    /// A date is of a year that no school has.
    #[error("{field} must be of a year from 1800 to 2999.")]
    BadYear {
        /// The field.
        field: &'static str,
    },
    /// `departureAt` isn't after `arrivalAt`.
    #[error("departureAt must be after arrivalAt.")]
    LeftBeforeArrival,
    /// A student comes twice in one request.
    #[error("A student is listed twice.")]
    Twice(UserId),
    /// `closesAt` has passed already, or lies too far ahead.
    #[error("closesAt must be ahead, by no more than {most_minutes} minutes.")]
    BadClose {
        /// The most minutes ahead.
        most_minutes: u32,
    },
    /// The class has a check-in that is still open.
    #[error("Another check-in of the class is still open.")]
    AlreadyOpen(CheckinId),
    /// The check-in is over.
    #[error("The check-in is closed.")]
    Closed,
    /// This check-in has shown the code, but not just now.
    #[error("This code is no longer shown.")]
    OldCode,
    /// The code is none of this check-in's.
    #[error("The code is wrong.")]
    WrongCode,
    /// The student has sent too many wrong codes.
    #[error("Too many wrong codes; ask the teacher to mark you.")]
    TooManyWrongCodes,
    /// A day was handed in that isn't the one in question: of another class, another date or another student. The gateway's own
    /// mistake.
    #[error("a day of another class, date or student was handed in")]
    OtherDay,
    /// A text or a list says nothing, or too much, or a value is out of its range.
    #[error(transparent)]
    Field(#[from] FieldError),
}

impl AttendanceError {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::NotFound(_) => Code::NotFound,
            Self::NotAllowed => Code::Unauthorized,
            Self::Stale(_) => Code::VersionConflict,
            Self::Contended => Code::Busy,
            Self::OtherDay => Code::Internal,
            Self::Locked | Self::AlreadyOpen(_) | Self::TooManyWrongCodes => Code::Locked,
            Self::Closed | Self::OldCode => Code::Expired,
            Self::Field(error) => error.code(),
            Self::NotForStatus { .. }
            | Self::NotOnThatDay { .. }
            | Self::NotYetCome
            | Self::BadYear { .. }
            | Self::LeftBeforeArrival
            | Self::Twice(_)
            | Self::BadClose { .. }
            | Self::WrongCode => Code::ValidationError,
        }
    }

    /// Whether it uses up an attempt to check in. Any other answer, a good one too, gives the attempt back.
    pub fn uses_up_attempt(&self) -> bool {
        matches!(self, Self::WrongCode | Self::TooManyWrongCodes)
    }
}

/// How long to wait while somebody else changes the very same thing.
const CONTENDED: Duration = Duration::from_millis(200);

/// Where a value of the payload was wrong, or what is in the way.
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Details<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    student_id: Option<&'a UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<&'a CheckinId>,
}

impl From<AttendanceError> for Failure {
    fn from(error: AttendanceError) -> Self {
        let failure = Failure::new(error.code(), error.to_string());
        match &error {
            AttendanceError::Stale(current) => failure.with_current(current),
            AttendanceError::NotForStatus { field, .. }
            | AttendanceError::NotOnThatDay { field }
            | AttendanceError::BadYear { field } => failure.at(field),
            AttendanceError::Contended => failure.retry_after(CONTENDED),
            AttendanceError::OtherDay => Failure::internal(error),
            AttendanceError::NotYetCome => failure.at("arrivalAt"),
            AttendanceError::LeftBeforeArrival => failure.at("departureAt"),
            AttendanceError::BadClose { .. } => failure.at("closesAt"),
            AttendanceError::OldCode | AttendanceError::WrongCode => failure.at("code"),
            AttendanceError::Field(error) => failure.at(&error.path()),
            AttendanceError::Twice(student) => failure.with_details(Details {
                path: Some("records"),
                student_id: Some(student),
                session_id: None,
            }),
            AttendanceError::AlreadyOpen(session) => {
                failure.with_details(Details { path: None, student_id: None, session_id: Some(session) })
            }
            AttendanceError::NotFound(_)
            | AttendanceError::NotAllowed
            | AttendanceError::Locked
            | AttendanceError::Closed
            | AttendanceError::TooManyWrongCodes => failure,
        }
    }
}
