//! When digests are due.

use chrono::{Datelike as _, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Weekday};
use homeroom_notifications::{Digest, DigestTimes, TimeOfDay};
use proptest::prelude::*;

fn local(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap()
}

#[test]
fn a_daily_one_is_due_every_morning() {
    let times = DigestTimes::default();
    let next = |text| times.next(Digest::Daily, local(text)).unwrap();
    assert_eq!(next("2026-11-20 06:59:59"), local("2026-11-20 07:00:00"));
    assert_eq!(next("2026-11-20 07:00:00"), local("2026-11-21 07:00:00"), "that one has just gone");
    assert_eq!(next("2026-12-31 23:59:59"), local("2027-01-01 07:00:00"));
}

#[test]
fn a_weekly_one_is_due_on_mondays() {
    let times = DigestTimes::default();
    let next = |text| times.next(Digest::Weekly, local(text)).unwrap();
    assert_eq!(next("2026-11-20 12:00:00"), local("2026-11-23 07:00:00"), "a Friday");
    assert_eq!(next("2026-11-23 06:59:59"), local("2026-11-23 07:00:00"), "that very Monday");
    assert_eq!(next("2026-11-23 07:00:00"), local("2026-11-30 07:00:00"), "a whole week later");
}

#[test]
fn without_a_digest_or_a_calendar_none_is_due() {
    let times = DigestTimes::default();
    assert_eq!(times.next(Digest::Off, local("2026-11-20 12:00:00")), None);
    assert_eq!(times.next(Digest::Daily, NaiveDateTime::MAX), None);
}

#[test]
fn the_times_are_settings() {
    let times: DigestTimes = serde_json::from_str(r#"{"at":"17:30","weekday":"Fri"}"#).unwrap();
    assert_eq!(times, DigestTimes { at: "17:30".parse().unwrap(), weekday: Weekday::Fri });
    assert_eq!(serde_json::from_str::<DigestTimes>("{}").unwrap(), DigestTimes::default());
    assert!(serde_json::from_str::<DigestTimes>(r#"{"day":"Fri"}"#).is_err());
    assert_eq!(times.next(Digest::Weekly, local("2026-11-20 12:00:00")), Some(local("2026-11-20 17:30:00")));
}

proptest! {
    #[test]
    fn none_is_missed_and_none_comes_before_what_it_holds(
        at in 0..1440_u32, weekday in 0..7_u8, days in 0..1000_u64, millis in 0..86_400_000_i64, weekly in any::<bool>(),
    ) {
        let at = TimeOfDay::new(NaiveTime::from_hms_opt(at / 60, at % 60, 0).unwrap());
        let times = DigestTimes { at, weekday: Weekday::try_from(weekday).unwrap() };
        let date = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(days);
        let local = date.and_time(NaiveTime::MIN) + TimeDelta::milliseconds(millis);
        let (digest, period) = if weekly { (Digest::Weekly, 7) } else { (Digest::Daily, 1) };
        let due = times.next(digest, local).unwrap();
        prop_assert!(due > local && due - local <= TimeDelta::days(period));
        prop_assert_eq!(due.time(), at.to_naive());
        prop_assert!(!weekly || due.weekday() == times.weekday);
        prop_assert_eq!(times.next(digest, due), Some(due + TimeDelta::days(period)), "they follow each other");
        let just_before = due - TimeDelta::milliseconds(1);
        prop_assert_eq!(times.next(digest, just_before), Some(due));
    }
}
