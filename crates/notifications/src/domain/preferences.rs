//! What a person wants to be told, by type and channel.
//!
//! Only what was said is kept; for the rest the defaults hold: told at once within the app, and not at all elsewhere. Nobody
//! gets e-mail without having asked for it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Digest, NotificationError, NotificationType, QuietHours, SetPreferences};

/// Where somebody is told. The gateway serves `in-app`; other services ask here what holds for theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// Within the platform: the inbox and what pops up beside it.
    InApp,
    /// By e-mail.
    Email,
    /// On the lock screen of a phone.
    Push,
}

impl Channel {
    /// Every channel there is, in the order in which preferences are shown.
    pub const ALL: [Self; 3] = [Self::InApp, Self::Email, Self::Push];
}

/// What a person wants of one type on one channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Preference {
    /// What the notifications are about.
    #[serde(rename = "type")]
    pub kind: NotificationType,
    /// Where they are told.
    pub channel: Channel,
    /// Whether they are told at all.
    pub enabled: bool,
    /// When they wait; `null` if never.
    pub quiet_hours: Option<QuietHours>,
    /// Whether they come together.
    pub digest: Digest,
}

impl Preference {
    /// What holds until something else is said.
    pub fn default_of(kind: NotificationType, channel: Channel) -> Self {
        Self { kind, channel, enabled: channel == Channel::InApp, quiet_hours: None, digest: Digest::Off }
    }
}

/// What one person wants to be told. Kept as a list of what was said, by type and channel.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Preference>", into = "Vec<Preference>")]
pub struct Preferences {
    said: BTreeMap<(NotificationType, Channel), Preference>,
}

impl Preferences {
    /// What holds for that type on that channel.
    pub fn of(&self, kind: NotificationType, channel: Channel) -> Preference {
        self.said.get(&(kind, channel)).cloned().unwrap_or_else(|| Preference::default_of(kind, channel))
    }

    /// What holds for that type and that channel, or for all of them; by type, then by channel.
    pub fn shown(&self, kind: Option<NotificationType>, channel: Option<Channel>) -> Vec<Preference> {
        pairs(kind, channel).map(|(kind, channel)| self.of(kind, channel)).collect()
    }

    /// Takes over what is said, for every type and channel that is meant, and shows these as they are then. What isn't said
    /// stays; nothing changes if any of it is refused.
    pub fn set(&mut self, set: &SetPreferences) -> Result<Vec<Preference>, NotificationError> {
        if let homeroom_contract::Patch::Set(quiet_hours) = &set.quiet_hours {
            quiet_hours.checked()?;
        }
        for (kind, channel) in pairs(set.kind, set.channel) {
            let old = self.of(kind, channel);
            let new = Preference {
                kind,
                channel,
                enabled: set.enabled.unwrap_or(old.enabled),
                quiet_hours: set.quiet_hours.clone().over(old.quiet_hours),
                digest: set.digest.unwrap_or(old.digest),
            };
            self.said.insert((kind, channel), new);
        }
        Ok(self.shown(set.kind, set.channel))
    }
}

fn pairs(
    kind: Option<NotificationType>,
    channel: Option<Channel>,
) -> impl Iterator<Item = (NotificationType, Channel)> {
    let kinds = NotificationType::ALL.into_iter().filter(move |one| kind.is_none_or(|kind| kind == *one));
    kinds.flat_map(move |kind| {
        let channels = Channel::ALL.into_iter();
        channels.filter(move |one| channel.is_none_or(|channel| channel == *one)).map(move |one| (kind, one))
    })
}

impl From<Vec<Preference>> for Preferences {
    fn from(said: Vec<Preference>) -> Self {
        Self { said: said.into_iter().map(|one| ((one.kind, one.channel), one)).collect() }
    }
}

impl From<Preferences> for Vec<Preference> {
    fn from(preferences: Preferences) -> Self {
        preferences.said.into_values().collect()
    }
}
