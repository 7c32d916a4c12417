//! What is done on the whiteboard: `whiteboard:draw`, `undo`, `clear` and `grant`.

use homeroom_contract::{ClassId, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{DrawMode, DrawnStroke, Layer, Stroke};

/// Draws on the whiteboard. Staff always may; a student once it is granted (else `UNAUTHORIZED`) and while it isn't locked
/// (`LOCKED`). A board that is full is `PAYLOAD_TOO_LARGE` until something is undone or cleared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DrawStrokes {
    /// The class; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
    /// What is drawn, in its order: 1 to 100 (`live_class.limits.strokes`).
    pub strokes: Vec<Stroke>,
}

/// Takes back one's own last stroke on the layer on which one draws now; `NOT_FOUND` if there is none. Only for whoever may draw.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UndoStroke {
    /// The class; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
}

/// Clears the whiteboard, everyone's layers. Staff only.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClearWhiteboard {
    /// The class; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
}

/// One's own strokes are on the board, or the last one is off it: what everyone else gets as `whiteboard.draw`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BoardChanged {
    /// The board's revision now: one more than before.
    pub rev: u64,
    /// The revision of the change of this layer before it, as in `whiteboard.draw`: whoever holds neither it nor a later state of
    /// the board has missed something and joins again.
    pub after: u64,
    /// The layer; another one than expected means that a `whiteboard.snapshot` was missed.
    pub layer: Layer,
    /// The numbers that the strokes have, in the order in which they were sent; empty for an undo.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stroke_ids: Vec<u64>,
    /// The `strokeId` that was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone: Option<u64>,
}

/// The board is cleared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BoardRevision {
    /// Its revision now: one more than before.
    pub rev: u64,
}

/// Says what a student may do on the whiteboard; at first it is `off`. Staff only, and of students only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GrantWhiteboard {
    /// The class; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
    /// The student.
    pub user_id: UserId,
    /// What the student may do.
    pub mode: DrawMode,
}

/// The student may do that now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WhiteboardGranted {
    /// The student.
    pub user_id: UserId,
    /// What the student may do.
    pub mode: DrawMode,
    /// The board's revision now: one more than before, if the right is another one.
    pub rev: u64,
}

/// The whiteboard as one person sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WhiteboardView {
    /// Its revision: what comes with a lower one is in here already.
    pub rev: u64,
    /// What this person may do; for staff always `shared`.
    pub mode: DrawMode,
    /// The strokes that this person sees, in the order in which they were drawn.
    pub strokes: Vec<DrawnStroke>,
}
