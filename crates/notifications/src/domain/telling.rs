//! How a notification comes into an inbox, and when the person is told.
//!
//! What is told takes the place of whatever older is open with the same dedupe key of the same sender. What has to wait takes, at
//! once, only the place of what was never told: nothing that a person has seen goes before there is something newer to see.
//! An inbox never holds more than `notifications.limits.inbox_items`.

use homeroom_contract::Timestamp;

use crate::domain::{
    Cursor, DigestReceived, Inbox, Item, ItemView, Limits, Notification, NotificationId,
    NotificationReceived, Priority, State, Telling, Waiting,
};

/// What putting a notification into an inbox has done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Put {
    /// What the person is told now, if it is told now.
    pub received: Option<NotificationReceived>,
    /// The notifications whose place it took, newest first: they are gone.
    pub replaced: Vec<NotificationId>,
    /// What had to make room, if the inbox was full.
    pub dropped: Vec<NotificationId>,
}

impl Inbox {
    /// Puts a notification into it, to be told when it was decided. One that is in it already changes nothing.
    ///
    /// If the person has put off an older one with the same key, this one waits until then as well, unless it is urgent. If the
    /// inbox is full, the oldest goes: of what was dismissed, else of what was read, else of what is unread, else of what waits.
    pub fn put(
        &mut self,
        notification: Notification,
        telling: Telling,
        at: Timestamp,
        limits: &Limits,
    ) -> Put {
        let mut put = Put::default();
        if self.item(&notification.notification_id).is_some() {
            return put;
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
        put.replaced = self.make_way(&item, at);
        if state == State::Unread {
            put.received = Some(NotificationReceived::new(&self.user_id, &item, put.replaced.clone()));
        }
        put.dropped = self.make_room(limits.inbox_items.max(1) - 1);
        self.items.insert(item.position(), item);
        put
    }

    /// Tells what was put off or held and is due, oldest first. Each is told once.
    pub fn wake(&mut self, at: Timestamp) -> Vec<NotificationReceived> {
        let due = |waiting| matches!(waiting, Waiting::Snoozed(until) | Waiting::Held(until) if until <= at);
        let mut told: Vec<_> = self
            .due(due)
            .into_iter()
            .filter_map(|position| {
                let (item, replaces) = self.tell(&position, at)?;
                Some(NotificationReceived::new(&self.user_id, &item, replaces))
            })
            .collect();
        told.reverse();
        told
    }

    /// Tells together what waits for a digest that is due: what presses most first, and of that the newest first. What was
    /// read, dismissed or put off meanwhile isn't in it, and nothing is in two digests.
    pub fn digest(&mut self, at: Timestamp, limits: &Limits) -> Option<DigestReceived> {
        let mut items = Vec::new();
        let mut replaces = Vec::new();
        for position in self.due(|waiting| matches!(waiting, Waiting::Digest(due) if due <= at)) {
            if let Some((item, replaced)) = self.tell(&position, at) {
                items.push(ItemView::of(&item, at));
                replaces.extend(replaced);
            }
        }
        if items.is_empty() {
            return None;
        }
        items.sort_by_key(|item| std::cmp::Reverse(item.priority));
        let more = items.len().saturating_sub(limits.digest_items);
        items.truncate(limits.digest_items);
        Some(DigestReceived { user_id: self.user_id.clone(), items, more, replaces })
    }

    /// Where what is due stands, newest first: what is newer is told before, and takes the place of what is older.
    fn due(&self, due: impl Fn(Waiting) -> bool) -> Vec<Cursor> {
        self.items().filter(|item| item.state.waiting().is_some_and(&due)).map(Item::position).collect()
    }

    /// Ends the waiting; none if something newer has taken its place.
    fn tell(&mut self, position: &Cursor, at: Timestamp) -> Option<(Item, Vec<NotificationId>)> {
        let item = self.items.get_mut(position)?;
        item.state = State::Unread;
        let item = item.clone();
        let replaced = self.make_way(&item, at);
        Some((item, replaced))
    }

    /// Until when the person has put off what this one would replace; nothing puts off what is urgent.
    fn put_off(&self, new: &Notification) -> Option<Timestamp> {
        let put_off = self.items().filter(|item| new.replaces(&item.notification)).filter_map(|item| {
            match item.state {
                State::Waiting(Waiting::Snoozed(until)) => Some(until),
                _ => None,
            }
        });
        put_off.max().filter(|_| new.priority != Priority::Urgent)
    }

    /// Takes away what makes way for this one, newest first.
    fn make_way(&mut self, new: &Item, at: Timestamp) -> Vec<NotificationId> {
        let position = new.position();
        let older = self.items().filter(|item| item.is_open() && item.position() < position);
        let replaced = older.filter(|item| new.notification.replaces(&item.notification));
        let going = replaced.filter(|item| new.state == State::Unread || item.was_never_told(at));
        let going: Vec<_> = going.map(Item::position).collect();
        for position in &going {
            self.items.remove(position);
        }
        going.into_iter().map(|position| position.notification_id).collect()
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
fn worth(item: &Item) -> u8 {
    match item.state {
        State::Dismissed(_) => 0,
        State::Read(_) => 1,
        State::Unread => 2,
        State::Waiting(_) => 3,
    }
}
