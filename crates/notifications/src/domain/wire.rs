//! The events as clients receive them. Durable ones also carry `eventId`, `seq` and `timestamp`: when it was told, while
//! `receivedAt` is when it came into the inbox. They differ for what waited, and for what is told to many at once: that is in the
//! inboxes before it is told, and came when it was sent.
//!
//! Who sent a notification isn't told.

use homeroom_contract::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Item, JobId, Notification, NotificationId, NotificationType, Priority, State, Waiting};

/// Makes what shows a notification to whom it is for, with what it has beyond that.
macro_rules! notification {
    ($(#[$doc:meta])* $name:ident { $($(#[$more_attr:meta])* $more:ident: $of:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            /// The notification.
            pub notification_id: NotificationId,
            /// What it is about.
            #[serde(rename = "type")]
            pub kind: NotificationType,
            /// How much it presses.
            pub priority: Priority,
            /// What it says, in short: plain text.
            pub title: String,
            /// What else it says: plain text; may be empty.
            pub body: String,
            /// Where it leads: a path of the platform or an `https` address; `null` if nowhere.
            pub link: Option<String>,
            /// The sender's key for it, if there is one, else `null`.
            pub dedupe_key: Option<String>,
            /// When it came into the inbox.
            pub received_at: Timestamp,
            $($(#[$more_attr])* pub $more: $of,)*
        }

        impl $name {
            fn new(notification: &Notification, received_at: Timestamp, $($more: $of,)*) -> Self {
                let notification = notification.clone();
                Self {
                    notification_id: notification.notification_id,
                    kind: notification.kind,
                    priority: notification.priority,
                    title: notification.title,
                    body: notification.body,
                    link: notification.link,
                    dedupe_key: notification.dedupe_key,
                    received_at,
                    $($more,)*
                }
            }
        }
    };
}

notification! {
    /// A notification has come; or one that waited is due, be it for the first time since it came in quiet hours, or again after
    /// it was put off.
    NotificationReceivedWsEvent {
        /// The unread notifications whose place it takes; they are gone. Left out if there are none.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        replaces: Vec<NotificationId>,
    }
}

notification! {
    /// A notification as it stands in the inbox.
    ItemView {
        /// Since when it is read; left out if it isn't.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        read_at: Option<Timestamp>,
        /// Since when it is dismissed; left out if it isn't.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dismissed_at: Option<Timestamp>,
        /// Until when it waits: put off, or for the end of quiet hours or a digest; left out if it doesn't. It may
        /// have just passed, for what is due waits until it is told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        waiting_until: Option<Timestamp>,
    }
}

impl NotificationReceivedWsEvent {
    pub(crate) fn of(
        notification: &Notification,
        received_at: Timestamp,
        replaces: Vec<NotificationId>,
    ) -> Self {
        Self::new(notification, received_at, replaces)
    }
}

impl ItemView {
    /// How that item shows.
    pub fn of(item: &Item) -> Self {
        let (read, dismissed) = match item.state {
            State::Read(since) => (Some(since), None),
            State::Dismissed(since) => (None, Some(since)),
            State::Unread | State::Waiting(_) => (None, None),
        };
        Self::new(
            &item.notification,
            item.received_at,
            read,
            dismissed,
            item.state.waiting().map(Waiting::until),
        )
    }
}

/// A notification was read, on one of the person's devices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationReadWsEvent {
    /// The notification.
    pub notification_id: NotificationId,
    /// Since when it is read.
    pub read_at: Timestamp,
}

/// Several notifications were read at once, on one of the person's devices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AllNotificationsReadWsEvent {
    /// The notifications, newest first: at most 1,000 (`notifications.limits.inbox_items`).
    pub notification_ids: Vec<NotificationId>,
    /// Since when they are read.
    pub read_at: Timestamp,
}

/// A notification was put away, on one of the person's devices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationDismissedWsEvent {
    /// The notification.
    pub notification_id: NotificationId,
    /// Since when it is dismissed.
    pub dismissed_at: Timestamp,
}

/// A notification was put off, on one of the person's devices. When it is due it comes as `notification.received` again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationSnoozedWsEvent {
    /// The notification.
    pub notification_id: NotificationId,
    /// Until when, exclusive.
    pub until: Timestamp,
}

/// Notifications are gone that no other event names: a newer one that waits took the place of one that waited, or a full inbox
/// had no room for them. Devices stop showing them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationsRemovedWsEvent {
    /// The notifications.
    pub notification_ids: Vec<NotificationId>,
}

/// What wasn't pressing, together. From now on all of it is unread in the inbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationDigestWsEvent {
    /// What presses most first, and of that the newest first: at most 50 (`notifications.limits.digest_items`).
    pub items: Vec<ItemView>,
    /// How many more there are in the inbox that had no place here.
    pub more: usize,
    /// The unread notifications whose place these take; they are gone. Left out if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<NotificationId>,
}

/// How many are unread has changed; all of the person's devices are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnreadChangedWsEvent {
    /// How many were told and neither read nor dismissed. What waits doesn't count.
    pub unread: usize,
}

/// How far the telling of a notification has come, for the person who sent it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationJobWsEvent {
    /// The job.
    pub job_id: JobId,
    /// How many people are done. It says nothing of who reads it: some have switched it off, for others it waits.
    pub sent: u64,
    /// How many people it is for.
    pub total: u64,
}

homeroom_contract::events! {
    durable NotificationReceivedWsEvent = "notification.received";
    durable NotificationReadWsEvent = "notification.read";
    durable AllNotificationsReadWsEvent = "notification.all-read";
    durable NotificationDismissedWsEvent = "notification.dismissed";
    durable NotificationSnoozedWsEvent = "notification.snoozed";
    durable NotificationsRemovedWsEvent = "notification.removed";
    durable NotificationDigestWsEvent = "notification.digest";
    durable NotificationJobWsEvent = "notification.job";
    ephemeral UnreadChangedWsEvent = "unread.changed";
}
