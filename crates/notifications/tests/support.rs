//! What the tests speak of: notifications, instants, an inbox of Ann's.

use homeroom_contract::{Actor, OrgId, Role, Service, Subject, TenantId, Timestamp, UserId};
use homeroom_notifications::{
    DigestReceived, Draft, Inbox, Item, Limits, Member, Notification, NotificationId, NotificationType,
    OrgKind, Place, Priority, Put, RoleHeld, SentBy, State, Telling,
};

pub(crate) fn user(id: &str) -> UserId {
    UserId::new(id).unwrap()
}

pub(crate) fn org(id: &str) -> OrgId {
    OrgId::new(id).unwrap()
}

pub(crate) fn tenant() -> TenantId {
    TenantId::new("d1").unwrap()
}

/// An org of the tests: the state, the district `d1` in it, or a school of that district.
pub(crate) fn place(id: &str) -> Place {
    let (kind, above) = match id {
        "state" => (OrgKind::Other, vec![]),
        "d1" => (OrgKind::District, vec![org("state")]),
        _ => (OrgKind::School, vec![org("d1"), org("state")]),
    };
    Place { org: org(id), kind, above }
}

pub(crate) fn held(role: Role, at: &str) -> RoleHeld {
    RoleHeld { role, at: place(at) }
}

/// Somebody with these roles, and no child.
pub(crate) fn member(id: &str, roles: &[RoleHeld]) -> Member {
    Member { user_id: user(id), students: vec![], roles: roles.to_vec(), children_at: vec![] }
}

/// A guardian of these children at these schools.
pub(crate) fn guardian(id: &str, children: &[&str], schools: &[&str]) -> Member {
    Member {
        students: children.iter().map(|child| user(child)).collect(),
        children_at: schools.iter().map(|school| place(school)).collect(),
        ..member(id, &[])
    }
}

pub(crate) fn id(n: usize) -> NotificationId {
    NotificationId::new(format!("n{n:03}")).unwrap()
}

/// So many seconds into the tests.
pub(crate) fn at(secs: i64) -> Timestamp {
    Timestamp::from_unix_millis(1_790_000_000_000 + secs * 1000)
}

pub(crate) const HOUR: i64 = 3600;

pub(crate) fn service(name: &str, scopes: &[&str]) -> Service {
    Service { name: user(name), scopes: scopes.iter().map(|&scope| scope.to_owned()).collect() }
}

pub(crate) fn by_service(name: &str) -> SentBy {
    SentBy::of(&Actor { tenant: tenant(), subject: Subject::Service(service(name, &[])) })
}

pub(crate) fn by_person(id: &str) -> SentBy {
    SentBy::of(&Actor::person(tenant(), user(id)))
}

pub(crate) fn draft() -> Draft {
    Draft {
        kind: NotificationType::GradePosted,
        priority: Priority::Normal,
        title: "A grade".to_owned(),
        body: "Proofs".to_owned(),
        link: None,
        dedupe_key: None,
    }
}

/// The `n`th notification, of the service that grades.
pub(crate) fn notification(n: usize) -> Notification {
    let sent = draft().sent(by_service("grades"), at(0), &Limits::default()).unwrap();
    Notification { notification_id: id(n), ..sent }
}

pub(crate) fn keyed(n: usize, key: &str) -> Notification {
    Notification { dedupe_key: Some(key.to_owned()), ..notification(n) }
}

pub(crate) fn inbox() -> Inbox {
    Inbox::of(user("ann"), [])
}

/// An inbox into which the first `count` notifications came, one a second, from second 0 on.
pub(crate) fn inbox_of(count: usize) -> Inbox {
    let items = (0..count).map(|n| Item {
        notification: notification(n),
        received_at: at(i64::try_from(n).unwrap()),
        state: State::Unread,
    });
    Inbox::of(user("ann"), items)
}

pub(crate) fn put(inbox: &mut Inbox, notification: Notification, telling: Telling, secs: i64) -> Put {
    inbox.put(notification, telling, at(secs), &Limits::default())
}

pub(crate) fn ids(inbox: &Inbox) -> Vec<String> {
    inbox.items().map(|item| item.notification.notification_id.to_string()).collect()
}

/// What a digest shows.
pub(crate) fn told(digest: Option<DigestReceived>) -> Vec<String> {
    let items = digest.map(|digest| digest.items).unwrap_or_default();
    items.into_iter().map(|item| item.notification.notification_id.to_string()).collect()
}
