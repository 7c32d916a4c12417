//! An assessment was made or changed. Its questions are in neither event: who may see them joins.

use std::collections::BTreeMap;

use homeroom_contract::{Delivery, DomainEvent, Room, UserId};
use serde::{Deserialize, Serialize};

use crate::domain::{
    Assessment, AssessmentCreatedWsEvent, AssessmentRoom, AssessmentUpdatedWsEvent, AssessmentView, Extension,
};

/// An assessment was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssessmentCreated {
    /// The assessment.
    pub assessment: AssessmentView,
    /// Who made it.
    pub created_by: UserId,
    /// The staff of the class.
    pub staff_ids: Vec<UserId>,
}

impl AssessmentCreated {
    /// What making that assessment means, for a class with that staff.
    pub fn new(assessment: &Assessment, created_by: UserId, staff_ids: Vec<UserId>) -> Self {
        Self { assessment: AssessmentView::of(assessment, &Extension::default()), created_by, staff_ids }
    }
}

impl DomainEvent for AssessmentCreated {
    const KIND: &'static str = "AssessmentCreated";

    fn deliveries(&self) -> Vec<Delivery> {
        let rooms = devices(&self.created_by, &self.staff_ids);
        vec![Delivery::new(rooms, &AssessmentCreatedWsEvent(self.assessment.clone()))]
    }
}

/// The devices of who made something that nobody can have joined yet, and of the others of the class's staff.
pub(super) fn devices(made_by: &UserId, staff: &[UserId]) -> Vec<Room> {
    let others = staff.iter().filter(|other| *other != made_by);
    [made_by].into_iter().chain(others).map(|user| AssessmentRoom::User(user.clone()).room()).collect()
}

/// An assessment was changed; that all of it is paused, or goes on, is a change too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssessmentUpdated {
    /// The assessment as it is now.
    pub assessment: AssessmentView,
    /// Who changed it.
    pub updated_by: UserId,
    /// The students who may sit it and have no extension.
    pub student_ids: Vec<UserId>,
    /// The assessment as each of those sees it who have one: it closes later for them.
    pub extended: BTreeMap<UserId, AssessmentView>,
}

impl AssessmentUpdated {
    /// What that change of an assessment means for those who may sit it, started or not, each with the own extension.
    pub fn new(
        assessment: &Assessment,
        students: impl IntoIterator<Item = (UserId, Extension)>,
        updated_by: UserId,
    ) -> Self {
        let none = Extension::default();
        let (mut student_ids, mut extended) = (Vec::new(), BTreeMap::new());
        for (student, extension) in students {
            if extension == none {
                student_ids.push(student);
            } else {
                extended.insert(student, AssessmentView::of(assessment, &extension));
            }
        }
        Self { assessment: AssessmentView::of(assessment, &none), updated_by, student_ids, extended }
    }
}

impl DomainEvent for AssessmentUpdated {
    const KIND: &'static str = "AssessmentUpdated";

    fn deliveries(&self) -> Vec<Delivery> {
        let id = &self.assessment.assessment_id;
        let room = |student: &UserId| AssessmentRoom::Student(id.clone(), student.clone()).room();
        let staff = AssessmentRoom::Staff(id.clone()).room();
        let rooms = [staff].into_iter().chain(self.student_ids.iter().map(room));
        let all = Delivery::new(rooms, &AssessmentUpdatedWsEvent(self.assessment.clone()));
        let own = self
            .extended
            .iter()
            .map(|(student, view)| Delivery::new([room(student)], &AssessmentUpdatedWsEvent(view.clone())));
        [all].into_iter().chain(own).collect()
    }
}
