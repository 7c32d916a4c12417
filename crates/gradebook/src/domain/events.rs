//! What happened in a gradebook, and who sees what of it.
//!
//! Staff rooms (`class:{id}:staff`, `gradebook:{classId}:{sessionId}`) and the school's administrators get everything, the
//! previous score included. `student:{id}` gets that student's own, once posted and never with the previous score. Nothing
//! of a gradebook ever goes to `class:{id}`, where the other students are.
//!
//! Each event is about one student at most: a guardian of two children would otherwise get the first child's only.

use std::collections::BTreeSet;

use homeroom_contract::{
    AcademicSessionId, ClassId, Delivery, DomainEvent, LineItemId, OrgId, Patch, Room, UserId,
};
use serde::Serialize;

use crate::domain::wire::{
    GradeHiddenWsEvent, GradePostedWsEvent, GradeUpdatedWsEvent, LineItemCreatedWsEvent,
    LineItemUpdatedWsEvent, PeriodClosedWsEvent,
};
use crate::domain::{Author, Cell, Change, GradebookRoom, LineItem, Marks};

/// A class and the school whose administrators hear of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// The class.
    pub class_id: ClassId,
    /// Its school.
    pub school_id: OrgId,
}

impl Place {
    fn staff_rooms(&self, session: &AcademicSessionId) -> [Room; 3] {
        [
            Room::class_staff(&self.class_id),
            GradebookRoom::Session(self.class_id.clone(), session.clone()).room(),
            Room::school_admins(&self.school_id),
        ]
    }
}

/// One student's result for one line item, as events tell of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GradedCell {
    /// The class and school.
    pub place: Place,
    /// What it counts for.
    pub academic_session_id: AcademicSessionId,
    /// The line item.
    pub line_item_id: LineItemId,
    /// Its name.
    pub title: String,
    /// Its highest score.
    pub score_maximum: Option<f64>,
    /// The student.
    pub student_id: UserId,
    /// The cell's version.
    pub version: i64,
    /// What stands in it.
    pub marks: Marks,
    /// Who set it last.
    pub graded_by: Option<UserId>,
}

impl GradedCell {
    fn new(place: &Place, item: &LineItem, cell: &Cell) -> Self {
        Self {
            place: place.clone(),
            academic_session_id: item.academic_session_id.clone(),
            line_item_id: item.line_item_id.clone(),
            title: item.title.clone(),
            score_maximum: item.result_value_max,
            student_id: cell.student_id.clone(),
            version: cell.version,
            marks: cell.marks.clone(),
            graded_by: cell.graded_by.clone(),
        }
    }

    fn staff_rooms(&self) -> [Room; 3] {
        self.place.staff_rooms(&self.academic_session_id)
    }

    fn family_room(&self) -> Room {
        Room::student(&self.student_id)
    }
}

/// A result was shown to the student and the guardians.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GradePosted {
    /// The result.
    pub cell: GradedCell,
    /// Who posted it.
    pub posted_by: UserId,
}

impl GradePosted {
    /// What posting that cell means.
    pub fn new(place: &Place, item: &LineItem, cell: &Cell, change: &Change) -> Self {
        Self { cell: GradedCell::new(place, item, cell), posted_by: change.by.clone() }
    }
}

impl DomainEvent for GradePosted {
    const KIND: &'static str = "GradePosted";

    fn deliveries(&self) -> Vec<Delivery> {
        let rooms = self.cell.staff_rooms().into_iter().chain([self.cell.family_room()]);
        vec![Delivery::new(rooms, &GradePostedWsEvent::of(&self.cell))]
    }
}

/// A result was set.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GradeUpdated {
    /// The result.
    pub cell: GradedCell,
    /// What the score was.
    pub previous_score: Option<f64>,
    /// Whether families see it.
    pub posted: bool,
}

impl GradeUpdated {
    /// What that change of that cell means.
    pub fn new(place: &Place, item: &LineItem, cell: &Cell, change: &Change) -> Self {
        Self {
            cell: GradedCell::new(place, item, cell),
            previous_score: change.old.score,
            posted: change.posted,
        }
    }
}

impl DomainEvent for GradeUpdated {
    const KIND: &'static str = "GradeUpdated";

