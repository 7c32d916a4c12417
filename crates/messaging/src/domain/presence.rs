//! Whether somebody is there. What a device said holds for five minutes; of several devices the most present counts.

use homeroom_contract::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::Limits;

/// How present somebody is, from the least to the most.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PresenceStatus {
    /// Not there.
    #[default]
    Offline,
    /// Connected, but not looking.
    Away,
    /// There.
    Online,
}

/// How present somebody is, and when that was last heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Presence {
    /// How present.
    pub status: PresenceStatus,
    /// When the person was last heard of.
    pub last_seen_at: Timestamp,
}

impl Presence {
    /// What that means now: nothing more is heard after `messaging.limits.presence_ms`, and then the person is offline.
    #[must_use]
    pub fn as_of(self, now: Timestamp, limits: &Limits) -> Self {
        let holds = now < self.last_seen_at.plus(limits.presence_lasts());
        if holds { self } else { Self { status: PresenceStatus::Offline, ..self } }
    }

    /// What a person's devices say together now: the most present status, and when any of them was last heard; none without
    /// devices.
    pub fn of_devices(
        devices: impl IntoIterator<Item = Presence>,
        now: Timestamp,
        limits: &Limits,
    ) -> Option<Self> {
        devices.into_iter().map(|device| device.as_of(now, limits)).reduce(|one, other| Self {
            status: one.status.max(other.status),
            last_seen_at: one.last_seen_at.max(other.last_seen_at),
        })
    }
}
