//! `gradebook:join` and `gradebook:leave`, and what there is to see in between.

use homeroom_contract::{AcademicSessionId, ClassId, StudentName, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Category, CellView, LineItem, ResultView, WatchedCell};

/// Joins a class's gradebook. Staff see all of it and hear of every change; students and guardians see their own posted
/// results; counselors see all of it and hear nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct JoinGradebook {
    /// The class; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
    /// The only term or grading period to look at, a term with the grading periods in it; without it, all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<AcademicSessionId>,
}

/// What there is to see.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "view", rename_all = "camelCase")]
pub enum GradebookData {
    /// For staff and counselors.
    Staff(StaffView),
    /// For students and guardians.
    Family(FamilyView),
}

/// A gradebook as staff and counselors see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StaffView {
    /// The class.
    pub class_id: ClassId,
    /// Its students, by family name.
    pub students: Vec<StudentName>,
    /// Its line items, by due date.
    pub line_items: Vec<LineItem>,
    /// The categories of these line items.
    pub categories: Vec<Category>,
    /// Every cell that was ever set; the others have version 0.
    pub cells: Vec<CellView>,
    /// Each student's average.
    pub averages: Vec<StudentAverage>,
    /// Who is typing into which cell.
    pub typing: Vec<WatchedCell>,
    /// Who is in which cell.
    pub focused: Vec<WatchedCell>,
}

/// A gradebook as a student or guardian sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FamilyView {
    /// The class.
    pub class_id: ClassId,
    /// Oneself, or one's children in the class.
    pub students: Vec<StudentName>,
    /// The line items of the class, by due date.
    pub line_items: Vec<LineItem>,
    /// The categories of these line items.
    pub categories: Vec<Category>,
    /// Their posted results.
    pub results: Vec<ResultView>,
    /// Their averages over posted results.
    pub averages: Vec<StudentAverage>,
}

/// A student's average.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StudentAverage {
    /// The student.
    pub student_id: UserId,
    /// In percent; `null` while nothing counts.
    pub average: Option<f64>,
}

/// Leaves a class's gradebook, whatever academic sessions of it were joined.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LeaveGradebook {
    /// The class; it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
}

impl JoinGradebook {
    /// All of that class's gradebook.
    pub fn of(class: ClassId) -> Self {
        Self { class_id: Some(class), session_id: None }
    }
}

impl LeaveGradebook {
    /// That class's gradebook.
    pub fn of(class: ClassId) -> Self {
        Self { class_id: Some(class) }
    }
}
