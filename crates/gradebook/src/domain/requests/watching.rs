//! `gradebook:typing` and `cell:focus`: what somebody does in a cell, for those who are watching.

use homeroom_contract::{ClassId, LineItemId, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Tells the class's staff that the sender is typing into a cell, or has stopped. It ends by itself after 5 seconds
/// (`gradebook.typing_ms`) without another one, or with the connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Typing {
    /// The class; it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
    /// The cell's line item.
    pub line_item_id: LineItemId,
    /// The cell's student.
    pub student_id: UserId,
    /// Whether it begins (or goes on) or ends.
    pub is_typing: bool,
}

/// Tells the class's staff which cell the sender is in, or with `studentId` null that it is none. It ends by itself after a
/// minute (`gradebook.focus_ms`) without another one, or with the connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FocusCell {
    /// The class; it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
    /// The cell's line item.
    pub line_item_id: LineItemId,
    /// The cell's student; `null` when the cell is left.
    #[serde(default)]
    pub student_id: Option<UserId>,
}
