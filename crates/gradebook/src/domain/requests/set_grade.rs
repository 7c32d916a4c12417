//! `grade:set`: one student's result for one line item.

use homeroom_contract::LineItemId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::set_fields::sets_a_cell;

sets_a_cell! {
    /// Sets one student's result for a line item. Staff see it at once, the family once it is posted.
    ///
    /// A field that is absent stays as it is, `null` clears it (a flag becomes `false`). Teachers of the class write in their
    /// own name, administrators over it with a `reason`.
    SetGrade {
        /// The line item.
        line_item_id: LineItemId,
    } optional {
        /// Why; an administrator has to say it, and it is kept in the history.
        reason: String,
    }
}

/// The grade is set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GradeSet {
    /// The cell's version now.
    pub version: i64,
}
