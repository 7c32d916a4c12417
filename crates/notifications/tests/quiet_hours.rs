//! Quiet hours and times of day.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike as _};
use homeroom_notifications::{InvalidTimeOfDay, NotificationError, QuietHours, TimeOfDay};
use proptest::prelude::*;

fn time(text: &str) -> TimeOfDay {
    text.parse().unwrap()
}

fn quiet(from: &str, to: &str) -> QuietHours {
    QuietHours { from: time(from), to: time(to) }
}

fn local(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap()
}

fn any_time() -> impl Strategy<Value = TimeOfDay> {
    (0..1440_u32)
        .prop_map(|minute| TimeOfDay::new(NaiveTime::from_hms_opt(minute / 60, minute % 60, 0).unwrap()))
}

fn any_local() -> impl Strategy<Value = NaiveDateTime> {
    (0..1000_i64, 0..86_400_000_i64).prop_map(|(days, millis)| {
        let start = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap().and_time(NaiveTime::MIN);
        start + TimeDelta::days(days) + TimeDelta::milliseconds(millis)
    })
}

#[test]
fn a_time_of_day_is_written_in_one_way() {
    for text in ["00:00", "07:05", "23:59"] {
        assert_eq!(time(text).to_string(), text);
    }
    for text in
        ["", "7:05", "07:5", "07:05:00", "24:00", "12:60", "+7:05", " 07:05", "07:05 ", "07.05", "23:59:60"]
    {
        assert_eq!(text.parse::<TimeOfDay>(), Err(InvalidTimeOfDay), "{text:?}");
    }
    let fine = NaiveTime::from_hms_milli_opt(23, 59, 59, 1999).unwrap();
    assert_eq!(TimeOfDay::new(fine), time("23:59"), "seconds are cut, a leap second too");
}

#[test]
fn they_begin_with_their_first_moment_and_end_before_their_last() {
    let day = quiet("13:00", "14:30");
    assert_eq!(day.end_after(local("2026-11-20 12:59:59")), None);
    assert_eq!(day.end_after(local("2026-11-20 13:00:00")), Some(local("2026-11-20 14:30:00")));
    assert_eq!(day.end_after(local("2026-11-20 14:29:59")), Some(local("2026-11-20 14:30:00")));
    assert_eq!(day.end_after(local("2026-11-20 14:30:00")), None);
}

#[test]
fn they_may_cross_midnight() {
    let night = quiet("21:30", "07:00");
    let morning = Some(local("2027-01-01 07:00:00"));
    assert_eq!(night.end_after(local("2026-12-31 21:29:59")), None);
    assert_eq!(night.end_after(local("2026-12-31 21:30:00")), morning, "the year ends in between");
    assert_eq!(night.end_after(local("2027-01-01 00:00:00")), morning);
    assert_eq!(night.end_after(local("2027-01-01 06:59:59")), morning);
    assert_eq!(night.end_after(local("2027-01-01 07:00:00")), None);
    assert_eq!(
        quiet("22:00", "00:00").end_after(local("2026-12-31 23:00:00")),
        Some(local("2027-01-01 00:00:00"))
    );
}

#[test]
fn they_end_at_another_time_than_they_begin() {
    assert_eq!(quiet("22:00", "22:00").checked(), Err(NotificationError::NoQuietHours));
    assert_eq!(quiet("22:00", "22:01").checked(), Ok(quiet("22:00", "22:01")));
}

#[test]
fn the_calendar_ends_before_they_do() {
    let night = quiet("21:30", "07:00");
    assert_eq!(night.end_after(NaiveDateTime::MAX), None, "and then nothing is held for ever");
}

proptest! {
    #[test]
    fn every_moment_is_within_them_or_within_the_hours_between(from in any_time(), to in any_time(), local in any_local()) {
        prop_assume!(from != to);
        let (hours, between) = (QuietHours { from, to }, QuietHours { from: to, to: from });
        prop_assert_ne!(hours.contains(local.time()), between.contains(local.time()));
    }

    #[test]
    fn they_end_later_within_a_day_and_are_over_then(from in any_time(), to in any_time(), local in any_local()) {
        prop_assume!(from != to);
        let hours = QuietHours { from, to };
        match hours.end_after(local) {
            None => prop_assert!(!hours.contains(local.time())),
            Some(end) => {
                prop_assert!(end > local && end - local <= TimeDelta::days(1));
                prop_assert_eq!(end.time(), to.to_naive());
                prop_assert!(!hours.contains(end.time()));
                // A minute before the end it was still quiet.
                let minute = to.to_naive().with_second(0).unwrap() - TimeDelta::minutes(1);
                prop_assert!(hours.contains(minute));
            }
        }
    }

    #[test]
    fn a_time_of_day_comes_back_from_the_wire(time in any_time()) {
        let written = serde_json::to_string(&time).unwrap();
        prop_assert_eq!(serde_json::from_str::<TimeOfDay>(&written).unwrap(), time);
    }
}
