//! How much one request may bring, and how far it may reach.

use std::ops::RangeInclusive;
use std::time::Duration;

use chrono::{Datelike as _, Days, NaiveDate};
use homeroom_contract::{Timestamp, field};
use serde::{Deserialize, Serialize};

use crate::domain::{AttendanceError, Author};

/// The years that a date may be of.
const YEARS: RangeInclusive<i32> = 1800..=2999;

/// How much one request may bring, and how far it may reach. Too many and too long is `PAYLOAD_TOO_LARGE`, out of a range
/// `VALIDATION_ERROR`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Students in one `attendance:bulk-mark` (500: the largest class, twice).
    pub records: usize,
    /// Characters of a reason (500).
    pub reason_chars: usize,
    /// Days back from today for which a day can be marked (400: the school year, and what is left over from the last).
    pub days_back: u32,
    /// Days after its own until whose end a day can be changed by others than administrators (1: the end of the next day).
    pub cutoff_days: u32,
    /// Seconds by which an arrival may be ahead of the gateway's clock (60): whoever says "now" has another clock.
    pub ahead_sec: u32,
    /// The least seconds for which a check-in code is shown (10).
    pub rotate_sec_min: u32,
    /// The most seconds for which a check-in code is shown (300).
    pub rotate_sec_max: u32,
    /// The most minutes for which a check-in is open, and after which one is late (240).
    pub checkin_minutes: u32,
    /// Seconds for which the code before is still good after the next one is shown, for who was typing (5). No longer than the
    /// next one is shown.
    pub grace_sec: u32,
    /// Wrong codes that a student may send in one check-in (10); after that it is `LOCKED`, and staff mark the student. One that it
    /// showed earlier isn't wrong.
    pub wrong_codes: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            records: 500,
            reason_chars: 500,
            days_back: 400,
            cutoff_days: 1,
            ahead_sec: 60,
            rotate_sec_min: 10,
            rotate_sec_max: 300,
            checkin_minutes: 240,
            grace_sec: 5,
            wrong_codes: 10,
        }
    }
}

impl Limits {
    /// The latest that somebody can have come, said at that time.
    pub(crate) fn latest_arrival(&self, at: Timestamp) -> Timestamp {
        at.plus(Duration::from_secs(self.ahead_sec.into()))
    }
}

/// What a change is measured by.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// How much it may bring.
    pub limits: &'a Limits,
    /// The day that it is in the district.
    pub today: NaiveDate,
}

impl Rules<'_> {
    /// Whether attendance of that day may be taken: not ahead of time, not too long ago, and before the cutoff.
    pub fn may_mark(&self, date: NaiveDate, author: &Author) -> Result<(), AttendanceError> {
        sound_date("date", date)?;
        field::within("date", &date, &self.markable())?;
        self.may_change(date, author)
    }

    /// Whether what stands for that day may still be changed: until the end of the next day (`attendance.limits.cutoff_days`),
    /// by administrators at any time.
    pub fn may_change(&self, date: NaiveDate, author: &Author) -> Result<(), AttendanceError> {
        let last = date.checked_add_days(Days::new(self.limits.cutoff_days.into())).unwrap_or(NaiveDate::MAX);
        if self.today <= last || author.is_admin() { Ok(()) } else { Err(AttendanceError::Locked) }
    }

    fn markable(&self) -> RangeInclusive<NaiveDate> {
        let earliest = self.today.checked_sub_days(Days::new(self.limits.days_back.into()));
        earliest.unwrap_or(NaiveDate::MIN)..=self.today
    }
}

/// Whether that date is of a year that a school may have.
pub(super) fn sound_date(field: &'static str, date: NaiveDate) -> Result<(), AttendanceError> {
    if YEARS.contains(&date.year()) { Ok(()) } else { Err(AttendanceError::BadYear { field }) }
}
