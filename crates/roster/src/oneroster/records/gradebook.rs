//! The gradebook's part: categories, line items, results.

use chrono::NaiveDate;
use homeroom_contract::{AcademicSessionId, CategoryId, ClassId, LineItemId, OrgId, UserId};

use super::{ScoreStatus, SourcedId};

/// A category of line items (`categories.csv`).
#[derive(Debug, Clone, PartialEq)]
pub struct Category {
    /// The category's identifier.
    pub id: CategoryId,
    /// Its title.
    pub title: String,
    /// How much it counts, not negative. The standard wants whole numbers; fractions are taken as they are.
    pub weight: Option<f64>,
}

/// An assignment (`lineItems.csv`).
#[derive(Debug, Clone, PartialEq)]
pub struct LineItem {
    /// The line item's identifier.
    pub id: LineItemId,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub description: Option<String>,
    /// The day that it was given.
    pub assign_date: NaiveDate,
    /// The day that it is due.
    pub due_date: NaiveDate,
    /// The class.
    pub class: ClassId,
    /// The category.
    pub category: CategoryId,
    /// The academic session that it counts for (1.1: the grading period).
    pub session: AcademicSessionId,
    /// The school (1.2).
    pub school: Option<OrgId>,
    /// The least score.
    pub value_min: Option<f64>,
    /// The highest score.
    pub value_max: Option<f64>,
}

/// One student's result for a line item (`results.csv`).
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "the standard has these four, and they are independent")]
pub struct StudentResult {
    /// The result's identifier.
    pub id: SourcedId,
    /// The line item.
    pub line_item: LineItemId,
    /// The student.
    pub student: UserId,
    /// How far it has come.
    pub status: ScoreStatus,
    /// The score, a finite number.
    pub score: Option<f64>,
    /// The day that the score is of.
    pub score_date: NaiveDate,
    /// What was written to it.
    pub comment: Option<String>,
    /// A score that isn't a number (1.2).
    pub text_score: Option<String>,
    /// The class (1.2; mostly it follows from the line item).
    pub class: Option<ClassId>,
    /// The student is still at it.
    pub in_progress: bool,
    /// Something is lacking.
    pub incomplete: bool,
    /// It came late.
    pub late: bool,
    /// It never came.
    pub missing: bool,
}
