//! What happened to notifications, and who sees what of it.
//!
//! What concerns one person goes to `user:{id}` and nowhere else: not to `student:{id}`, where the guardians are, and to no
//! school. Only what is told to many at once goes to a room of theirs.

use homeroom_contract::{Delivery, DomainEvent, Room, TenantId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::domain::wire::{
    AllNotificationsReadWsEvent, ItemView, NotificationDigestWsEvent, NotificationDismissedWsEvent,
    NotificationJobWsEvent, NotificationReadWsEvent, NotificationReceivedWsEvent, NotificationSnoozedWsEvent,
    NotificationsRemovedWsEvent,
};
use crate::domain::{Item, Job, JobId, Notification, NotificationId, SentBy, Target};

/// A person was told a notification: as it came, or because it was due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NotificationReceived {
    /// The person.
    pub user_id: UserId,
    /// The notification.
    pub notification: Notification,
    /// When it came into the inbox.
    pub received_at: Timestamp,
    /// The notifications whose place it took.
    pub replaces: Vec<NotificationId>,
}

impl NotificationReceived {
    pub(crate) fn new(user_id: &UserId, item: &Item, replaces: Vec<NotificationId>) -> Self {
        Self {
            user_id: user_id.clone(),
            notification: item.notification.clone(),
            received_at: item.received_at,
            replaces,
        }
    }
}

impl DomainEvent for NotificationReceived {
    const KIND: &'static str = "NotificationReceived";

    fn deliveries(&self) -> Vec<Delivery> {
        let event =
            NotificationReceivedWsEvent::of(&self.notification, self.received_at, self.replaces.clone());
        vec![Delivery::new([Room::user(&self.user_id)], &event)]
    }
}

/// A notification was told to everyone of its target at once ([`Target::is_told_at_once`]). It came into each inbox when it
/// was sent ([`Inbox::put_broadcast`](crate::Inbox::put_broadcast)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NotificationBroadcast {
    tenant_id: TenantId,
    target: Target,
    notification: Notification,
}

impl NotificationBroadcast {
    /// The event for the room of a target; none if that notification is told to each person instead, since it isn't
    /// [told at once](Target::is_told_at_once) there or there is no such room.
    pub fn of(tenant_id: TenantId, target: Target, notification: Notification) -> Option<Self> {
        let sound = target.is_told_at_once(&notification) && target.room(&tenant_id).is_some();
        sound.then_some(Self { tenant_id, target, notification })
    }

    /// The tenant.
    pub fn tenant_id(&self) -> &TenantId {
        &self.tenant_id
    }

    /// Whom it is for.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The notification.
    pub fn notification(&self) -> &Notification {
        &self.notification
    }
}

impl DomainEvent for NotificationBroadcast {
    const KIND: &'static str = "NotificationBroadcast";

    fn deliveries(&self) -> Vec<Delivery> {
        let event =
            NotificationReceivedWsEvent::of(&self.notification, self.notification.sent_at, Vec::new());
        self.target.room(&self.tenant_id).map(|room| Delivery::new([room], &event)).into_iter().collect()
    }
}

/// A person has read a notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NotificationRead {
    /// The person.
    pub user_id: UserId,
    /// The notification.
    pub notification_id: NotificationId,
    /// When.
    pub read_at: Timestamp,
}

impl DomainEvent for NotificationRead {
    const KIND: &'static str = "NotificationRead";

    fn deliveries(&self) -> Vec<Delivery> {
        let event =
            NotificationReadWsEvent { notification_id: self.notification_id.clone(), read_at: self.read_at };
        vec![Delivery::new([Room::user(&self.user_id)], &event)]
    }
}

/// A person has read several notifications at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AllNotificationsRead {
    /// The person.
    pub user_id: UserId,
    /// The notifications, newest first.
    pub notification_ids: Vec<NotificationId>,
    /// When.
    pub read_at: Timestamp,
}

impl DomainEvent for AllNotificationsRead {
    const KIND: &'static str = "AllNotificationsRead";

