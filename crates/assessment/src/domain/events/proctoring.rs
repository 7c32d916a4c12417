//! Alerts, which staff alone see, and what staff say to those who sit an assessment.

use homeroom_contract::{ClassId, Delivery, DomainEvent, UserId};
use serde::{Deserialize, Serialize};

use crate::domain::{
    Alert, AssessmentId, AssessmentRoom, ProctorAlertWsEvent, ProctorMessageId, ProctorMessageWsEvent,
};

/// A proctor alert was raised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlertRaised {
    /// The class.
    pub class_id: ClassId,
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

/// Whom a message is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MessageFor {
    /// This student.
    Student(UserId),
    /// Everyone who may sit the assessment: these.
    Everyone(Vec<UserId>),
}

/// The staff have said something to those who sit an assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProctorMessageSent {
    /// The class.
    pub class_id: ClassId,
    /// The assessment.
    pub assessment_id: AssessmentId,
    /// The message.
    pub message_id: ProctorMessageId,
    /// What it says.
    pub body: String,
    /// Who says it.
    pub sent_by: UserId,
    /// Whom it is for.
    pub message_for: MessageFor,
}

impl DomainEvent for ProctorMessageSent {
    const KIND: &'static str = "ProctorMessageSent";

    fn deliveries(&self) -> Vec<Delivery> {
        let id = &self.assessment_id;
        // One who reads what is for everyone learns nothing of who that is.
        let (students, named) = match &self.message_for {
            MessageFor::Student(student) => (std::slice::from_ref(student), Some(student.clone())),
            MessageFor::Everyone(students) => (students.as_slice(), None),
        };
        let students = students.iter().map(|student| AssessmentRoom::Student(id.clone(), student.clone()));
        let rooms = [AssessmentRoom::Staff(id.clone())].into_iter().chain(students).map(|room| room.room());
        let event = ProctorMessageWsEvent {
            assessment_id: id.clone(),
            message_id: self.message_id.clone(),
            body: self.body.clone(),
            sent_by: self.sent_by.clone(),
            student_id: named,
        };
        vec![Delivery::new(rooms, &event)]
    }
}
