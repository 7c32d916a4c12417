//! The whiteboard: layers of strokes, and who may draw and see what.
//!
//! Every accepted change (a draw, an undo, a clearing, a right that becomes another) raises the revision by one. A stroke stays on
//! the layer on which it was drawn. Staff draw always and see everything; a student may draw once it is granted, together with the
//! others (`shared`) or alone beside the staff (`isolated`). A lock binds all students, whatever was granted.

use std::collections::BTreeMap;

use homeroom_contract::{ClassId, UserId, field};
use serde::{Deserialize, Serialize};

use crate::domain::{
    Attendee, BoardChange, BoardHead, BoardPlace, DrawMode, DrawnStroke, Layer, Limits, LiveClassError,
    LiveClassRoom, Lockable, Locks, Stroke, Told, WhiteboardCleared, WhiteboardDrawWsEvent, WhiteboardView,
};

/// The board of a class.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Whiteboard {
    head: BoardHead,
    places: BTreeMap<UserId, BoardPlace>,
    strokes: Vec<DrawnStroke>,
}

impl Whiteboard {
    /// The board that is kept in these rows, in whatever order they come.
    pub fn from_rows(
        head: BoardHead,
        places: impl IntoIterator<Item = BoardPlace>,
        strokes: impl IntoIterator<Item = DrawnStroke>,
    ) -> Self {
        let places = places.into_iter().map(|place| (place.user_id.clone(), place)).collect();
        let mut strokes: Vec<DrawnStroke> = strokes.into_iter().collect();
        strokes.sort_by_key(|stroke| stroke.stroke_id);
        Self { head, places, strokes }
    }

    /// The board's own row, which every change writes.
    pub fn head(&self) -> &BoardHead {
        &self.head
    }

