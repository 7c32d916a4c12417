//! What a person wants to be told, by type and channel.
//!
//! Only what was said is kept; for the rest the defaults hold: told at once within the app, and not at all elsewhere. Nobody
//! gets e-mail without having asked for it.

use homeroom_contract::Patch;
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

/// What one person wants to be told: the defaults, and over them what was said, in the order in which it was said.
///
/// What was said of each type holds for types that there will be, too. What was said again is kept once.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Preferences {
    said: Vec<Said>,
}

/// Something that a person has said: of one type or each, of one channel or each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Said {
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    kind: Option<NotificationType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    channel: Option<Channel>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    enabled: Option<bool>,
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    quiet_hours: Patch<QuietHours>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    digest: Option<Digest>,
}

impl Said {
    fn says_nothing(&self) -> bool {
        self.enabled.is_none() && self.quiet_hours.is_keep() && self.digest.is_none()
    }

    fn is_of(&self, kind: NotificationType, channel: Channel) -> bool {
        self.kind.is_none_or(|own| own == kind) && self.channel.is_none_or(|own| own == channel)
    }

    fn over(&self, old: &Preference) -> Preference {
        Preference {
            kind: old.kind,
            channel: old.channel,
            enabled: self.enabled.unwrap_or(old.enabled),
            quiet_hours: self.quiet_hours.clone().over(old.quiet_hours),
            digest: self.digest.unwrap_or(old.digest),
        }
    }

    /// Takes back what a later one says of all that this one is of.
    fn give_way(&mut self, later: &Self) {
        let covered = (later.kind.is_none() || later.kind == self.kind)
            && (later.channel.is_none() || later.channel == self.channel);
        if covered {
            self.enabled = self.enabled.filter(|_| later.enabled.is_none());
            self.digest = self.digest.filter(|_| later.digest.is_none());
            if !later.quiet_hours.is_keep() {
                self.quiet_hours = Patch::Keep;
            }
        }
    }
}

impl Preferences {
    /// What holds for that type on that channel.
    pub fn of(&self, kind: NotificationType, channel: Channel) -> Preference {
        let said = self.said.iter().filter(|said| said.is_of(kind, channel));
        said.fold(Preference::default_of(kind, channel), |held, said| said.over(&held))
    }

    /// What holds for that type and that channel, or for all of them; by type, then by channel.
    pub fn shown(&self, kind: Option<NotificationType>, channel: Option<Channel>) -> Vec<Preference> {
        pairs(kind, channel).map(|(kind, channel)| self.of(kind, channel)).collect()
    }

    /// Takes over what is said, for every type and channel that is meant, and shows these as they are then. What isn't said
    /// stays: who says nothing changes nothing. Nothing changes either if any of it is refused.
    pub fn set(&mut self, set: &SetPreferences) -> Result<Vec<Preference>, NotificationError> {
        if let Patch::Set(quiet_hours) = &set.quiet_hours {
            quiet_hours.checked()?;
        }
        let new = Said {
            kind: set.kind,
            channel: set.channel,
            enabled: set.enabled,
            quiet_hours: set.quiet_hours.clone(),
            digest: set.digest,
        };
        for old in &mut self.said {
            old.give_way(&new);
        }
        self.said.push(new);
        self.said.retain(|said| !said.says_nothing());
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
