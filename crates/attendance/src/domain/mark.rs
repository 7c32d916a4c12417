//! What stands in a record: a status, why, and for some when the student came and left.
//!
//! A mark that was checked has a time only where its status has one, both on its day, and in order.

use std::ops::Range;

use chrono::{NaiveDate, NaiveTime};
use homeroom_contract::{Patch, Timestamp, field};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{AttendanceError, Correction, Limits, Status};

/// A day begins first where clocks are 14 hours ahead of UTC, and ends last where they are 12 hours behind.
const FIRST_BEGIN_MS: i64 = -14 * 3_600_000;
const LAST_END_MS: i64 = (24 + 12) * 3_600_000;

/// What stands in a record. The student and the guardians see all of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Mark {
    /// What the day was.
    pub status: Status,
    /// Why, if it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When the student came; with `LATE` and `PARTIAL` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrival_at: Option<Timestamp>,
    /// When the student left, after `arrivalAt`; with `EARLY_DEPARTURE` and `PARTIAL` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub departure_at: Option<Timestamp>,
}

impl Mark {
    /// That status, and nothing more.
    pub fn of(status: Status) -> Self {
        Self { status, reason: None, arrival_at: None, departure_at: None }
    }

    /// The mark itself, if it may stand for that day. A time has to lie on that day in some time zone on Earth; who has come
    /// came no later than `at`, the time now, but for clocks that run ahead ([`Limits::ahead_sec`]).
    pub fn checked(self, date: NaiveDate, at: Timestamp, limits: &Limits) -> Result<Self, AttendanceError> {
        if let Some(reason) = &self.reason {
            field::text("reason", reason, limits.reason_chars)?;
        }
        may_come(self.status, self.arrival_at, date, limits.latest_arrival(at))?;
        may_leave(self.status, self.departure_at, date)?;
        self.in_order()
    }

    /// What it says after that correction, if what is new in it may stand. The times stay where the new status has them; why stays
    /// if the status does, since it speaks of that. What stays isn't checked again: the limits may be others by now.
    pub(crate) fn corrected(
        &self,
        correction: &Correction,
        date: NaiveDate,
        latest_arrival: Timestamp,
    ) -> Result<Self, AttendanceError> {
        let Correction { status, arrival_at, departure_at, .. } = correction;
        may_come(*status, said(arrival_at), date, latest_arrival)?;
        may_leave(*status, said(departure_at), date)?;
        let mark = Self {
            status: *status,
            reason: self.reason.clone().filter(|_| *status == self.status),
            arrival_at: arrival_at.clone().over(self.arrival_at.filter(|_| status.has_arrival())),
            departure_at: departure_at.clone().over(self.departure_at.filter(|_| status.has_departure())),
        };
        mark.in_order()
    }

    fn in_order(self) -> Result<Self, AttendanceError> {
        match (self.arrival_at, self.departure_at) {
            (Some(arrival), Some(departure)) if departure <= arrival => {
                Err(AttendanceError::LeftBeforeArrival)
            }
            _ => Ok(self),
        }
    }
}

/// The time that is said anew, if one is.
fn said(time: &Patch<Timestamp>) -> Option<Timestamp> {
    time.clone().over(None)
}

fn may_come(
    status: Status,
    arrival: Option<Timestamp>,
    date: NaiveDate,
    latest: Timestamp,
) -> Result<(), AttendanceError> {
    let Some(arrival) = arrival else { return Ok(()) };
    may_have("arrivalAt", status, status.has_arrival(), arrival, date)?;
    if arrival <= latest { Ok(()) } else { Err(AttendanceError::NotYetCome) }
}

fn may_leave(status: Status, departure: Option<Timestamp>, date: NaiveDate) -> Result<(), AttendanceError> {
    let Some(departure) = departure else { return Ok(()) };
    may_have("departureAt", status, status.has_departure(), departure, date)
}

fn may_have(
    field: &'static str,
    status: Status,
    has: bool,
    time: Timestamp,
    date: NaiveDate,
) -> Result<(), AttendanceError> {
    if !has {
        return Err(AttendanceError::NotForStatus { field, status });
    }
    if !anywhere_on(date).contains(&time.unix_millis()) {
        return Err(AttendanceError::NotOnThatDay { field });
    }
    Ok(())
}

/// The instants, in milliseconds, at which it is that day somewhere.
fn anywhere_on(date: NaiveDate) -> Range<i64> {
    let midnight = date.and_time(NaiveTime::MIN).and_utc().timestamp_millis();
    midnight + FIRST_BEGIN_MS..midnight + LAST_END_MS
}
