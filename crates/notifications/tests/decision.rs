//! When one notification is told to one person.

use crate::support::at;
use chrono::{NaiveDateTime, TimeDelta};
use homeroom_contract::Patch;
use homeroom_notifications::{
    Channel, Digest, DigestTimes, NotificationType, Preferences, Priority, QuietHours, SetPreferences,
    Telling,
};
use proptest::prelude::*;

fn local(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
}

fn night() -> QuietHours {
    QuietHours { from: "22:00".parse().unwrap(), to: "08:00".parse().unwrap() }
}

/// The same for each type and channel.
fn wanting(enabled: bool, quiet: Option<QuietHours>, digest: Digest) -> Preferences {
    let mut preferences = Preferences::default();
    let set = SetPreferences {
        enabled: Some(enabled),
        quiet_hours: Patch::from(quiet),
        digest: Some(digest),
        ..SetPreferences::default()
    };
    preferences.set(&set).unwrap();
    preferences
}

fn decide(preferences: &Preferences, priority: Priority, time: &str) -> Option<Telling<NaiveDateTime>> {
    let times = DigestTimes::default();
    preferences.decide(NotificationType::General, priority, Channel::InApp, local(time), &times)
}

const CALM: [Priority; 3] = [Priority::Low, Priority::Normal, Priority::High];

#[test]
fn by_itself_it_is_told_at_once() {
    for priority in Priority::ALL {
        assert_eq!(decide(&Preferences::default(), priority, "2026-11-20 23:00"), Some(Telling::Now));
    }
}

#[test]
fn in_quiet_hours_it_is_held_until_they_end() {
    let quiet = wanting(true, Some(night()), Digest::Off);
    for priority in CALM {
        let until = Some(Telling::Held(local("2026-11-21 08:00")));
        assert_eq!(decide(&quiet, priority, "2026-11-20 22:00"), until);
        assert_eq!(decide(&quiet, priority, "2026-11-21 07:59"), until);
        assert_eq!(decide(&quiet, priority, "2026-11-21 08:00"), Some(Telling::Now));
    }
}

#[test]
fn what_is_urgent_passes_quiet_hours_and_digests_but_not_what_is_switched_off() {
    let time = "2026-11-20 23:00";
    assert_eq!(
        decide(&wanting(true, Some(night()), Digest::Weekly), Priority::Urgent, time),
        Some(Telling::Now)
    );
    assert_eq!(decide(&wanting(false, None, Digest::Off), Priority::Urgent, time), None);
}

#[test]
fn a_digest_comes_when_it_is_due_or_when_the_quiet_hours_then_end() {
    let time = "2026-11-20 12:00";
    let daily = wanting(true, None, Digest::Daily);
    assert_eq!(decide(&daily, Priority::High, time), Some(Telling::Digest(local("2026-11-21 07:00"))));
    let weekly = wanting(true, Some(night()), Digest::Weekly);
    assert_eq!(decide(&weekly, Priority::High, time), Some(Telling::Digest(local("2026-11-23 08:00"))));
}

#[test]
fn an_urgent_announcement_cant_be_switched_off_within_the_app() {
    let off = wanting(false, Some(night()), Digest::Weekly);
    let decide = |priority, channel| {
        let (kind, times) = (NotificationType::SystemAnnouncement, DigestTimes::default());
        off.decide(kind, priority, channel, local("2026-11-20 23:00"), &times)
    };
    assert_eq!(decide(Priority::Urgent, Channel::InApp), Some(Telling::Now));
    assert_eq!(decide(Priority::Urgent, Channel::Email), None, "mail and phones are one's own");
    assert_eq!(decide(Priority::Urgent, Channel::Push), None);
    assert_eq!(decide(Priority::High, Channel::InApp), None);
}

/// The digest that was due within the quiet hours is still to come: what comes before they end is in it, not in the next one.
#[test]
fn what_comes_between_the_hour_of_a_digest_and_the_end_of_the_quiet_hours_is_in_that_digest() {
    let monday = Some(Telling::Digest(local("2026-11-23 08:00")));
    let weekly = wanting(true, Some(night()), Digest::Weekly);
    for time in ["2026-11-23 06:59", "2026-11-23 07:00", "2026-11-23 07:30", "2026-11-23 07:59"] {
        assert_eq!(decide(&weekly, Priority::Normal, time), monday, "{time}");
    }
    let next = Some(Telling::Digest(local("2026-11-30 08:00")));
    assert_eq!(decide(&weekly, Priority::Normal, "2026-11-23 08:00"), next, "that one has gone");

    // Due at 07:00 the day before, and put off nearly for a day.
    let long = QuietHours { from: "07:00".parse().unwrap(), to: "06:00".parse().unwrap() };
    let tuesday = Some(Telling::Digest(local("2026-11-24 06:00")));
    let long = wanting(true, Some(long), Digest::Weekly);
    assert_eq!(decide(&long, Priority::Normal, "2026-11-24 05:59"), tuesday);
}

#[test]
fn the_caller_knows_the_time_zone() {
    let instant = |time: NaiveDateTime| {
        assert_eq!(time, local("2026-11-21 08:00"));
        at(7)
    };
    let until = local("2026-11-21 08:00");
    assert_eq!(Telling::Held(until).map(instant), Telling::Held(at(7)));
    assert_eq!(Telling::Digest(until).map(instant), Telling::Digest(at(7)));
    assert_eq!(Telling::Now.map(instant), Telling::Now);
}

proptest! {
    #[test]
    fn nothing_that_waits_is_told_in_quiet_hours_or_in_the_past(
        from in 0..1440_u32, length in 1..1440_u32, minute in 0..200_000_i64,
        digest in prop::sample::select(vec![Digest::Off, Digest::Daily, Digest::Weekly]),
        priority in prop::sample::select(CALM.to_vec()),
        enabled in any::<bool>(),
    ) {
        let time = |minute: u32| format!("{:02}:{:02}", minute / 60 % 24, minute % 60).parse().unwrap();
        let quiet = QuietHours { from: time(from), to: time((from + length) % 1440) };
        let now = local("2026-11-20 00:00") + TimeDelta::minutes(minute);
        let preferences = wanting(enabled, Some(quiet), digest);
        let decided =
            preferences.decide(NotificationType::General, priority, Channel::InApp, now, &DigestTimes::default());
        match decided {
            Some(Telling::Now) => prop_assert!(enabled && digest == Digest::Off && !quiet.contains(now.time())),
            Some(Telling::Held(until)) => {
                prop_assert!(enabled && digest == Digest::Off && quiet.contains(now.time()));
                prop_assert!(until > now && !quiet.contains(until.time()));
            }
            Some(Telling::Digest(due)) => {
                prop_assert!(enabled && digest != Digest::Off);
                prop_assert!(due > now && !quiet.contains(due.time()));
            }
            None => prop_assert!(!enabled),
        }
    }
}
