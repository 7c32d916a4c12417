//! What is told of the whiteboard.

use std::ops::Not;

use homeroom_contract::{ClassId, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{BoardChange, DrawMode, DrawnStroke, Layer, WhiteboardView};

/// Somebody drew on the whiteboard, or took a stroke back. It goes only to those who see the layer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WhiteboardDrawWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// The board's revision now.
    pub rev: u64,
    /// The revision of the change of this layer (with isolated students, of this one's) before it, 0 if there was none. Whoever
    /// holds neither it nor a later state of the board (a snapshot's `rev`) has missed something and joins again.
    pub after: u64,
    /// Who drew.
    pub user_id: UserId,
    /// On which layer.
    pub layer: Layer,
    /// What was drawn; empty for an undo.
    pub strokes: Vec<DrawnStroke>,
    /// The `strokeId` that was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone: Option<u64>,
    /// Whether whoever gets this is isolated. A client that holds something else has missed a `whiteboard.snapshot` and joins
    /// again.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub isolated: bool,
}

impl WhiteboardDrawWsEvent {
    /// What that change of a class's board looks like to those who are isolated, or to those who aren't.
    pub(crate) fn of(class_id: ClassId, change: BoardChange, isolated: bool) -> Self {
        let BoardChange { rev, after, user_id, layer, strokes, undone } = change;
        Self { class_id, rev, after, user_id, layer, strokes, undone, isolated }
    }
}

/// The whole board, for one person whose right to it has changed, and who therefore sees other layers than before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WhiteboardSnapshotWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// For whom it is.
    pub user_id: UserId,
    /// The board's revision.
    pub rev: u64,
    /// What this person may do.
    pub mode: DrawMode,
    /// The strokes that this person sees, in the order in which they were drawn.
    pub strokes: Vec<DrawnStroke>,
}

impl WhiteboardSnapshotWsEvent {
    /// The snapshot of a class's board for that person, whose view it is.
    pub fn of(class_id: ClassId, user_id: UserId, view: WhiteboardView) -> Self {
        let WhiteboardView { rev, mode, strokes } = view;
        Self { class_id, user_id, rev, mode, strokes }
    }
}

/// All layers of the whiteboard were cleared. Strokes with a lower `rev` are gone, even if they arrive later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WhiteboardClearedWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// The board's revision now.
    pub rev: u64,
    /// Who cleared it.
    pub user_id: UserId,
}
