//! `preferences:get` and `preferences:set`: what the sender wants to be told, by type and channel.

use homeroom_contract::Patch;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Channel, Digest, NotificationType, Preference, QuietHours};

/// Tells what one wants to be told.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GetPreferences {
    /// Of this type only; without it, of each.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<NotificationType>,
    /// On this channel only; without it, on each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
}

/// Says what one wants to be told from now on. What is left out stays as it is; what waits already comes as it would have.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SetPreferences {
    /// For this type only; without it, for each.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<NotificationType>,
    /// On this channel only; without it, on each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// Whether it is told at all. Within the app an urgent `SYSTEM_ANNOUNCEMENT` is told in any case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// When it waits, in the district's local time; `null`: never.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub quiet_hours: Patch<QuietHours>,
    /// Whether it comes together, and how often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
}

/// What one wants to be told, by type, then by channel: one for each that was asked for, said or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PreferencesShown {
    /// What holds for each.
    pub preferences: Vec<Preference>,
}
