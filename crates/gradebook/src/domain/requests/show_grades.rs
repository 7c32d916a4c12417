//! `grades:post`, which shows results to families, and `grades:hide`, which takes them out of their eyes again.

use homeroom_contract::{LineItemId, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Shows results of a line item to the students and their guardians: all that were set, or those of some students.
///
/// What was never set, or is shown already, is passed over. A grade that is set later is hidden until it is posted too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PostGrades {
    /// The line item.
    pub line_item_id: LineItemId,
    /// The students; without it, all. At most 500 (`gradebook.limits.items`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub student_ids: Option<Vec<UserId>>,
    /// Why; an administrator has to say it, and it is kept in the history.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Hides results of a line item from the students and their guardians: all that were posted, or those of some students.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HideGrades {
    /// The line item.
    pub line_item_id: LineItemId,
    /// The students; without it, all. At most 500 (`gradebook.limits.items`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub student_ids: Option<Vec<UserId>>,
    /// Why; an administrator has to say it, and it is kept in the history.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// How many cells it changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GradesCounted {
    /// Cells that are shown (or hidden) now and weren't before.
    pub count: usize,
}

impl PostGrades {
    /// All results of that line item.
    pub fn of(line_item_id: LineItemId) -> Self {
        Self { line_item_id, student_ids: None, reason: None }
    }
}

impl HideGrades {
    /// All results of that line item.
    pub fn of(line_item_id: LineItemId) -> Self {
        Self { line_item_id, student_ids: None, reason: None }
    }
}
