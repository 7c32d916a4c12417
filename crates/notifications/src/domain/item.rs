//! A notification in one person's inbox: unread, waiting, read or dismissed.
//!
//! What waits was not read either: it comes by itself when it is due, and counts for nothing until it is told. To read or dismiss
//! it ends the waiting.

use homeroom_contract::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{Cursor, Notification, NotificationError};

/// A notification in one person's inbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// The notification.
    pub notification: Notification,
    /// When it came into the inbox; what the inbox is sorted by.
    pub received_at: Timestamp,
    /// What has become of it.
    pub state: State,
}

/// What has become of a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// Told, and not read yet.
    Unread,
    /// Not read, and not to be seen until it is due.
    Waiting(Waiting),
    /// Read, since then.
    Read(Timestamp),
    /// Put away for ever, since then.
    Dismissed(Timestamp),
}

/// What a notification waits for, and until when, exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Waiting {
    /// The person has put it off.
    Snoozed(Timestamp),
    /// For the end of the quiet hours, or until what it replaces was put off to.
    Held(Timestamp),
    /// For a digest.
    Digest(Timestamp),
}

impl Waiting {
    /// When it is due.
    pub fn until(self) -> Timestamp {
        match self {
            Self::Snoozed(until) | Self::Held(until) | Self::Digest(until) => until,
        }
    }
}

impl State {
    /// What it waits for, due or not.
    pub fn waiting(self) -> Option<Waiting> {
        match self {
            Self::Waiting(waiting) => Some(waiting),
            Self::Unread | Self::Read(_) | Self::Dismissed(_) => None,
        }
    }
}

impl Item {
    /// Where it stands in the inbox.
    pub fn position(&self) -> Cursor {
        Cursor { received_at: self.received_at, notification_id: self.notification.notification_id.clone() }
    }

    /// Whether it was never read nor dismissed; it may be waiting.
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Unread | State::Waiting(_))
    }

    /// Whether the person can't have heard of it and isn't about to: it has waited from the beginning, and isn't due.
    pub(super) fn was_never_told(&self, at: Timestamp) -> bool {
        match self.state {
            State::Waiting(Waiting::Held(until) | Waiting::Digest(until)) => until > at,
            _ => false,
        }
    }

    /// Whether it is put off until then already.
    pub(super) fn is_snoozed(&self, until: Timestamp) -> bool {
        self.state == State::Waiting(Waiting::Snoozed(until))
    }

    /// Marks it as read. Whether that changed anything: what was read or dismissed before stays as it is.
    pub fn read(&mut self, at: Timestamp) -> bool {
        let open = self.is_open();
        if open {
            self.state = State::Read(at);
        }
        open
    }

    /// Puts it away for ever. Whether that changed anything.
    pub fn dismiss(&mut self, at: Timestamp) -> bool {
        let changes = !matches!(self.state, State::Dismissed(_));
        if changes {
            self.state = State::Dismissed(at);
        }
        changes
    }

    /// Puts it off until then; it is unread when it comes back, even if it was read before. `LOCKED` if it was dismissed.
    pub fn snooze(&mut self, until: Timestamp) -> Result<(), NotificationError> {
        if let State::Dismissed(_) = self.state {
            return Err(NotificationError::Dismissed);
        }
        self.state = State::Waiting(Waiting::Snoozed(until));
        Ok(())
    }
}