    fn deliveries(&self) -> Vec<Delivery> {
        let event = AllNotificationsReadWsEvent {
            notification_ids: self.notification_ids.clone(),
            read_at: self.read_at,
        };
        vec![Delivery::new([Room::user(&self.user_id)], &event)]
    }
}

/// A person has put a notification away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NotificationDismissed {
    /// The person.
    pub user_id: UserId,
    /// The notification.
    pub notification_id: NotificationId,
    /// When.
    pub dismissed_at: Timestamp,
}

impl DomainEvent for NotificationDismissed {
    const KIND: &'static str = "NotificationDismissed";

    fn deliveries(&self) -> Vec<Delivery> {
        let event = NotificationDismissedWsEvent {
            notification_id: self.notification_id.clone(),
            dismissed_at: self.dismissed_at,
        };
        vec![Delivery::new([Room::user(&self.user_id)], &event)]
    }
}

/// A person has put a notification off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NotificationSnoozed {
    /// The person.
    pub user_id: UserId,
    /// The notification.
    pub notification_id: NotificationId,
    /// Until when, exclusive.
    pub until: Timestamp,
}

impl DomainEvent for NotificationSnoozed {
    const KIND: &'static str = "NotificationSnoozed";

    fn deliveries(&self) -> Vec<Delivery> {
        let event =
            NotificationSnoozedWsEvent { notification_id: self.notification_id.clone(), until: self.until };
        vec![Delivery::new([Room::user(&self.user_id)], &event)]
    }
}

/// Notifications are gone from a person's inbox that no other event names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NotificationsRemoved {
    /// The person.
    pub user_id: UserId,
    /// The notifications.
    pub notification_ids: Vec<NotificationId>,
}

impl NotificationsRemoved {
    /// The event for these; none if there are none.
    pub(crate) fn of(user_id: &UserId, notification_ids: Vec<NotificationId>) -> Option<Self> {
        let any = !notification_ids.is_empty();
        any.then(|| Self { user_id: user_id.clone(), notification_ids })
    }
}

impl DomainEvent for NotificationsRemoved {
    const KIND: &'static str = "NotificationsRemoved";

    fn deliveries(&self) -> Vec<Delivery> {
        let event = NotificationsRemovedWsEvent { notification_ids: self.notification_ids.clone() };
        vec![Delivery::new([Room::user(&self.user_id)], &event)]
    }
}

/// A person was told several notifications together. All of them are unread from then on, shown or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DigestReceived {
    /// The person.
    pub user_id: UserId,
    /// What the digest shows: what presses most first, and of that the newest first.
    pub items: Vec<Item>,
    /// The notifications that it had no place for, in the same order.
    pub more: Vec<NotificationId>,
    /// The notifications whose place these took.
    pub replaces: Vec<NotificationId>,
}

impl DomainEvent for DigestReceived {
    const KIND: &'static str = "DigestReceived";

    fn deliveries(&self) -> Vec<Delivery> {
        let event = NotificationDigestWsEvent {
            items: self.items.iter().map(ItemView::of).collect(),
            more: self.more.len(),
            replaces: self.replaces.clone(),
        };
        vec![Delivery::new([Room::user(&self.user_id)], &event)]
    }
}

/// The telling of a notification has come further.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JobAdvanced {
    /// The job.
    pub job_id: JobId,
    /// Who sent the notification.
    pub sent_by: SentBy,
    /// How many people are done.
    pub sent: u64,
    /// How many people it is for.
    pub total: u64,
}

impl JobAdvanced {
    pub(crate) fn new(job: &Job) -> Self {
        Self { job_id: job.job_id.clone(), sent_by: job.sent_by.clone(), sent: job.sent, total: job.total }
    }
}

impl DomainEvent for JobAdvanced {
    const KIND: &'static str = "JobAdvanced";

    /// To a person who sent it; a service is in no room, and `user:{id}` of its name may be somebody else's.
    fn deliveries(&self) -> Vec<Delivery> {
        let event =
            NotificationJobWsEvent { job_id: self.job_id.clone(), sent: self.sent, total: self.total };
        let sender = self.sent_by.person();
        sender.map(|sender| Delivery::new([Room::user(sender)], &event)).into_iter().collect()
    }
}
