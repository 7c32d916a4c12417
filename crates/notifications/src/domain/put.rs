//! How a notification comes into an inbox.
//!
//! Of one sender and key the one that was sent last counts, whatever came first: what comes late, or comes again, takes nobody's
//! place. What is told takes the place of whatever older is open under the key. What has to wait takes, at once, only the place of
//! what was never told: nothing that a person has seen goes before there is something newer to see.
//! An inbox never holds more than `notifications.limits.inbox_items`.

use homeroom_contract::Timestamp;

use crate::domain::{
    Inbox, Item, Limits, Notification, NotificationBroadcast, NotificationId, NotificationReceived,
    NotificationsRemoved, Priority, State, Telling, Waiting,
};

/// What putting a notification into an inbox has done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Put {
    /// What the person is told now, if it is told now.
    pub received: Option<NotificationReceived>,
    /// What else the person's devices have to hear of: what is gone and isn't named in `received`.
    pub removed: Option<NotificationsRemoved>,
    /// The notifications whose place it took, newest first: they are gone.
    pub replaced: Vec<NotificationId>,
    /// What had to make room, if the inbox was full: it is gone.
    pub dropped: Vec<NotificationId>,
}

impl Inbox {
    /// Puts a notification into it, to be told when it was decided. One that is in it already changes nothing, nor does one that
    /// was sent before another of its key that is here, be that read or dismissed: a job may run again, and two of them at once.
    ///
    /// If the person has put off an older one with the same key, this one waits until then as well, unless it is urgent. If the
    /// inbox is full, the oldest goes: of what was dismissed, else of what was read, else of what presses least, and of that
    /// what is unread before what waits.
    pub fn put(
        &mut self,
        notification: Notification,
        telling: Telling,
        at: Timestamp,
        limits: &Limits,
    ) -> Put {
        if self.has(&notification) {
            return Put::default();
        }
        let decided = match telling {
            Telling::Now => State::Unread,
            Telling::Held(until) => State::Waiting(Waiting::Held(until)),
            Telling::Digest(due) => State::Waiting(Waiting::Digest(due)),
        };
        let waits_until = decided.waiting().map_or(at, Waiting::until);
        let state = match self.put_off(&notification) {
            Some(until) if until > waits_until => State::Waiting(Waiting::Held(until)),
            _ => decided,
        };
        let item = Item { notification, received_at: at, state };
        let mut put = self.take(item.clone(), limits);
        let mut unnamed = put.dropped.clone();
        if state == State::Unread {
            put.received = Some(NotificationReceived::new(&self.user_id, &item, put.replaced.clone()));
        } else {
            unnamed.extend(put.replaced.iter().cloned());
        }
        put.removed = NotificationsRemoved::of(&self.user_id, unnamed);
        put
    }

    /// Puts into it what is told to a whole room by that event: unread, and there is nothing else to tell. It came when it was
    /// sent, for the event says so.
    pub fn put_broadcast(&mut self, broadcast: &NotificationBroadcast, limits: &Limits) -> Put {
        let notification = broadcast.notification().clone();
        if self.has(&notification) {
            return Put::default();
        }
        let received_at = notification.sent_at;
        let mut put = self.take(Item { notification, received_at, state: State::Unread }, limits);
        put.removed = NotificationsRemoved::of(&self.user_id, put.dropped.clone());
        put
    }

    /// Whether that notification is here, or a newer one of its key.
    fn has(&self, new: &Notification) -> bool {
        let same = |other: &Notification| other.notification_id == new.notification_id;
        self.items().any(|item| same(&item.notification) || item.notification.replaces(new))
    }

    /// Until when the person has put off what this one would replace; nothing puts off what is urgent.
    pub(super) fn put_off(&self, new: &Notification) -> Option<Timestamp> {
        let put_off = self.items().filter(|item| new.replaces(&item.notification)).filter_map(|item| {
            match item.state {
                State::Waiting(Waiting::Snoozed(until)) => Some(until),
                _ => None,
            }
        });
        put_off.max().filter(|_| new.priority != Priority::Urgent)
    }

    /// Takes away what makes way for this one, newest first.
    pub(super) fn make_way(&mut self, new: &Item, at: Timestamp) -> Vec<NotificationId> {
        let older =
            self.items().filter(|item| item.is_open() && new.notification.replaces(&item.notification));
        let going = older.filter(|item| new.state == State::Unread || item.was_never_told(at));
        let going: Vec<_> = going.map(Item::position).collect();
        for position in &going {
            self.items.remove(position);
        }
        going.into_iter().map(|position| position.notification_id).collect()
    }

    fn take(&mut self, item: Item, limits: &Limits) -> Put {
        let replaced = self.make_way(&item, item.received_at);
        let dropped = self.make_room(limits.inbox_items.max(1) - 1);
        self.items.insert(item.position(), item);
        Put { replaced, dropped, ..Put::default() }
    }

    fn make_room(&mut self, most: usize) -> Vec<NotificationId> {
        let mut dropped = Vec::new();
        while self.items.len() > most
            && let Some(position) = self.items.values().min_by_key(|item| worth(item)).map(Item::position)
        {
            self.items.remove(&position);
            dropped.push(position.notification_id);
        }
        dropped
    }
}

/// What is worth least goes first when there is no room. Of the same worth that is the oldest, as `min_by_key` takes the first.
fn worth(item: &Item) -> (u8, Option<Priority>, bool) {
    match item.state {
        State::Dismissed(_) => (0, None, false),
        State::Read(_) => (1, None, false),
        State::Unread => (2, Some(item.notification.priority), false),
        State::Waiting(_) => (2, Some(item.notification.priority), true),
    }
}
