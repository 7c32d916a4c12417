//! A class, its people and its days, for all tests.

use chrono::{Days as Span, NaiveDate};
use homeroom_attendance::{Author, Days, Limits, Mark, Place, Rules, SetMark, Status, StudentDay};
use homeroom_contract::{ClassId, OrgId, Timestamp, UserId};
use proptest::prelude::*;

pub(crate) fn class() -> ClassId {
    ClassId::new("c1").unwrap()
}

pub(crate) fn user(id: &str) -> UserId {
    UserId::new(id).unwrap()
}

pub(crate) fn place() -> Place {
    Place { class_id: class(), school_id: OrgId::new("s1").unwrap() }
}

pub(crate) fn teacher() -> Author {
    Author::staff(user("tina"))
}

pub(crate) fn principal() -> Author {
    Author::admin(user("paul"))
}

pub(crate) fn day(date: &str) -> NaiveDate {
    date.parse().unwrap()
}

pub(crate) fn at(instant: &str) -> Timestamp {
    serde_json::from_value(instant.into()).unwrap()
}

/// Ten in the morning of that Monday.
pub(crate) fn now() -> Timestamp {
    at("2026-11-16T10:00:00Z")
}

/// The day of [`now`].
pub(crate) fn today() -> NaiveDate {
    day("2026-11-16")
}

pub(crate) fn on(limits: &Limits, today: NaiveDate) -> Rules<'_> {
    Rules { limits, today }
}

pub(crate) fn unmarked(student: &str) -> StudentDay {
    StudentDay::unmarked(class(), user(student), today())
}

pub(crate) fn set(status: Status) -> SetMark {
    SetMark { mark: Mark::of(status), expected_version: None }
}

/// The day so many days after the first Monday of November.
pub(crate) fn nth(day_number: u64) -> NaiveDate {
    day("2026-11-02") + Span::new(day_number)
}

/// Records on consecutive days, by the first letters: `P`resent, `A`bsent, `L`ate, e`X`cused, `E`arly departure, par`T`ial; `.`
/// is a day without a record.
pub(crate) fn days(letters: &str) -> Days {
    let status = |letter| match letter {
        'P' => Some(Status::Present),
        'A' => Some(Status::Absent),
        'L' => Some(Status::Late),
        'X' => Some(Status::Excused),
        'E' => Some(Status::EarlyDeparture),
        'T' => Some(Status::Partial),
        _ => None,
    };
    (0..).zip(letters.chars()).filter_map(|(n, letter)| Some((nth(n), status(letter)?))).collect()
}

pub(crate) fn some_status() -> impl Strategy<Value = Status> {
    prop::sample::select(Status::ALL.to_vec())
}

/// Records on some of forty days.
pub(crate) fn some_days() -> impl Strategy<Value = Days> {
    prop::collection::btree_map((0..40_u64).prop_map(nth), some_status(), 0..40)
}