    fn deliveries(&self) -> Vec<Delivery> {
        let for_staff = GradeUpdatedWsEvent::of(&self.cell, Patch::from(self.previous_score));
        let mut deliveries = vec![Delivery::new(self.cell.staff_rooms(), &for_staff)];
        if self.posted {
            let for_family = GradeUpdatedWsEvent::of(&self.cell, Patch::Keep);
            deliveries.push(Delivery::new([self.cell.family_room()], &for_family));
        }
        deliveries
    }
}

/// A result that had been posted was hidden again.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GradeHidden {
    /// The class and school.
    pub place: Place,
    /// What it counts for.
    pub academic_session_id: AcademicSessionId,
    /// The line item.
    pub line_item_id: LineItemId,
    /// The student.
    pub student_id: UserId,
    /// Who hid it.
    pub hidden_by: UserId,
}

impl GradeHidden {
    /// What hiding that cell means.
    pub fn new(place: &Place, item: &LineItem, cell: &Cell, change: &Change) -> Self {
        Self {
            place: place.clone(),
            academic_session_id: item.academic_session_id.clone(),
            line_item_id: item.line_item_id.clone(),
            student_id: cell.student_id.clone(),
            hidden_by: change.by.clone(),
        }
    }
}

impl DomainEvent for GradeHidden {
    const KIND: &'static str = "GradeHidden";

    fn deliveries(&self) -> Vec<Delivery> {
        let staff = self.place.staff_rooms(&self.academic_session_id);
        let rooms = staff.into_iter().chain([Room::student(&self.student_id)]);
        let event = GradeHiddenWsEvent {
            class_id: self.place.class_id.clone(),
            line_item_id: self.line_item_id.clone(),
            student_id: self.student_id.clone(),
        };
        vec![Delivery::new(rooms, &event)]
    }
}

/// A line item was made.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LineItemCreated {
    /// The class and school.
    pub place: Place,
    /// The line item.
    pub line_item: LineItem,
    /// Who made it.
    pub created_by: UserId,
    /// Why, if an administrator did.
    pub reason: Option<String>,
}

impl LineItemCreated {
    /// What making that line item means.
    pub fn new(place: &Place, line_item: &LineItem, author: &Author) -> Self {
        Self {
            place: place.clone(),
            line_item: line_item.clone(),
            created_by: author.by.clone(),
            reason: author.reason.clone(),
        }
    }
}

impl DomainEvent for LineItemCreated {
    const KIND: &'static str = "LineItemCreated";

    fn deliveries(&self) -> Vec<Delivery> {
        let rooms = self.place.staff_rooms(&self.line_item.academic_session_id);
        vec![Delivery::new(rooms, &LineItemCreatedWsEvent(self.line_item.clone()))]
    }
}

/// A line item was changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LineItemUpdated {
    /// The class and school.
    pub place: Place,
    /// What it was.
    pub old: LineItem,
    /// What it is.
    pub new: LineItem,
    /// Who changed it.
    pub updated_by: UserId,
    /// Why, if an administrator did.
    pub reason: Option<String>,
}

impl LineItemUpdated {
    /// What that change of a line item means.
    pub fn new(place: &Place, old: LineItem, new: &LineItem, author: &Author) -> Self {
        Self {
            place: place.clone(),
            old,
            new: new.clone(),
            updated_by: author.by.clone(),
            reason: author.reason.clone(),
        }
    }
}

impl DomainEvent for LineItemUpdated {
    const KIND: &'static str = "LineItemUpdated";

    fn deliveries(&self) -> Vec<Delivery> {
        // One that moved to another session concerns those who look at the old one too.
        let rooms: BTreeSet<Room> = [&self.old, &self.new]
            .into_iter()
            .flat_map(|item| self.place.staff_rooms(&item.academic_session_id))
            .collect();
        vec![Delivery::new(rooms, &LineItemUpdatedWsEvent(self.new.clone()))]
    }
}

/// A grading period has closed for a class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PeriodClosed {
    /// The class and school.
    pub place: Place,
    /// The grading period.
    pub academic_session_id: AcademicSessionId,
}

impl DomainEvent for PeriodClosed {
    const KIND: &'static str = "PeriodClosed";

    fn deliveries(&self) -> Vec<Delivery> {
        let event = PeriodClosedWsEvent {
            class_id: self.place.class_id.clone(),
            academic_session_id: self.academic_session_id.clone(),
        };
        vec![Delivery::new(self.place.staff_rooms(&self.academic_session_id), &event)]
    }
}
