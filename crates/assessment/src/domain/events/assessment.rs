//! An assessment was made or changed. Its questions are in neither event: who may see them joins.

use homeroom_contract::{Delivery, DomainEvent, UserId};
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
}

impl AssessmentCreated {
    /// What making that assessment means.
    pub fn new(assessment: &Assessment, created_by: UserId) -> Self {
        Self { assessment: AssessmentView::of(assessment, &Extension::default()), created_by }
    }
}

impl DomainEvent for AssessmentCreated {
    const KIND: &'static str = "AssessmentCreated";

    fn deliveries(&self) -> Vec<Delivery> {
        // Nobody can have joined it yet.
        let rooms = [AssessmentRoom::User(self.created_by.clone()).room()];
        vec![Delivery::new(rooms, &AssessmentCreatedWsEvent(self.assessment.clone()))]
    }
}

/// An assessment was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssessmentUpdated {
    /// The assessment as it is now.
    pub assessment: AssessmentView,
    /// Who changed it.
    pub updated_by: UserId,
}

impl AssessmentUpdated {
    /// What that change of an assessment means; that all of it is paused, or goes on, is one too.
    pub fn new(assessment: &Assessment, updated_by: UserId) -> Self {
        Self { assessment: AssessmentView::of(assessment, &Extension::default()), updated_by }
    }
}

impl DomainEvent for AssessmentUpdated {
    const KIND: &'static str = "AssessmentUpdated";

    fn deliveries(&self) -> Vec<Delivery> {
        let rooms = [AssessmentRoom::Staff(self.assessment.assessment_id.clone()).room()];
        vec![Delivery::new(rooms, &AssessmentUpdatedWsEvent(self.assessment.clone()))]
    }
}
