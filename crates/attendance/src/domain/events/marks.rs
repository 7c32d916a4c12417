//! Marks and corrections.

use chrono::NaiveDate;
use homeroom_contract::{Delivery, DomainEvent, Room, UserId};
use serde::Serialize;

use super::Place;
use crate::domain::wire::{AttendanceBulkMarkedWsEvent, AttendanceCorrectedWsEvent, AttendanceMarkedWsEvent};
use crate::domain::{BulkOutcome, Change, Closing, Mark, RecordSaved, RecordView, Summary};

/// A student's day was marked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AttendanceMarked {
    /// The class and school.
    pub place: Place,
    /// The record as it is now.
    pub record: RecordView,
    /// What stood there before; none with the first mark.
    pub old: Option<Mark>,
    /// Whether it came with a bulk mark, of which staff hear by itself.
    pub in_bulk: bool,
}

impl AttendanceMarked {
    /// What marking that one day means.
    pub fn new(place: &Place, record: RecordView, change: &Change) -> Self {
        Self { place: place.clone(), record, old: change.old.clone(), in_bulk: false }
    }

    /// What a bulk mark means for each student of it.
    pub fn each_of(place: &Place, bulk: &BulkOutcome) -> Vec<Self> {
        let one = |marked: Self| Self { in_bulk: true, ..marked };
        Self::all(place, &bulk.marked).map(one).collect()
    }

    /// What closing a check-in means for each student who was missing.
    pub fn each_missing(place: &Place, closing: &Closing) -> Vec<Self> {
        Self::all(place, &closing.marked).collect()
    }

    fn all(place: &Place, marked: &[(RecordView, Change)]) -> impl Iterator<Item = Self> {
        marked.iter().map(|(record, change)| Self::new(place, record.clone(), change))
    }
}

impl DomainEvent for AttendanceMarked {
    const KIND: &'static str = "AttendanceMarked";

    fn deliveries(&self) -> Vec<Delivery> {
        let staff = (!self.in_bulk).then(|| self.place.staff());
        let rooms = staff.into_iter().chain([Room::student(&self.record.student_id)]);
        vec![Delivery::new(rooms, &AttendanceMarkedWsEvent(self.record.clone()))]
    }
}

/// A day of several students was marked at once. Each of them is told of by an [`AttendanceMarked`] besides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AttendanceBulkMarked {
    /// The class and school.
    pub place: Place,
    /// The day.
    pub date: NaiveDate,
    /// Who marked them.
    pub by: UserId,
    /// How many of them were what.
    pub summary: Summary,
    /// What they are now, in brief: a whole class's reasons would be too much for one event.
    pub records: Vec<RecordSaved>,
}

impl AttendanceBulkMarked {
    /// What that bulk mark means for staff; none if nothing was saved.
    pub fn new(place: &Place, bulk: &BulkOutcome) -> Option<Self> {
        let (record, change) = bulk.marked.first()?;
        Some(Self {
            place: place.clone(),
            date: record.date,
            by: change.by.clone(),
            summary: bulk.reply.summary,
            records: bulk.reply.saved.clone(),
        })
    }
}

impl DomainEvent for AttendanceBulkMarked {
    const KIND: &'static str = "AttendanceBulkMarked";

    fn deliveries(&self) -> Vec<Delivery> {
        let event = AttendanceBulkMarkedWsEvent {
            class_id: self.place.class_id.clone(),
            date: self.date,
            by: self.by.clone(),
            summary: self.summary,
            records: self.records.clone(),
        };
        vec![Delivery::new([self.place.staff()], &event)]
    }
}

/// A record was corrected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AttendanceCorrected {
    /// The class and school.
    pub place: Place,
    /// The record as it is now.
    pub record: RecordView,
    /// What stood there before.
    pub old: Mark,
    /// Who corrected it.
    pub by: UserId,
    /// Why.
    pub reason: Option<String>,
}

impl AttendanceCorrected {
    /// What that correction means; none if it was a first mark, of which there is nothing to correct.
    pub fn new(place: &Place, record: RecordView, change: &Change) -> Option<Self> {
        Some(Self {
            place: place.clone(),
            record,
            old: change.old.clone()?,
            by: change.by.clone(),
            reason: change.reason.clone(),
        })
    }
}

impl DomainEvent for AttendanceCorrected {
    const KIND: &'static str = "AttendanceCorrected";

    fn deliveries(&self) -> Vec<Delivery> {
        let record = &self.record;
        let for_family = AttendanceCorrectedWsEvent {
            record_id: record.record_id.clone(),
            class_id: record.class_id.clone(),
            student_id: record.student_id.clone(),
            date: record.date,
            old: self.old.clone(),
            new: record.mark(),
            version: record.version,
            by: self.by.clone(),
            reason: None,
        };
        let for_staff = AttendanceCorrectedWsEvent { reason: self.reason.clone(), ..for_family.clone() };
        vec![
            Delivery::new([self.place.staff()], &for_staff),
            Delivery::new([Room::student(&record.student_id)], &for_family),
        ]
    }
}
