//! Quiet hours: from when to when, each day, somebody doesn't want to be disturbed. Local times of day, to the minute.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use chrono::{NaiveDateTime, NaiveTime, Timelike as _};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::domain::NotificationError;

/// A local time of day, written `HH:MM`, from `00:00` to `23:59`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeOfDay(NaiveTime);

/// Not a time of day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a time of day is written HH:MM, from 00:00 to 23:59")]
pub struct InvalidTimeOfDay;

impl TimeOfDay {
    /// The time of day, without what is finer than a minute.
    pub fn new(time: NaiveTime) -> Self {
        Self(NaiveTime::from_hms_opt(time.hour(), time.minute(), 0).unwrap_or(NaiveTime::MIN))
    }

    /// For reckoning with dates.
    pub fn to_naive(self) -> NaiveTime {
        self.0
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0.hour(), self.0.minute())
    }
}

impl FromStr for TimeOfDay {
    type Err = InvalidTimeOfDay;

    /// There is one way to write it: `7:30`, `07:30:00` and `24:00` are refused.
    fn from_str(text: &str) -> Result<Self, InvalidTimeOfDay> {
        let time = NaiveTime::parse_from_str(text, "%H:%M").map(Self).map_err(|_| InvalidTimeOfDay)?;
        if time.to_string() == text { Ok(time) } else { Err(InvalidTimeOfDay) }
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = InvalidTimeOfDay;

    fn try_from(text: String) -> Result<Self, InvalidTimeOfDay> {
        text.parse()
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> Self {
        time.to_string()
    }
}

impl JsonSchema for TimeOfDay {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "TimeOfDay".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$" })
    }
}

/// From when to when somebody doesn't want to be disturbed, each day. If `to` is before `from`, they end the next morning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuietHours {
    /// When they begin, inclusive, as local time of day.
    pub from: TimeOfDay,
    /// When they end, exclusive, as local time of day. Not the same as `from`.
    pub to: TimeOfDay,
}

impl QuietHours {
    /// The quiet hours themselves, if they end at another time than they begin: whether the others would last for a whole day
    /// or not at all, nobody could tell.
    pub fn checked(self) -> Result<Self, NotificationError> {
        if self.from == self.to { Err(NotificationError::NoQuietHours) } else { Ok(self) }
    }

    /// Whether that local time of day is within them.
    pub fn contains(self, time: NaiveTime) -> bool {
        let (from, to) = (self.from.to_naive(), self.to.to_naive());
        if from <= to { from <= time && time < to } else { from <= time || time < to }
    }

    /// When those that `local` is within end; none if it is within none.
    pub fn end_after(self, local: NaiveDateTime) -> Option<NaiveDateTime> {
        if !self.contains(local.time()) {
            return None;
        }
        let end = local.date().and_time(self.to.to_naive());
        if end > local { Some(end) } else { Some(end.date().succ_opt()?.and_time(end.time())) }
    }
}