    /// A student's row, which a grant writes and a change of the student's own layer; none if there was neither.
    pub fn place(&self, user: &UserId) -> Option<&BoardPlace> {
        self.places.get(user)
    }

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
        for (n, stroke) in strokes.iter().enumerate() {
            stroke.check(limits).map_err(|error| error.under(format!("strokes[{n}]")))?;
        }
        self.require_space(&strokes, limits)?;
        let numbered = (self.head.last_stroke + 1..).zip(strokes).map(|(stroke_id, stroke)| DrawnStroke {
            stroke_id,
            user_id: by.user_id.clone(),
            layer,
            stroke,
        });
        let drawn: Vec<DrawnStroke> = numbered.collect();
        self.head.last_stroke = drawn.last().map_or(self.head.last_stroke, |stroke| stroke.stroke_id);
        self.strokes.extend(drawn.iter().cloned());
        Ok(self.changed(by, layer, drawn, None))
    }

    /// Takes back one's own last stroke on the layer on which one draws now; only while one may draw. So an isolated student
    /// changes nothing that others see.
    pub fn undo(&mut self, by: &Attendee, locks: Locks) -> Result<BoardChange, LiveClassError> {
        let layer = self.require_layer(by, locks)?;
        let own = |stroke: &DrawnStroke| stroke.user_id == by.user_id && stroke.layer == layer;
        let last = self.strokes.iter().rposition(own).ok_or(LiveClassError::NotFound("stroke"))?;
        let DrawnStroke { stroke_id, .. } = self.strokes.remove(last);
        Ok(self.changed(by, layer, Vec::new(), Some(stroke_id)))
    }

    /// Clears all layers; staff only. Rights stay.
    pub fn clear(&mut self, class_id: &ClassId, by: &Attendee) -> Result<WhiteboardCleared, LiveClassError> {
        by.require_staff()?;
        self.head.rev += 1;
        self.head.cleared = self.head.rev;
        self.strokes.clear();
        Ok(WhiteboardCleared {
            class_id: class_id.clone(),
            rev: self.head.rev,
            cleared_by: by.user_id.clone(),
        })
    }

    /// Grants a student a right, or takes it; staff only, and of students only. Says whether anything changed: then the student
    /// sees other layers than before, and needs a snapshot.
    pub fn grant(&mut self, by: &Attendee, to: &Attendee, mode: DrawMode) -> Result<bool, LiveClassError> {
        by.require_staff()?;
        if !to.is_student() {
            return Err(LiveClassError::NotAllowed);
        }
        Ok(self.set_mode(&to.user_id, mode))
    }

    /// Makes a right another one, and the revision a new one.
    pub(crate) fn set_mode(&mut self, user: &UserId, mode: DrawMode) -> bool {
        if self.mode_of(user) == mode {
            return false;
        }
        self.head.rev += 1;
        self.place_mut(user).mode = mode;
        true
    }

    /// What somebody may do; staff are like those who share.
    pub fn mode(&self, who: &Attendee) -> DrawMode {
        if who.is_staff() {
            DrawMode::Shared
        } else if who.is_student() {
            self.mode_of(&who.user_id)
        } else {
            DrawMode::Off
        }
    }

    /// The board's revision: how many changes it has seen.
    pub fn rev(&self) -> u64 {
        self.head.rev
    }

    /// The board as somebody sees it.
    pub fn view(&self, viewer: &Attendee) -> WhiteboardView {
        let seen = self.strokes.iter().filter(|stroke| self.sees(viewer, stroke.layer, &stroke.user_id));
        WhiteboardView { rev: self.head.rev, mode: self.mode(viewer), strokes: seen.cloned().collect() }
    }

    /// Whether somebody sees what that person drew on that layer.
    pub fn sees(&self, viewer: &Attendee, layer: Layer, drawn_by: &UserId) -> bool {
        viewer.sees_all()
            || match layer {
                Layer::Staff => true,
                Layer::Shared => self.mode(viewer) != DrawMode::Isolated,
                Layer::Own => viewer.user_id == *drawn_by,
            }
    }

    /// A change as it is told, and to whom. `class:{id}` is used only while nobody at all is isolated, present or not: who is
    /// isolated is what the board says, not the caller. Else it goes to staff and to each of `students` (those who are present) who
    /// may see it, and those who are isolated are told that they are.
    pub fn tell(
        &self,
        class: &ClassId,
        change: &BoardChange,
        students: impl IntoIterator<Item = UserId>,
    ) -> Vec<Told<WhiteboardDrawWsEvent>> {
        let told = |rooms: Vec<LiveClassRoom>, isolated: bool| Told {
            rooms: rooms.iter().map(LiveClassRoom::room).collect(),
            event: WhiteboardDrawWsEvent::of(class.clone(), change.clone(), isolated),
        };
        let isolated = |user: &UserId| self.mode_of(user) == DrawMode::Isolated;
        if change.layer != Layer::Own && !self.places.keys().any(isolated) {
            return vec![told(vec![LiveClassRoom::Class(class.clone())], false)];
        }
        let sees = |user: &UserId| match change.layer {
            Layer::Staff => true,
            Layer::Shared => !isolated(user),
            Layer::Own => *user == change.user_id,
        };
        let (alone, together): (Vec<_>, Vec<_>) = students.into_iter().filter(sees).partition(isolated);
        let staff = [LiveClassRoom::Staff(class.clone())];
        let together =
            told(staff.into_iter().chain(together.into_iter().map(LiveClassRoom::User)).collect(), false);
        let alone: Vec<_> = alone.into_iter().map(LiveClassRoom::User).collect();
        let alone = (!alone.is_empty()).then(|| told(alone, true));
        [together].into_iter().chain(alone).collect()
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

    fn mode_of(&self, user: &UserId) -> DrawMode {
        self.places.get(user).map(|place| place.mode).unwrap_or_default()
    }

    fn place_mut(&mut self, user: &UserId) -> &mut BoardPlace {
        let place = || BoardPlace { user_id: user.clone(), mode: DrawMode::Off, own: 0 };
        self.places.entry(user.clone()).or_insert_with(place)
    }

    fn changed(
        &mut self,
        by: &Attendee,
        layer: Layer,
        strokes: Vec<DrawnStroke>,
        undone: Option<u64>,
    ) -> BoardChange {
        self.head.rev += 1;
        let BoardHead { rev, cleared, .. } = self.head;
        let last = match layer {
            Layer::Staff => &mut self.head.staff,
            Layer::Shared => &mut self.head.shared,
            Layer::Own => &mut self.place_mut(&by.user_id).own,
        };
        let after = std::mem::replace(last, rev).max(cleared);
        BoardChange { rev, after, user_id: by.user_id.clone(), layer, strokes, undone }
    }
}
