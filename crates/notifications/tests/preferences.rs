//! What a person wants to be told: what is said holds, and nothing else changes.

use homeroom_contract::Patch;
use homeroom_notifications::{
    Channel, Digest, NotificationError, NotificationType, Preference, Preferences, QuietHours, SetPreferences,
};
use proptest::prelude::*;

fn quiet(from: &str, to: &str) -> QuietHours {
    QuietHours { from: from.parse().unwrap(), to: to.parse().unwrap() }
}

#[test]
fn nobody_gets_mail_without_having_asked_for_it() {
    for kind in NotificationType::ALL {
        let enabled = |channel| Preferences::default().of(kind, channel).enabled;
        assert_eq!(Channel::ALL.map(enabled), [true, false, false]);
        let unsaid = Preference {
            kind,
            channel: Channel::InApp,
            enabled: true,
            quiet_hours: None,
            digest: Digest::Off,
        };
        assert_eq!(Preferences::default().of(kind, Channel::InApp), unsaid);
    }
}

#[test]
fn what_is_said_of_one_type_and_channel_changes_no_other() {
    let mut preferences = Preferences::default();
    let set = SetPreferences {
        kind: Some(NotificationType::General),
        channel: Some(Channel::Email),
        enabled: Some(true),
        quiet_hours: Patch::Set(quiet("22:00", "07:00")),
        digest: Some(Digest::Weekly),
    };
    let said = Preference {
        kind: NotificationType::General,
        channel: Channel::Email,
        enabled: true,
        quiet_hours: Some(quiet("22:00", "07:00")),
        digest: Digest::Weekly,
    };
    assert_eq!(preferences.set(&set), Ok(vec![said.clone()]));
    let others = |preferences: &Preferences| {
        let all = preferences.shown(None, None).into_iter();
        all.filter(|one| (one.kind, one.channel) != (said.kind, said.channel)).collect::<Vec<_>>()
    };
    assert_eq!(others(&preferences), others(&Preferences::default()));
    assert_eq!(others(&preferences).len(), NotificationType::ALL.len() * Channel::ALL.len() - 1);
}

#[test]
fn what_is_left_out_means_each_type_and_each_channel() {
    let mut preferences = Preferences::default();
    let quiet_everywhere =
        SetPreferences { quiet_hours: Patch::Set(quiet("22:00", "07:00")), ..SetPreferences::default() };
    let shown = preferences.set(&quiet_everywhere).unwrap();
    assert_eq!(shown.len(), 24);
    assert!(shown.iter().all(|one| one.quiet_hours == Some(quiet("22:00", "07:00"))));
    assert_eq!(shown.iter().filter(|one| one.enabled).count(), 8, "what wasn't said stays");
    assert_eq!(preferences.shown(Some(NotificationType::General), None).len(), 3);
    assert_eq!(preferences.shown(None, Some(Channel::Push)).len(), 8);
}

#[test]
fn a_field_that_is_absent_stays_and_null_takes_the_quiet_hours_away() {
    let mut preferences = Preferences::default();
    let one = SetPreferences {
        kind: Some(NotificationType::General),
        channel: Some(Channel::InApp),
        ..SetPreferences::default()
    };
    let with = SetPreferences { quiet_hours: Patch::Set(quiet("12:00", "13:00")), ..one.clone() };
    preferences.set(&with).unwrap();
    let daily = SetPreferences { digest: Some(Digest::Daily), ..one.clone() };
    let shown = preferences.set(&daily).unwrap();
    assert_eq!((shown[0].quiet_hours, shown[0].digest), (Some(quiet("12:00", "13:00")), Digest::Daily));
    let without = SetPreferences { quiet_hours: Patch::Clear, enabled: Some(false), ..one };
    let shown = preferences.set(&without).unwrap();
    assert_eq!((shown[0].quiet_hours, shown[0].digest, shown[0].enabled), (None, Digest::Daily, false));
}

#[test]
fn what_is_refused_changes_nothing() {
    let mut preferences = Preferences::default();
    let set = SetPreferences {
        enabled: Some(false),
        quiet_hours: Patch::Set(quiet("12:00", "12:00")),
        ..SetPreferences::default()
    };
    assert_eq!(preferences.set(&set), Err(NotificationError::NoQuietHours));
    assert_eq!(preferences, Preferences::default());
}

