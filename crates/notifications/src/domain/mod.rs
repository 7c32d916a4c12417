//! The rules of notifications: pure, without I/O, clock or runtime.

mod decision;
mod digest;
mod errors;
mod events;
mod ids;
mod inbox;
mod item;
mod job;
mod limits;
mod link;
mod list;
mod member;
mod notification;
mod place;
mod preferences;
mod put;
mod quiet_hours;
mod requests;
mod rooms;
mod sending;
mod target;
mod telling;
mod wire;

pub use digest::{Digest, DigestTimes};
pub use errors::NotificationError;
pub use events::{
    AllNotificationsRead, DigestReceived, JobAdvanced, NotificationBroadcast, NotificationDismissed,
    NotificationRead, NotificationReceived, NotificationSnoozed, NotificationsRemoved,
};
pub use ids::{JobId, NotificationId};
pub use inbox::{Inbox, Unread};
pub use item::{Item, State, Waiting};
pub use job::Job;
pub use limits::Limits;
pub use list::{Cursor, Filter, InvalidCursor, Shown};
pub use member::Member;
pub use notification::{Draft, Notification, NotificationType, Priority, SentBy};
pub use place::{OrgKind, Place, RoleHeld};
pub use preferences::{Channel, Preference, Preferences};
pub use put::Put;
pub use quiet_hours::{InvalidTimeOfDay, QuietHours, TimeOfDay};
pub use requests::{
    DismissNotification, GetPreferences, ListNotifications, NotificationsListed, PreferencesShown,
    ReadAllNotifications, ReadNotification, SendNotification, SendingStarted, SetPreferences,
    SnoozeNotification, UnreadCounted,
};
pub use rooms::{NotificationRoom, RoleGroup, UnknownRoleGroup};
pub use sending::{SEND_SCOPE, Sender};
pub use target::{Found, Target};
pub use telling::{Telling, Told};
pub use wire::{
    AllNotificationsReadWsEvent, ItemView, NotificationDigestWsEvent, NotificationDismissedWsEvent,
    NotificationJobWsEvent, NotificationReadWsEvent, NotificationReceivedWsEvent, NotificationSnoozedWsEvent,
    NotificationsRemovedWsEvent, UnreadChangedWsEvent,
};
