//! What a pattern is and what it was found in, as counselors and administrators read it.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Pattern {
    /// Absent on one weekday much more than on the others.
    Weekday,
    /// Absent from this class again and again on days on which the student was in another one. In many schools a class is a period
    /// of the day.
    Period,
    /// The last records are `LATE`.
    LateStreak,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the days of the week")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl From<chrono::Weekday> for Weekday {
    fn from(day: chrono::Weekday) -> Self {
        match day {
            chrono::Weekday::Mon => Self::Monday,
            chrono::Weekday::Tue => Self::Tuesday,
            chrono::Weekday::Wed => Self::Wednesday,
            chrono::Weekday::Thu => Self::Thursday,
            chrono::Weekday::Fri => Self::Friday,
            chrono::Weekday::Sat => Self::Saturday,
            chrono::Weekday::Sun => Self::Sunday,
        }
    }
}

/// What a pattern was found in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// The weekday, with `WEEKDAY`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weekday: Option<Weekday>,
    /// The days on which the student was absent (`WEEKDAY`, `PERIOD`) or late (`LATE_STREAK`), the earliest first.
    pub dates: Vec<NaiveDate>,
    /// Among how many records: those of that weekday, those of days on which the student was in another class, or those in a row.
    pub records: u32,
    /// Absences on the other weekdays, with `WEEKDAY`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_absences: Option<u32>,
    /// Records of the other weekdays, with `WEEKDAY`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_records: Option<u32>,
}

/// A pattern that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The pattern.
    pub pattern: Pattern,
    /// What it was found in.
    pub evidence: Evidence,
}
