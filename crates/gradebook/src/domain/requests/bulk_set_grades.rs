//! `grade:bulk-set`: a whole column of the gradebook at once.

use homeroom_contract::{Code, LineItemId, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::set_fields::sets_a_cell;
use crate::domain::CellView;

/// Sets several students' results for one line item. What can't be set is listed, the rest is saved.
///
/// At most 500 items (`gradebook.limits.items`), no student twice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BulkSetGrades {
    /// The line item.
    pub line_item_id: LineItemId,
    /// The cells.
    pub items: Vec<CellToSet>,
    /// Why; an administrator has to say it, and it is kept in the history.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

sets_a_cell! {
    /// What to set one student's cell to. A field that is absent stays as it is, `null` clears it (a flag becomes `false`).
    CellToSet {} optional {}
}

/// What became of the items, each in the order in which they came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BulkGradesSet {
    /// What was set.
    pub saved: Vec<CellSaved>,
    /// What was not.
    pub conflicts: Vec<Conflict>,
}

/// A cell that was set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CellSaved {
    /// The student.
    pub student_id: UserId,
    /// The cell's version now.
    pub version: i64,
}

/// A cell that was not set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Conflict {
    /// The student.
    pub student_id: UserId,
    /// Why: `VERSION_CONFLICT`, or what `grade:set` would have answered (`VALIDATION_ERROR`, `NOT_FOUND` …).
    pub code: Code,
    /// The same as a sentence for a person.
    pub error: String,
    /// What stands there now, with `VERSION_CONFLICT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<CellView>,
}

impl BulkSetGrades {
    /// These cells, without a reason.
    pub fn new(line_item_id: LineItemId, items: Vec<CellToSet>) -> Self {
        Self { line_item_id, items, reason: None }
    }
}
