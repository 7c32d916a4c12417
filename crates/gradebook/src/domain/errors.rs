//! What the gradebook refuses, each with the stable code that clients branch on.

use homeroom_contract::{Code, Failure, FieldError, UserId};

use crate::domain::{CellView, LineItem};

/// Why the gradebook refuses something.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum GradebookError {
    /// There is no such thing in this district, or not for this class.
    #[error("There is no such {0}.")]
    NotFound(&'static str),
    /// Whoever asks has no right to it.
    #[error("You may not do this.")]
    NotAllowed,
    /// An administrator writes, and doesn't say why.
    #[error("An administrator has to give a reason.")]
    ReasonNeeded,
    /// The district wants `expectedVersion` with every set.
    #[error("This district requires expectedVersion.")]
    VersionNeeded,
    /// Somebody was faster with this cell; this is what stands there now.
    #[error("The grade has been changed in the meantime.")]
    StaleCell(Box<CellView>),
    /// Somebody was faster with this line item; this is what it is now.
    #[error("The line item has been changed in the meantime.")]
    StaleLineItem(Box<LineItem>),
    /// Somebody is changing this very thing right now, and what stands there isn't known yet.
    #[error("The grade is being changed right now; try again.")]
    Contended,
    /// The grading period of the line item is over.
    #[error("The grading period is closed.")]
    PeriodClosed,
    /// The score isn't a number within the line item's range.
    #[error("The score is not within the line item's range.")]
    OutOfRange {
        /// The lowest score, inclusive.
        min: Option<f64>,
        /// The highest score, inclusive.
        max: Option<f64>,
    },
    /// `resultValueMin` isn't below `resultValueMax`.
    #[error("resultValueMin must be below resultValueMax.")]
    BadRange,
    /// Some scores that stand wouldn't fit into the new range.
    #[error("{count} scores lie outside of the new range.")]
    ScoresOutside {
        /// How many.
        count: i64,
    },
    /// A date is of a year that no school has.
    #[error("{field} must be of a year from 1800 to 2999.")]
    BadYear {
        /// The field.
        field: &'static str,
    },
    /// `dueDate` lies before `assignDate`.
    #[error("dueDate must not be before assignDate.")]
    DueBeforeAssigned,
    /// A text or a list says nothing, or too much.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// A student comes twice in one request.
    #[error("A student is listed twice.")]
    Twice(UserId),
}

impl GradebookError {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::NotFound(_) => Code::NotFound,
            Self::NotAllowed => Code::Unauthorized,
            Self::StaleCell(_) | Self::StaleLineItem(_) => Code::VersionConflict,
            Self::Contended => Code::Busy,
            Self::PeriodClosed => Code::PeriodClosed,
            Self::Field(error) => error.code(),
            Self::ReasonNeeded
            | Self::VersionNeeded
            | Self::OutOfRange { .. }
            | Self::BadRange
            | Self::ScoresOutside { .. }
            | Self::BadYear { .. }
            | Self::DueBeforeAssigned
            | Self::Twice(_) => Code::ValidationError,
        }
    }
}

/// Where a value of the payload was wrong.
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Details<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    min: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    student_id: Option<&'a UserId>,
}

impl<'a> Details<'a> {
    fn at(path: &'a str) -> Self {
        Self { path, min: None, max: None, student_id: None }
    }
}

impl From<GradebookError> for Failure {
    fn from(error: GradebookError) -> Self {
        let failure = Failure::new(error.code(), error.to_string());
        match &error {
            GradebookError::StaleCell(current) => failure.with_current(current),
            GradebookError::StaleLineItem(current) => failure.with_current(current),
            GradebookError::Contended => failure.retry_after(std::time::Duration::from_millis(200)),
            GradebookError::OutOfRange { min, max } => {
                failure.with_details(Details { min: *min, max: *max, ..Details::at("score") })
            }
            GradebookError::Twice(student) => {
                failure.with_details(Details { student_id: Some(student), ..Details::at("items") })
            }
            GradebookError::BadYear { field } => failure.with_details(Details::at(field)),
            GradebookError::Field(error) => failure.at(&error.path()),
            GradebookError::BadRange => failure.with_details(Details::at("resultValueMax")),
            GradebookError::ScoresOutside { .. } => failure.with_details(Details::at("patch")),
            GradebookError::DueBeforeAssigned => failure.with_details(Details::at("dueDate")),
            GradebookError::ReasonNeeded => failure.with_details(Details::at("reason")),
            GradebookError::VersionNeeded => failure.with_details(Details::at("expectedVersion")),
            _ => failure,
        }
    }
}
