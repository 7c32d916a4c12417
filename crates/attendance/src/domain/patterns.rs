//! What a counselor would like to know of a student's days: absences that gather on one weekday, and coming late again and again.
//!
//! A pattern is told when it is found, and not again while it lasts. It is a hint and nothing that stands: it isn't withdrawn.
//! Excused days are left out of both.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Days, Status};

/// A pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Pattern {
    /// Absent on one weekday much more than on the others.
    Weekday,
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

/// What makes a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PatternRules {
    /// How many days back from the last record are looked at, that one included (60).
    pub window_days: u32,
    /// The least absences on one weekday (3).
    pub weekday_absences: u32,
    /// The least share of absences on that weekday, in percent (50). It must also be at least twice that of the other days.
    pub weekday_percent: u32,
    /// The least `LATE` in a row (3).
    pub late_streak: u32,
}

impl Default for PatternRules {
    fn default() -> Self {
        Self { window_days: 60, weekday_absences: 3, weekday_percent: 50, late_streak: 3 }
    }
}

/// What a pattern was found in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// The weekday, with `WEEKDAY`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weekday: Option<Weekday>,
    /// The days on which the student was absent (`WEEKDAY`) or late (`LATE_STREAK`), the earliest first.
    pub dates: Vec<NaiveDate>,
    /// Among how many records: those of that weekday, or those in a row.
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

/// The patterns that last for one student in one class: those that were told, and are there still.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Patterns(BTreeSet<(Pattern, Option<Weekday>)>);

impl Patterns {
    /// Looks at the records again, after any change: what is to be told now.
    pub fn settle(&mut self, days: &Days, rules: &PatternRules) -> Vec<Found> {
        let found = find(days, rules);
        let lasting = found.iter().map(|found| (found.pattern, found.evidence.weekday)).collect();
        let before = std::mem::replace(&mut self.0, lasting);
        found.into_iter().filter(|found| !before.contains(&(found.pattern, found.evidence.weekday))).collect()
    }
}

/// Every pattern in these records.
fn find(days: &Days, rules: &PatternRules) -> Vec<Found> {
    let Some((last, _)) = days.last_key_value() else { return Vec::new() };
    let recent: Vec<(NaiveDate, Status)> = days
        .iter()
        .map(|(date, status)| (*date, *status))
        .filter(|(date, status)| {
            (*last - *date).num_days() < i64::from(rules.window_days) && *status != Status::Excused
        })
        .collect();
    weekdays(&recent, rules).into_iter().chain(late_streak(&recent, rules)).collect()
}

fn weekdays(recent: &[(NaiveDate, Status)], rules: &PatternRules) -> Vec<Found> {
    let mut by_weekday: BTreeMap<Weekday, Vec<(NaiveDate, Status)>> = BTreeMap::new();
    for day in recent {
        by_weekday.entry(day.0.weekday().into()).or_default().push(*day);
    }
    let absent = |days: &[(NaiveDate, Status)]| -> Vec<NaiveDate> {
        days.iter().filter(|(_, status)| *status == Status::Absent).map(|(date, _)| *date).collect()
    };
    let all_absences = absent(recent).len();
    let on_weekday = |(weekday, days): (Weekday, Vec<(NaiveDate, Status)>)| {
        let dates = absent(&days);
        let (absences, records) = (dates.len(), days.len());
        let (other_absences, other_records) = (all_absences - absences, recent.len() - records);
        let many = absences >= count(rules.weekday_absences);
        let often = absences * 100 >= count(rules.weekday_percent) * records;
        // Twice the share of the other days; where there are none there is nothing to stand out from.
        let stands_out = other_records > 0 && absences * other_records >= 2 * other_absences * records;
        (many && often && stands_out).then(|| Found {
            pattern: Pattern::Weekday,
            evidence: Evidence {
                weekday: Some(weekday),
                dates,
                records: told(records),
                other_absences: Some(told(other_absences)),
                other_records: Some(told(other_records)),
            },
        })
    };
    by_weekday.into_iter().filter_map(on_weekday).collect()
}

fn late_streak(recent: &[(NaiveDate, Status)], rules: &PatternRules) -> Option<Found> {
    let late = recent.iter().rev().take_while(|(_, status)| *status == Status::Late);
    let mut dates: Vec<NaiveDate> = late.map(|(date, _)| *date).collect();
    dates.reverse();
    let records = told(dates.len());
    (records > 0 && records >= rules.late_streak).then_some(Found {
        pattern: Pattern::LateStreak,
        evidence: Evidence { weekday: None, dates, records, other_absences: None, other_records: None },
    })
}

fn count(of: u32) -> usize {
    usize::try_from(of).unwrap_or(usize::MAX)
}

fn told(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
