//! The whiteboard: layers of strokes, and who may draw and see what.
//!
//! Every accepted change (a draw, an undo, a clearing) raises the revision by one. A stroke stays on the layer on which it was
//! drawn. Staff draw always and see everything; a student may draw once it is granted, together with the others (`shared`) or
//! alone beside the staff (`isolated`). A lock binds all students, whatever was granted.

use std::collections::BTreeMap;

use homeroom_contract::{ClassId, Room, UserId, field};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{
    Attendee, DrawnStroke, Layer, Limits, LiveClassError, LiveClassRoom, Lockable, Locks, Stroke,
    WhiteboardCleared, WhiteboardView,
};

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

/// The board of a class, as it is kept.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Whiteboard {
    rev: u64,
    last_stroke: u64,
    strokes: Vec<DrawnStroke>,
    modes: BTreeMap<UserId, DrawMode>,
    /// The revision at which everything was cleared last.
    cleared: u64,
    /// The last revision of each layer since then.
    staff: u64,
    shared: u64,
    own: BTreeMap<UserId, u64>,
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
    /// What was drawn.
    pub strokes: Vec<DrawnStroke>,
    /// The stroke that was taken back.
    pub undone: Option<u64>,
}

impl Whiteboard {
    /// Draws. `locks` are those that bind whoever draws.
    pub fn draw(
        &mut self,
        by: &Attendee,
        strokes: Vec<Stroke>,
        locks: Locks,
        limits: &Limits,
    ) -> Result<BoardChange, LiveClassError> {
        let layer = self.require_layer(by, locks)?;
        field::count("strokes", strokes.len(), limits.strokes)?;
        if strokes.is_empty() {
            return Err(LiveClassError::TooFew { field: "strokes", least: 1 });
        }
        for stroke in &strokes {
            stroke.check(limits)?;
        }
        self.require_space(&strokes, limits)?;
        let numbered = (self.last_stroke + 1..).zip(strokes).map(|(stroke_id, stroke)| DrawnStroke {
            stroke_id,
            user_id: by.user_id.clone(),
            layer,
            stroke,
        });
        let drawn: Vec<DrawnStroke> = numbered.collect();
        self.last_stroke = drawn.last().map_or(self.last_stroke, |stroke| stroke.stroke_id);
        self.strokes.extend(drawn.iter().cloned());
        Ok(self.changed(by, layer, drawn, None))
    }

    /// Takes back one's own last stroke, on whatever layer it is; only while one may draw.
    pub fn undo(&mut self, by: &Attendee, locks: Locks) -> Result<BoardChange, LiveClassError> {
        self.require_layer(by, locks)?;
        let last = self.strokes.iter().rposition(|stroke| stroke.user_id == by.user_id);
        let last = last.ok_or(LiveClassError::NotFound("stroke"))?;
        let DrawnStroke { stroke_id, layer, .. } = self.strokes.remove(last);
        Ok(self.changed(by, layer, Vec::new(), Some(stroke_id)))
    }

    /// Clears all layers; staff only.
    pub fn clear(&mut self, class_id: &ClassId, by: &Attendee) -> Result<WhiteboardCleared, LiveClassError> {
        by.require_staff()?;
        self.rev += 1;
        self.cleared = self.rev;
        self.own.clear();
        self.strokes.clear();
        Ok(WhiteboardCleared { class_id: class_id.clone(), rev: self.rev, cleared_by: by.user_id.clone() })
    }

    /// Grants a student a right, or takes it; staff only, and never of staff, who may always draw. Says whether anything changed:
    /// then the student sees other layers than before, and needs a snapshot.
    pub fn grant(&mut self, by: &Attendee, to: &Attendee, mode: DrawMode) -> Result<bool, LiveClassError> {
        by.require_staff()?;
        if to.is_staff() {
            return Err(LiveClassError::NotAllowed);
        }
        let old = self.mode(to);
        if mode == DrawMode::Off {
            self.modes.remove(&to.user_id);
        } else {
            self.modes.insert(to.user_id.clone(), mode);
        }
        Ok(old != mode)
    }

    /// What somebody may do; staff are like those who share.
    pub fn mode(&self, who: &Attendee) -> DrawMode {
        if who.is_staff() {
            return DrawMode::Shared;
        }
        self.modes.get(&who.user_id).copied().unwrap_or_default()
    }

    /// The board's revision: how many changes it has seen.
    pub fn rev(&self) -> u64 {
        self.rev
    }

    /// The board as somebody sees it.
    pub fn view(&self, viewer: &Attendee) -> WhiteboardView {
        let seen = self.strokes.iter().filter(|stroke| self.sees(viewer, stroke.layer, &stroke.user_id));
        WhiteboardView { rev: self.rev, mode: self.mode(viewer), strokes: seen.cloned().collect() }
    }

    /// Whether somebody sees what that person drew on that layer.
    pub fn sees(&self, viewer: &Attendee, layer: Layer, drawn_by: &UserId) -> bool {
        viewer.is_staff()
            || match layer {
                Layer::Staff => true,
                Layer::Shared => self.mode(viewer) != DrawMode::Isolated,
                Layer::Own => viewer.user_id == *drawn_by,
            }
    }

    /// The rooms that hear of a change: no one in them may be without the right to see it. `students` are those who are present.
    pub fn audience(&self, class: &ClassId, change: &BoardChange, students: &[Attendee]) -> Vec<Room> {
        let everyone = LiveClassRoom::Class(class.clone()).room();
        let sees = |student: &&Attendee| self.sees(student, change.layer, &change.user_id);
        if change.layer != Layer::Own && students.iter().all(|student| sees(&student)) {
            return vec![everyone];
        }
        let own = |student: &Attendee| LiveClassRoom::User(student.user_id.clone()).room();
        let staff = LiveClassRoom::Staff(class.clone()).room();
        [staff].into_iter().chain(students.iter().filter(sees).map(own)).collect()
    }

    /// The layer on which somebody draws, if it is allowed.
    fn require_layer(&self, by: &Attendee, locks: Locks) -> Result<Layer, LiveClassError> {
        if by.is_staff() {
            return Ok(Layer::Staff);
        }
        let layer = match self.mode(by) {
            DrawMode::Off => return Err(LiveClassError::NotAllowed),
            DrawMode::Shared => Layer::Shared,
            DrawMode::Isolated => Layer::Own,
        };
        locks.require(Lockable::Whiteboard)?;
        Ok(layer)
    }

    fn require_space(&self, more: &[Stroke], limits: &Limits) -> Result<(), LiveClassError> {
        let there = self.strokes.iter().map(|drawn| &drawn.stroke);
        let points: usize = there.chain(more).map(|stroke| stroke.points.len()).sum();
        let fits = self.strokes.len() + more.len() <= limits.board_strokes && points <= limits.board_points;
        if fits { Ok(()) } else { Err(LiveClassError::BoardFull) }
    }

    fn changed(
        &mut self,
        by: &Attendee,
        layer: Layer,
        strokes: Vec<DrawnStroke>,
        undone: Option<u64>,
    ) -> BoardChange {
        self.rev += 1;
        let last = match layer {
            Layer::Staff => &mut self.staff,
            Layer::Shared => &mut self.shared,
            Layer::Own => self.own.entry(by.user_id.clone()).or_default(),
        };
        let after = std::mem::replace(last, self.rev).max(self.cleared);
        BoardChange { rev: self.rev, after, user_id: by.user_id.clone(), layer, strokes, undone }
    }
}