#[test]
fn who_says_nothing_changes_nothing() {
    let mut preferences = Preferences::default();
    let nothing = SetPreferences { kind: Some(NotificationType::General), ..SetPreferences::default() };
    assert_eq!(preferences.set(&nothing).unwrap().len(), 3, "they are shown all the same");
    assert_eq!(preferences, Preferences::default());
}

/// What is kept: only what was said, and that once.
fn kept(preferences: &Preferences) -> serde_json::Value {
    serde_json::to_value(preferences).unwrap()
}

#[test]
fn only_what_was_said_is_kept() {
    let mut preferences = Preferences::default();
    assert_eq!(kept(&preferences), serde_json::json!([]));
    let daily = SetPreferences { digest: Some(Digest::Daily), ..SetPreferences::default() };
    preferences.set(&daily).unwrap();
    assert_eq!(
        kept(&preferences),
        serde_json::json!([{ "digest": "daily" }]),
        "no default is frozen with it"
    );
    preferences.set(&SetPreferences { quiet_hours: Patch::Clear, ..SetPreferences::default() }).unwrap();
    let read: Preferences = serde_json::from_value(kept(&preferences)).unwrap();
    assert_eq!(read, preferences);
}

#[test]
fn what_is_said_last_holds_and_what_it_covers_is_forgotten() {
    let (mail, general) = (Some(Channel::Email), Some(NotificationType::General));
    let enabled = |kind, channel, enabled| SetPreferences {
        kind,
        channel,
        enabled: Some(enabled),
        ..SetPreferences::default()
    };
    let mut preferences = Preferences::default();
    preferences.set(&enabled(general, None, false)).unwrap();
    preferences.set(&enabled(None, mail, true)).unwrap();
    let holds =
        |preferences: &Preferences, channel| preferences.of(NotificationType::General, channel).enabled;
    assert!(holds(&preferences, Channel::Email), "mail was said later");
    assert!(!holds(&preferences, Channel::InApp), "and says nothing of this");
    preferences.set(&enabled(general, None, false)).unwrap();
    assert!(!holds(&preferences, Channel::Email), "now the type was");
    assert_eq!(kept(&preferences).as_array().unwrap().len(), 2, "it isn't kept twice");
    let quiet =
        SetPreferences { quiet_hours: Patch::Set(quiet("22:00", "07:00")), ..enabled(None, None, true) };
    preferences.set(&quiet).unwrap();
    assert_eq!(kept(&preferences).as_array().unwrap().len(), 1, "it covers all");
    assert!(Channel::ALL.into_iter().all(|channel| holds(&preferences, channel)));
}

proptest! {
    /// By the plain rule: whatever is said is written into each row that it is of.
    #[test]
    fn whatever_was_said_the_last_word_on_each_holds(
        said in prop::collection::vec(
            (
                prop::option::of(0..3_usize),
                prop::option::of(0..3_usize),
                prop::option::of(any::<bool>()),
                0..3_u8,
                prop::option::of(any::<bool>()),
            ),
            0..12,
        ),
    ) {
        let mut preferences = Preferences::default();
        let mut rows = Preferences::default().shown(None, None);
        for (kind, channel, enabled, hours, daily) in said {
            let set = SetPreferences {
                kind: kind.map(|kind| NotificationType::ALL[kind]),
                channel: channel.map(|channel| Channel::ALL[channel]),
                enabled,
                quiet_hours: [Patch::Keep, Patch::Clear, Patch::Set(quiet("22:00", "07:00"))][usize::from(hours)].clone(),
                digest: daily.map(|daily| if daily { Digest::Daily } else { Digest::Off }),
            };
            preferences.set(&set).unwrap();
            let meant = |row: &&mut Preference| {
                set.kind.is_none_or(|kind| kind == row.kind) && set.channel.is_none_or(|channel| channel == row.channel)
            };
            for row in rows.iter_mut().filter(meant) {
                row.enabled = set.enabled.unwrap_or(row.enabled);
                row.quiet_hours = set.quiet_hours.clone().over(row.quiet_hours);
                row.digest = set.digest.unwrap_or(row.digest);
            }
        }
        prop_assert_eq!(&preferences.shown(None, None), &rows);
        let read: Preferences = serde_json::from_value(kept(&preferences)).unwrap();
        prop_assert_eq!(read, preferences);
    }
}
