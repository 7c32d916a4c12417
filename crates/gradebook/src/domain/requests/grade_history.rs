//! `grade:history`: who changed a result, when, from what to what.

use homeroom_contract::{LineItemId, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Tells what one student's result for a line item went through, oldest first. Staff see all of it; the student and the
/// guardians what they could see change since it was posted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GradeHistory {
    /// The line item.
    pub line_item_id: LineItemId,
    /// The student.
    pub student_id: UserId,
}
