//! What a client may ask for and what it is answered: the same types in the gateway, which reads the requests and writes the
//! replies, and in any other service, which writes the requests and reads the replies.
//!
//! A field that says nothing is left out, so that what is written here is what any other client would send.

mod listing;
mod marking;
mod preferences;
mod sending;

pub use listing::{ListNotifications, NotificationsListed};
pub use marking::{
    DismissNotification, ReadAllNotifications, ReadNotification, SnoozeNotification, UnreadCounted,
};
pub use preferences::{GetPreferences, PreferencesShown, SetPreferences};
pub use sending::{SendNotification, SendingStarted};

homeroom_contract::requests! {
    command SendNotification = "notification:send" => SendingStarted;
    command ReadNotification = "notification:read" => UnreadCounted;
    command ReadAllNotifications = "notification:read-all" => UnreadCounted;
    command DismissNotification = "notification:dismiss" => UnreadCounted;
    command SnoozeNotification = "notification:snooze" => UnreadCounted;
    query ListNotifications = "notification:list" => NotificationsListed;
    query GetPreferences = "preferences:get" => PreferencesShown;
    command SetPreferences = "preferences:set" => PreferencesShown;
}
