//! Check-ins. All hear that one is open and closed; the code, and who was missing, is for staff.

use homeroom_contract::{Delivery, DomainEvent, Room, Timestamp, UserId};
use serde::Serialize;

use super::Place;
use crate::domain::wire::{CheckinCodeWsEvent, SessionClosedWsEvent, SessionOpenedWsEvent};
use crate::domain::{Checkin, CheckinId, Closing, ShownCode};

/// A check-in was opened. Its first code is told by a [`CheckinCodeShown`] besides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckinOpened {
    /// The class and school.
    pub place: Place,
    /// The session.
    pub session_id: CheckinId,
    /// Who opened it.
    pub opened_by: UserId,
    /// Who can check in: the students of the class.
    pub students: Vec<UserId>,
    /// Who checks in after this is late.
    pub late_after: Timestamp,
    /// When it ends.
    pub closes_at: Timestamp,
}

impl CheckinOpened {
    /// What opening that means for the class's students.
    pub fn new(place: &Place, checkin: &Checkin, students: Vec<UserId>) -> Self {
        Self {
            place: place.clone(),
            session_id: checkin.session_id.clone(),
            opened_by: checkin.opened_by.clone(),
            students,
            late_after: checkin.late_after(),
            closes_at: checkin.closes_at,
        }
    }
}

impl DomainEvent for CheckinOpened {
    const KIND: &'static str = "CheckinOpened";

    fn deliveries(&self) -> Vec<Delivery> {
        let event = SessionOpenedWsEvent {
            class_id: self.place.class_id.clone(),
            session_id: self.session_id.clone(),
            late_after: self.late_after,
            closes_at: self.closes_at,
        };
        let students = self.students.iter().map(Room::student);
        vec![Delivery::new([self.place.staff()].into_iter().chain(students), &event)]
    }
}

/// A code of a check-in is shown, the first or the next one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckinCodeShown {
    /// The class and school.
    pub place: Place,
    /// The session.
    pub session_id: CheckinId,
    /// The code.
    pub code: String,
    /// When the next one takes its place.
    pub expires_at: Timestamp,
}

impl CheckinCodeShown {
    /// What showing that code means.
    pub fn new(place: &Place, checkin: &Checkin, shown: ShownCode) -> Self {
        Self {
            place: place.clone(),
            session_id: checkin.session_id.clone(),
            code: shown.code,
            expires_at: shown.expires_at,
        }
    }
}

impl DomainEvent for CheckinCodeShown {
    const KIND: &'static str = "CheckinCodeShown";

    fn deliveries(&self) -> Vec<Delivery> {
        let event = CheckinCodeWsEvent {
            class_id: self.place.class_id.clone(),
            session_id: self.session_id.clone(),
            code: self.code.clone(),
            expires_at: self.expires_at,
        };
        vec![Delivery::new([self.place.staff()], &event)]
    }
}

/// A check-in was closed. Each student who was missing is told of by an [`AttendanceMarked`](super::AttendanceMarked) besides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckinClosed {
    /// The class and school.
    pub place: Place,
    /// The session.
    pub session_id: CheckinId,
    /// Who closed it, or had opened it if its time had come.
    pub closed_by: UserId,
    /// Who could check in: the students of the class.
    pub students: Vec<UserId>,
    /// Who was marked `ABSENT` by it.
    pub auto_absent: Vec<UserId>,
}

impl CheckinClosed {
    /// What closing it means for the class's students.
    pub fn new(place: &Place, checkin: &Checkin, students: Vec<UserId>, closing: &Closing) -> Self {
        Self {
            place: place.clone(),
            session_id: checkin.session_id.clone(),
            closed_by: closing.by.clone(),
            students,
            auto_absent: closing.auto_absent.clone(),
        }
    }
}

impl DomainEvent for CheckinClosed {
    const KIND: &'static str = "CheckinClosed";

    fn deliveries(&self) -> Vec<Delivery> {
        let for_students = SessionClosedWsEvent {
            class_id: self.place.class_id.clone(),
            session_id: self.session_id.clone(),
            auto_absent: None,
        };
        let for_staff =
            SessionClosedWsEvent { auto_absent: Some(self.auto_absent.clone()), ..for_students.clone() };
        vec![
            Delivery::new([self.place.staff()], &for_staff),
            Delivery::new(self.students.iter().map(Room::student), &for_students),
        ]
    }
}
