//! When one notification is told to one person.

use crate::support::at;
use chrono::{NaiveDateTime, TimeDelta};
use homeroom_contract::Patch;
use homeroom_notifications::{
    Channel, Decision, Digest, DigestTimes, NotificationType, Preferences, Priority, QuietHours,
    SetPreferences, Telling,
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

fn decide(preferences: &Preferences, priority: Priority, time: &str) -> Decision {
    let times = DigestTimes::default();
    preferences.decide(NotificationType::General, priority, Channel::InApp, local(time), &times)
}

const CALM: [Priority; 3] = [Priority::Low, Priority::Normal, Priority::High];

#[test]
fn by_itself_it_is_told_at_once() {
    for priority in Priority::ALL {
        assert_eq!(decide(&Preferences::default(), priority, "2026-11-20 23:00"), Decision::Now);
    }
}

#[test]
fn in_quiet_hours_it_is_held_until_they_end() {
    let quiet = wanting(true, Some(night()), Digest::Off);
    for priority in CALM {
        let until = Decision::Held(local("2026-11-21 08:00"));
        assert_eq!(decide(&quiet, priority, "2026-11-20 22:00"), until);
        assert_eq!(decide(&quiet, priority, "2026-11-21 07:59"), until);
        assert_eq!(decide(&quiet, priority, "2026-11-21 08:00"), Decision::Now);
    }
}

#[test]
fn what_is_urgent_passes_quiet_hours_and_digests_but_not_what_is_switched_off() {
    let time = "2026-11-20 23:00";
    assert_eq!(decide(&wanting(true, Some(night()), Digest::Weekly), Priority::Urgent, time), Decision::Now);
    assert_eq!(decide(&wanting(false, None, Digest::Off), Priority::Urgent, time), Decision::Off);
}

#[test]
fn a_digest_comes_when_it_is_due_or_when_the_quiet_hours_then_end() {
    let time = "2026-11-20 12:00";
    let daily = wanting(true, None, Digest::Daily);
    assert_eq!(decide(&daily, Priority::High, time), Decision::Digest(local("2026-11-21 07:00")));
    let weekly = wanting(true, Some(night()), Digest::Weekly);
    assert_eq!(decide(&weekly, Priority::High, time), Decision::Digest(local("2026-11-23 08:00")));
}

#[test]
fn an_urgent_announcement_cant_be_switched_off_within_the_app() {
    let off = wanting(false, Some(night()), Digest::Weekly);
    let decide = |priority, channel| {
        let (kind, times) = (NotificationType::SystemAnnouncement, DigestTimes::default());
        off.decide(kind, priority, channel, local("2026-11-20 23:00"), &times)
    };
    assert_eq!(decide(Priority::Urgent, Channel::InApp), Decision::Now);
    assert_eq!(decide(Priority::Urgent, Channel::Email), Decision::Off, "mail and phones are one's own");
    assert_eq!(decide(Priority::Urgent, Channel::Push), Decision::Off);
    assert_eq!(decide(Priority::High, Channel::InApp), Decision::Off);
}

#[test]
fn the_caller_knows_the_time_zone() {
    let instant = |time: NaiveDateTime| {
        assert_eq!(time, local("2026-11-21 08:00"));
        at(7)
    };
    let until = local("2026-11-21 08:00");
    assert_eq!(Decision::Held(until).telling(instant), Some(Telling::Held(at(7))));
    assert_eq!(Decision::Digest(until).telling(instant), Some(Telling::Digest(at(7))));
    assert_eq!(Decision::Now.telling(instant), Some(Telling::Now));
    assert_eq!(Decision::Off.telling(instant), None);
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
            Decision::Now => prop_assert!(enabled && digest == Digest::Off && !quiet.contains(now.time())),
            Decision::Held(until) => {
                prop_assert!(enabled && digest == Digest::Off && quiet.contains(now.time()));
                prop_assert!(until > now && !quiet.contains(until.time()));
            }
            Decision::Digest(due) => {
                prop_assert!(enabled && digest != Digest::Off);
                prop_assert!(due > now && !quiet.contains(due.time()));
            }
            Decision::Off => prop_assert!(!enabled),
        }
    }
}
