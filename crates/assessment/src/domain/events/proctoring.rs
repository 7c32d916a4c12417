//! Alerts, which staff alone see, and what staff say to those who sit an assessment.

use homeroom_contract::{Delivery, DomainEvent, UserId};
use serde::{Deserialize, Serialize};

use crate::domain::{
    Alert, AssessmentId, AssessmentRoom, ProctorAlertWsEvent, ProctorMessageId, ProctorMessageWsEvent,
};

/// A proctor alert was raised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlertRaised {
    /// The assessment.
    pub assessment_id: AssessmentId,
    /// The alert.
    pub alert: Alert,
}

impl DomainEvent for AlertRaised {
    const KIND: &'static str = "AlertRaised";

    fn deliveries(&self) -> Vec<Delivery> {
        let rooms = [AssessmentRoom::Staff(self.assessment_id.clone()).room()];
        vec![Delivery::new(rooms, &ProctorAlertWsEvent::of(&self.assessment_id, &self.alert))]
    }
}

/// The staff have said something to those who sit an assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProctorMessageSent {
    /// The assessment.
    pub assessment_id: AssessmentId,
    /// The message.
    pub message_id: ProctorMessageId,
    /// What it says.
    pub body: String,
    /// Who says it.
    pub sent_by: UserId,
    /// Whether it is for everyone; else it is for one.
    pub to_all: bool,
    /// The students it is for.
    pub student_ids: Vec<UserId>,
}

impl DomainEvent for ProctorMessageSent {
    const KIND: &'static str = "ProctorMessageSent";

    fn deliveries(&self) -> Vec<Delivery> {
        let id = &self.assessment_id;
        let students =
            self.student_ids.iter().map(|student| AssessmentRoom::Student(id.clone(), student.clone()));
        let rooms = [AssessmentRoom::Staff(id.clone())].into_iter().chain(students).map(|room| room.room());
        let event = ProctorMessageWsEvent {
            assessment_id: id.clone(),
            message_id: self.message_id.clone(),
            body: self.body.clone(),
            sent_by: self.sent_by.clone(),
            // One who reads it learns nothing of who else it is for.
            student_id: self.student_ids.first().filter(|_| !self.to_all).cloned(),
        };
        vec![Delivery::new(rooms, &event)]
    }
}
