//! What counselors and administrators are told.

use homeroom_contract::{Delivery, DomainEvent, UserId};
use serde::Serialize;

use super::Place;
use crate::domain::wire::{
    InterventionTriggeredWsEvent, InterventionWithdrawnWsEvent, PatternDetectedWsEvent,
};
use crate::domain::{Evidence, Found, Intervention, Pattern};

/// A student's absences have reached a threshold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InterventionTriggered {
    /// The class and school.
    pub place: Place,
    /// The student.
    pub student_id: UserId,
    /// What was reached.
    pub intervention: Intervention,
}

impl InterventionTriggered {
    /// What reaching that means.
    pub fn new(place: &Place, student: UserId, intervention: Intervention) -> Self {
        Self { place: place.clone(), student_id: student, intervention }
    }
}

impl DomainEvent for InterventionTriggered {
    const KIND: &'static str = "InterventionTriggered";

    fn deliveries(&self) -> Vec<Delivery> {
        let event = InterventionTriggeredWsEvent {
            intervention_id: self.intervention.intervention_id.clone(),
            class_id: self.place.class_id.clone(),
            student_id: self.student_id.clone(),
            rule: self.intervention.rule,
            count: self.intervention.count,
            tier: self.intervention.tier,
            enrolled_days: self.intervention.enrolled_days,
            since: self.intervention.since,
            until: self.intervention.until,
        };
        vec![Delivery::new(self.place.counselors_and_admins(), &event)]
    }
}

/// An intervention has no cause any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InterventionWithdrawn {
    /// The class and school.
    pub place: Place,
    /// The student.
    pub student_id: UserId,
    /// What had been reached.
    pub intervention: Intervention,
}

impl InterventionWithdrawn {
    /// What withdrawing that means.
    pub fn new(place: &Place, student: UserId, intervention: Intervention) -> Self {
        Self { place: place.clone(), student_id: student, intervention }
    }
}

impl DomainEvent for InterventionWithdrawn {
    const KIND: &'static str = "InterventionWithdrawn";

    fn deliveries(&self) -> Vec<Delivery> {
        let event = InterventionWithdrawnWsEvent {
            intervention_id: self.intervention.intervention_id.clone(),
            class_id: self.place.class_id.clone(),
            student_id: self.student_id.clone(),
            rule: self.intervention.rule,
            tier: self.intervention.tier,
        };
        vec![Delivery::new(self.place.counselors_and_admins(), &event)]
    }
}

/// A student's days show a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PatternDetected {
    /// The class and school.
    pub place: Place,
    /// The student.
    pub student_id: UserId,
    /// The pattern.
    pub pattern: Pattern,
    /// What it was found in.
    pub evidence: Evidence,
}

impl PatternDetected {
    /// What finding that means.
    pub fn new(place: &Place, student: UserId, found: Found) -> Self {
        Self { place: place.clone(), student_id: student, pattern: found.pattern, evidence: found.evidence }
    }
}

impl DomainEvent for PatternDetected {
    const KIND: &'static str = "PatternDetected";

    fn deliveries(&self) -> Vec<Delivery> {
        let event = PatternDetectedWsEvent {
            class_id: self.place.class_id.clone(),
            student_id: self.student_id.clone(),
            pattern: self.pattern,
            evidence: self.evidence.clone(),
        };
        vec![Delivery::new(self.place.counselors_and_admins(), &event)]
    }
}
