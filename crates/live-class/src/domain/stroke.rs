//! A stroke on the whiteboard: a line of points with a tool, a colour and a width. Coordinates are shares of the board, so that
//! it looks alike on every screen: (0, 0) is the upper left corner, (1, 1) the lower right.

use homeroom_contract::{UserId, field};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Limits, LiveClassError};

/// What a stroke is drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Tool {
    /// An opaque line.
    Pen,
    /// A translucent line.
    Highlighter,
    /// A line that takes away what is under it.
    Eraser,
}

/// A point, `[x,y]`, each within 0 and 1 inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Point(pub f64, pub f64);

/// A stroke, as it is drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Stroke {
    /// What it is drawn with.
    pub tool: Tool,
    /// Its colour, as `#rrggbb`.
    pub color: String,
    /// Its width as a share of the board's, above 0 and up to 1.
    pub width: f64,
    /// Its points, `[x,y]` each, in the order in which they were drawn. 1 to 1,000 (`live_class.limits.points`).
    pub points: Vec<Point>,
}

/// Which layer of the board a stroke is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// Drawn by staff; everyone sees it.
    Staff,
    /// Drawn by students together; everyone sees it but those who are isolated.
    Shared,
    /// Drawn by an isolated student; staff and that student see it.
    Own,
}

/// A stroke that is on the board.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DrawnStroke {
    /// Its number on this board: the later the higher, and none comes again.
    pub stroke_id: u64,
    /// Who drew it.
    pub user_id: UserId,
    /// Where it is.
    pub layer: Layer,
    /// What it looks like.
    pub stroke: Stroke,
}

impl Stroke {
    /// Whether it can be on a board: not too many points, all of them on it, a width and a colour that mean something.
    pub fn check(&self, limits: &Limits) -> Result<(), LiveClassError> {
        field::count("points", self.points.len(), limits.points)?;
        if self.points.is_empty() {
            return Err(LiveClassError::TooFew { field: "points", least: 1 });
        }
        for (n, Point(x, y)) in self.points.iter().enumerate() {
            for (axis, share) in [x, y].into_iter().enumerate() {
                let within = field::within("points", share, &(0.0..=1.0));
                within.map_err(|error| LiveClassError::from(error).at(format!("points[{n}][{axis}]")))?;
            }
        }
        field::within("width", &self.width, &(f64::MIN_POSITIVE..=1.0))
            .map_err(|_| LiveClassError::BadWidth)?;
        let digits = self.color.strip_prefix('#').unwrap_or_default();
        let sound = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if sound { Ok(()) } else { Err(LiveClassError::BadColor) }
    }
}
