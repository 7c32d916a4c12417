//! One person's inbox: what has come, and what has become of it.
//!
//! It holds each notification once. Every change hands back the event that tells of it, and nothing if nothing changed, so that
//! a repeat tells nobody. How something comes into it is in `put.rs`, how it is told in `telling.rs`, and how it is listed in
//! `list.rs`.
//!
//! Who changes an inbox holds it alone from reading it until it is written, with the events, in one transaction: a lock on the
//! person's row. Otherwise two nodes would tell the same twice, and two devices count wrong. A job holds one inbox at a time.

use std::collections::BTreeMap;

use homeroom_contract::{Timestamp, UserId, field};

use crate::domain::{
    AllNotificationsRead, Cursor, Item, Limits, NotificationDismissed, NotificationError, NotificationId,
    NotificationRead, NotificationSnoozed, State, UnreadChangedWsEvent, Waiting,
};

/// How many were unread before a change and after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unread {
    /// Before.
    pub before: usize,
    /// After.
    pub after: usize,
}

impl Unread {
    /// What the person's devices are told; nothing if as many are unread as before.
    pub fn changed(self) -> Option<UnreadChangedWsEvent> {
        (self.before != self.after).then_some(UnreadChangedWsEvent { unread: self.after })
    }
}

/// One person's inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inbox {
    pub(super) user_id: UserId,
    pub(super) items: BTreeMap<Cursor, Item>,
}

impl Inbox {
    /// That person's inbox with these items; each notification once.
    pub fn of(user_id: UserId, items: impl IntoIterator<Item = Item>) -> Self {
        Self { user_id, items: items.into_iter().map(|item| (item.position(), item)).collect() }
    }

    /// Whose it is.
    pub fn user_id(&self) -> &UserId {
        &self.user_id
    }

    /// What is in it, newest first.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.items.values().rev()
    }

    /// One of them.
    pub fn item(&self, id: &NotificationId) -> Option<&Item> {
        self.items().find(|item| item.notification.notification_id == *id)
    }

    /// How many were told and neither read nor dismissed; what waits doesn't count, due or not.
    pub fn unread(&self) -> usize {
        self.items().filter(|item| item.state == State::Unread).count()
    }

    /// Does something to it, and hands back beside what that hands back how many were unread before and after: any change, or
    /// several in one transaction, may be due to be told as `unread.changed`.
    ///
    /// ```
    /// # use homeroom_notifications::{Inbox, Limits};
    /// # fn work(inbox: &mut Inbox, at: homeroom_contract::Timestamp, limits: &Limits) {
    /// let ((woken, digest), unread) = inbox.counting(|inbox| (inbox.wake(at), inbox.digest(at, limits)));
    /// if let Some(event) = unread.changed() { /* to user:{id} */ }
    /// # }
    /// ```
    pub fn counting<T>(&mut self, change: impl FnOnce(&mut Self) -> T) -> (T, Unread) {
        let before = self.unread();
        let done = change(self);
        (done, Unread { before, after: self.unread() })
    }

    /// Marks one as read. `NOT_FOUND` if it isn't here, be it that another one took its place.
    pub fn read(
        &mut self,
        id: &NotificationId,
        at: Timestamp,
    ) -> Result<Option<NotificationRead>, NotificationError> {
        let changed = self.find(id)?.read(at);
        let event =
            || NotificationRead { user_id: self.user_id.clone(), notification_id: id.clone(), read_at: at };
        Ok(changed.then(event))
    }

    /// Marks as read whatever is unread, or of that what came before an instant, exclusive.
    pub fn read_all(&mut self, before: Option<Timestamp>, at: Timestamp) -> Option<AllNotificationsRead> {
        let meant = |item: &&mut Item| {
            item.state == State::Unread && before.is_none_or(|before| item.received_at < before)
        };
        let read = self
            .items
            .values_mut()
            .rev()
            .filter(meant)
            .filter_map(|item| item.read(at).then(|| item.notification.notification_id.clone()));
        let notification_ids: Vec<_> = read.collect();
        let event = AllNotificationsRead { user_id: self.user_id.clone(), notification_ids, read_at: at };
        (!event.notification_ids.is_empty()).then_some(event)
    }

    /// Puts one away for ever. `NOT_FOUND` if it isn't here.
    pub fn dismiss(
        &mut self,
        id: &NotificationId,
        at: Timestamp,
    ) -> Result<Option<NotificationDismissed>, NotificationError> {
        let changed = self.find(id)?.dismiss(at);
        let event = || NotificationDismissed {
            user_id: self.user_id.clone(),
            notification_id: id.clone(),
            dismissed_at: at,
        };
        Ok(changed.then(event))
    }

    /// Puts one off. `NOT_FOUND` if it isn't here, `LOCKED` if it was dismissed, `VALIDATION_ERROR` if `until` is too soon or
    /// too late ([`Limits::snooze`]). To put off until when it is put off already changes nothing, however near that is by now.
    pub fn snooze(
        &mut self,
        id: &NotificationId,
        until: Timestamp,
        at: Timestamp,
        limits: &Limits,
    ) -> Result<Option<NotificationSnoozed>, NotificationError> {
        let item = self.find(id)?;
        if item.is_snoozed(until) {
            return Ok(None);
        }
        field::within("until", &until, &limits.snooze(at))?;
        item.snooze(until)?;
        let user_id = self.user_id.clone();
        Ok(Some(NotificationSnoozed { user_id, notification_id: id.clone(), until }))
    }

    /// When something is due next that waits now: to be woken, or to be told in a digest.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.items().filter_map(|item| item.state.waiting().map(Waiting::until)).min()
    }

    fn find(&mut self, id: &NotificationId) -> Result<&mut Item, NotificationError> {
        let found = self.items.values_mut().find(|item| item.notification.notification_id == *id);
        found.ok_or(NotificationError::NotFound("notification"))
    }
}
