//! `notification:read`, `notification:read-all`, `notification:dismiss` and `notification:snooze`: what becomes of what is in the
//! sender's own inbox. A repeat changes nothing and is answered alike.

use homeroom_contract::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::NotificationId;

/// Marks a notification as read, one that waits too. `NOT_FOUND` if it isn't in the inbox, be it that a newer one with the same
/// dedupe key took its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReadNotification {
    /// The notification.
    pub notification_id: NotificationId,
}

/// Marks as read whatever has come. What waits stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReadAllNotifications {
    /// Only what came into the inbox (`receivedAt`) before this instant, exclusive; without it, all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Timestamp>,
}

/// Puts a notification away for ever, one that waits too. `NOT_FOUND` if it isn't in the inbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DismissNotification {
    /// The notification.
    pub notification_id: NotificationId,
}

/// Puts a notification off. It comes back by itself, unread, as another `notification.received`.
///
/// `NOT_FOUND` if it isn't in the inbox, `LOCKED` if it was dismissed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SnoozeNotification {
    /// The notification.
    pub notification_id: NotificationId,
    /// Until when: at least 60 seconds (`notifications.limits.snooze_min_sec`) and at most 30 days
    /// (`notifications.limits.snooze_max_days`) from now, both inclusive; or until when it is put off already.
    pub until: Timestamp,
}

/// How many are unread now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnreadCounted {
    /// How many were told and neither read nor dismissed. What waits doesn't count.
    pub unread: usize,
}
