//! When a person is told what is in the inbox, and how what waited is told when it is due.
//!
//! What is due is unread from the moment at which it is told, not before: the count, the lists and the events agree. What a person
//! has put off stays off with what is newer, whenever that comes and whenever it is due.

use homeroom_contract::Timestamp;

use crate::domain::{
    Cursor, DigestReceived, Inbox, Item, Limits, NotificationId, NotificationReceived, State, Waiting,
};

/// When something is told: as an instant, or in the district's local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Telling<T = Timestamp> {
    /// At once.
    Now,
    /// By itself, from then on.
    Held(T),
    /// In the digest of that time.
    Digest(T),
}

impl<T> Telling<T> {
    /// The same with another kind of time, such as the instant that a local time is in the district's time zone.
    pub fn map<U>(self, time: impl FnOnce(T) -> U) -> Telling<U> {
        match self {
            Self::Now => Telling::Now,
            Self::Held(until) => Telling::Held(time(until)),
            Self::Digest(due) => Telling::Digest(time(due)),
        }
    }
}

/// What was done with what was due.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Told<R> {
    /// What the person is told.
    pub received: R,
    /// What isn't told yet, for the person has put off meanwhile what it would replace: it waits until then.
    pub put_off: Vec<NotificationId>,
}

impl Inbox {
    /// Tells what was put off or held and is due, what was sent first first. Each is told once.
    pub fn wake(&mut self, at: Timestamp) -> Told<Vec<NotificationReceived>> {
        let due = |waiting| matches!(waiting, Waiting::Snoozed(until) | Waiting::Held(until) if until <= at);
        let (items, put_off) = self.tell_due(due, at);
        let told = items.into_iter().rev();
        let received =
            told.map(|(item, replaces)| NotificationReceived::new(&self.user_id, &item, replaces)).collect();
        Told { received, put_off }
    }

    /// Tells together what waits for a digest that is due: what presses most first, and of that the newest first. What was
    /// read, dismissed or put off meanwhile isn't in it, and nothing is in two digests.
    pub fn digest(&mut self, at: Timestamp, limits: &Limits) -> Told<Option<DigestReceived>> {
        let due = |waiting| matches!(waiting, Waiting::Digest(due) if due <= at);
        let (told, put_off) = self.tell_due(due, at);
        let (mut items, replaces): (Vec<_>, Vec<_>) = told.into_iter().unzip();
        items.sort_by_key(|item| std::cmp::Reverse((item.notification.priority, item.position())));
        let more = items.split_off(limits.digest_items.min(items.len()));
        let more: Vec<_> = more.into_iter().map(|item| item.notification.notification_id).collect();
        let any = !(items.is_empty() && more.is_empty());
        let digest =
            || DigestReceived { user_id: self.user_id.clone(), items, more, replaces: replaces.concat() };
        Told { received: any.then(digest), put_off }
    }

    /// Ends the waiting of what is due, what was sent last first: it takes the place of what was sent before. Each with what it
    /// replaces; and what goes on waiting.
    fn tell_due(
        &mut self,
        due: impl Fn(Waiting) -> bool,
        at: Timestamp,
    ) -> (Vec<(Item, Vec<NotificationId>)>, Vec<NotificationId>) {
        let mut waiting: Vec<_> =
            self.items().filter(|item| item.state.waiting().is_some_and(&due)).cloned().collect();
        waiting.sort_by(|one, other| other.notification.order().cmp(&one.notification.order()));
        let (mut told, mut put_off) = (Vec::new(), Vec::new());
        for item in waiting {
            let position = item.position();
            // What the person wants back at this time comes back, whatever else is put off.
            let wanted = matches!(item.state, State::Waiting(Waiting::Snoozed(_)));
            let later = self.put_off(&item.notification).filter(|until| *until > at && !wanted);
            let state = later.map_or(State::Unread, |until| State::Waiting(Waiting::Held(until)));
            // Something newer may have taken its place just now.
            let Some(item) = self.now_is(&position, state) else { continue };
            if later.is_some() {
                put_off.push(position.notification_id);
            } else {
                let replaced = self.make_way(&item, at);
                told.push((item, replaced));
            }
        }
        (told, put_off)
    }

    /// What stands there, in that state from now on; none if nothing does.
    fn now_is(&mut self, position: &Cursor, state: State) -> Option<Item> {
        let item = self.items.get_mut(position)?;
        item.state = state;
        Some(item.clone())
    }
}
