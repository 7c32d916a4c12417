//! What a counselor would like to know of a student's days: absences that gather on one weekday, or in one class of several on the
//! same day, and coming late again and again.
//!
//! A pattern is told when it is found, and not again while it lasts. It is a hint and nothing that stands: it isn't withdrawn.
//! Excused days are left out of all.
//!
//! Whoever settles holds one lock for each student and class, from reading the records and what lasts until both are kept, as for
//! [`Interventions`](crate::Interventions).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::domain::{Days, Evidence, Found, Pattern, Status, Weekday};

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
    /// The least absences on days on which the student was in another class (3).
    pub period_absences: u32,
    /// The least share of absences on such days, in percent (50).
    pub period_percent: u32,
    /// The least `LATE` in a row (3).
    pub late_streak: u32,
}

impl Default for PatternRules {
    fn default() -> Self {
        Self {
            window_days: 60,
            weekday_absences: 3,
            weekday_percent: 50,
            period_absences: 3,
            period_percent: 50,
            late_streak: 3,
        }
    }
}

/// The patterns that last for one student in one class: those that were told, and are there still.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Patterns(BTreeSet<(Pattern, Option<Weekday>)>);

impl Patterns {
    /// Looks at the records again, after any change: what is to be told now.
    ///
    /// `elsewhere` are the days on which another class of the student's has a record of having been there (whatever isn't
    /// [`is_away`](Status::is_away)). A mark in one class may so make a pattern in another: the other classes of that day are
    /// settled after it too, each under its own lock.
    pub fn settle(
        &mut self,
        days: &Days,
        elsewhere: &BTreeSet<NaiveDate>,
        rules: &PatternRules,
    ) -> Vec<Found> {
        let found = find(days, elsewhere, rules);
        let lasting = found.iter().map(|found| (found.pattern, found.evidence.weekday)).collect();
        let before = std::mem::replace(&mut self.0, lasting);
        found.into_iter().filter(|found| !before.contains(&(found.pattern, found.evidence.weekday))).collect()
    }
}

/// Every pattern in these records.
fn find(days: &Days, elsewhere: &BTreeSet<NaiveDate>, rules: &PatternRules) -> Vec<Found> {
    let Some((last, _)) = days.last_key_value() else { return Vec::new() };
    let recent: Vec<(NaiveDate, Status)> = days
        .iter()
        .map(|(date, status)| (*date, *status))
        .filter(|(date, status)| {
            (*last - *date).num_days() < i64::from(rules.window_days) && *status != Status::Excused
        })
        .collect();
    let mut found = weekdays(&recent, rules);
    found.extend(period(&recent, elsewhere, rules));
    found.extend(late_streak(&recent, rules));
    found
}

/// The days among these on which the student was absent.
fn absences(days: &[(NaiveDate, Status)]) -> Vec<NaiveDate> {
    days.iter().filter(|(_, status)| *status == Status::Absent).map(|(date, _)| *date).collect()
}

fn weekdays(recent: &[(NaiveDate, Status)], rules: &PatternRules) -> Vec<Found> {
    let mut by_weekday: BTreeMap<Weekday, Vec<(NaiveDate, Status)>> = BTreeMap::new();
    for day in recent {
        by_weekday.entry(day.0.weekday().into()).or_default().push(*day);
    }
    let all_absences = absences(recent).len();
    let on_weekday = |(weekday, days): (Weekday, Vec<(NaiveDate, Status)>)| {
        let dates = absences(&days);
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

fn period(
    recent: &[(NaiveDate, Status)],
    elsewhere: &BTreeSet<NaiveDate>,
    rules: &PatternRules,
) -> Option<Found> {
    let in_school: Vec<_> = recent.iter().filter(|(date, _)| elsewhere.contains(date)).copied().collect();
    let dates = absences(&in_school);
    let many = !dates.is_empty() && dates.len() >= count(rules.period_absences);
    let often = dates.len() * 100 >= count(rules.period_percent) * in_school.len();
    (many && often).then(|| Found {
        pattern: Pattern::Period,
        evidence: Evidence {
            weekday: None,
            dates,
            records: told(in_school.len()),
            other_absences: None,
            other_records: None,
        },
    })
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
