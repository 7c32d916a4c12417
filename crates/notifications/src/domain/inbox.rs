//! One person's inbox: what has come, and what has become of it.
//!
//! It holds each notification once. Every change hands back the event that tells of it, and nothing if nothing changed, so that
//! a repeat tells nobody. How something comes into it, and is told, is in `telling.rs`; how it is listed, in `list.rs`.

use std::collections::BTreeMap;

use homeroom_contract::{Timestamp, UserId, field};

use crate::domain::{
    AllNotificationsRead, Cursor, Item, Limits, NotificationDismissed, NotificationError, NotificationId,
    NotificationRead, NotificationSnoozed, Waiting,
};

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

    /// How many have come and were neither read nor dismissed; what waits doesn't count.
    pub fn unread(&self, at: Timestamp) -> usize {
        self.items().filter(|item| item.counts(at)).count()
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

    /// Marks as read whatever counts as unread, or of that what came before an instant, exclusive.
    pub fn read_all(&mut self, before: Option<Timestamp>, at: Timestamp) -> Option<AllNotificationsRead> {
        let meant =
            |item: &&mut Item| item.counts(at) && before.is_none_or(|before| item.received_at < before);
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
    /// too late ([`Limits::snooze`]).
    pub fn snooze(
        &mut self,
        id: &NotificationId,
        until: Timestamp,
        at: Timestamp,
        limits: &Limits,
    ) -> Result<Option<NotificationSnoozed>, NotificationError> {
        let item = self.find(id)?;
        field::within("until", &until, &limits.snooze(at))?;
        let changed = item.snooze(until)?;
        let event =
            || NotificationSnoozed { user_id: self.user_id.clone(), notification_id: id.clone(), until };
        Ok(changed.then(event))
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
