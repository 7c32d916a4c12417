//! What the whiteboard is kept as: one row for the board, one for each student who has a right to it or a layer, one for each
//! stroke. A change touches the board's row and those that it names, and no others.

use homeroom_contract::UserId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{BoardChanged, DrawnStroke, Layer};

/// What a student may do on the board.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DrawMode {
    /// See what isn't isolated, draw nothing; so it is at first.
    #[default]
    Off,
    /// Draw on the layer that the students share.
    Shared,
    /// Draw on a layer of one's own, and see nothing else but the staff's.
    Isolated,
}

/// The board's own row.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BoardHead {
    /// The revision: how many changes there were.
    pub rev: u64,
    /// The highest number that a stroke ever had.
    pub last_stroke: u64,
    /// The revision at which everything was cleared last; 0 if it never was.
    pub cleared: u64,
    /// The revision of the last change of the staff's layer.
    pub staff: u64,
    /// The revision of the last change of the shared layer.
    pub shared: u64,
}

/// A student's row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BoardPlace {
    /// The student.
    pub user_id: UserId,
    /// What the student may do.
    pub mode: DrawMode,
    /// The revision of the last change of the student's own layer; 0 if there was none.
    pub own: u64,
}

/// What a draw or an undo came to.
#[derive(Debug, Clone, PartialEq)]
pub struct BoardChange {
    /// The board's revision now.
    pub rev: u64,
    /// The revision of the change before it that whoever sees this layer has seen; 0 if there was none.
    pub after: u64,
    /// Who did it.
    pub user_id: UserId,
    /// On which layer.
    pub layer: Layer,
    /// What was drawn: rows to be added.
    pub strokes: Vec<DrawnStroke>,
    /// The stroke that was taken back: the row to be deleted.
    pub undone: Option<u64>,
}

impl BoardChange {
    /// What whoever did it is answered. The event doesn't reach the socket that drew.
    pub fn reply(&self) -> BoardChanged {
        BoardChanged {
            rev: self.rev,
            after: self.after,
            layer: self.layer,
            stroke_ids: self.strokes.iter().map(|stroke| stroke.stroke_id).collect(),
            undone: self.undone,
        }
    }
}
