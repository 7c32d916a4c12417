//! What a person wants to be told: what is said holds, and nothing else changes.

use homeroom_contract::Patch;
use homeroom_notifications::{
    Channel, Digest, NotificationError, NotificationType, Preference, Preferences, QuietHours, SetPreferences,
};

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
fn they_come_back_as_they_were_kept() {
    let mut preferences = Preferences::default();
    assert_eq!(serde_json::to_string(&preferences).unwrap(), "[]");
    preferences.set(&SetPreferences { digest: Some(Digest::Daily), ..SetPreferences::default() }).unwrap();
    let kept = serde_json::to_string(&preferences).unwrap();
    assert_eq!(serde_json::from_str::<Preferences>(&kept).unwrap(), preferences);
}
