//! What goes over the wire, to the letter: every request and its reply, every event, and who receives what.

use crate::support::{at, by_person, by_service, keyed, notification, org, tenant, user};
use homeroom_contract::DomainEvent;
use homeroom_notifications::{
    AllNotificationsRead, AllNotificationsReadWsEvent, DigestReceived, DismissNotification, GetPreferences,
    Item, JobAdvanced, JobId, ListNotifications, Notification, NotificationBroadcast,
    NotificationDigestWsEvent, NotificationDismissed, NotificationDismissedWsEvent, NotificationJobWsEvent,
    NotificationRead, NotificationReadWsEvent, NotificationReceived, NotificationReceivedWsEvent,
    NotificationSnoozed, NotificationSnoozedWsEvent, NotificationType, NotificationsRemoved,
    NotificationsRemovedWsEvent, Priority, ReadAllNotifications, ReadNotification, SendNotification,
    SetPreferences, SnoozeNotification, State, Target, UnreadChangedWsEvent,
};
use homeroom_testkit::wire::{Wire, again, told};
use serde_json::{Value, json};

fn barest_item() -> Value {
    json!({
        "notificationId": "n2", "type": "GENERAL", "priority": "low", "title": "Lunch", "body": "", "link": null,
        "dedupeKey": null, "receivedAt": "2026-11-20T08:00:00.000Z",
    })
}

/// With what the item is besides.
fn item(more: &[(&str, &str)]) -> Value {
    let mut item = json!({
        "notificationId": "n1", "type": "GRADE_POSTED", "priority": "normal", "title": "A grade", "body": "Proofs",
        "link": "/classes/c1/gradebook", "dedupeKey": "essay", "receivedAt": "2026-11-20T09:00:00.000Z",
    });
    for (name, value) in more {
        item[*name] = (*value).into();
    }
    item
}

fn sends(wire: &mut Wire) {
    let sent = json!({
        "target": { "kind": "user", "id": "ann" }, "type": "GENERAL", "priority": "low", "title": "Lunch", "body": "",
    });
    let with = |name: &str, value: Value| {
        let mut sent = sent.clone();
        sent[name] = value;
        sent
    };
    let reply = json!({ "jobId": "j1", "recipients": 1 });
    wire.command::<SendNotification>(sent.clone(), reply.clone());
    let full = json!({
        "target": { "kind": "role", "id": "s1", "role": "PARENT" }, "type": "SYSTEM_ANNOUNCEMENT", "priority": "urgent",
        "title": "Snow", "body": "The school is closed tomorrow.", "link": "https://school.example/snow",
        "dedupeKey": "snow",
    });
    wire.command::<SendNotification>(full, json!({ "jobId": "j2", "recipients": 812 }));
    for target in [json!({ "kind": "school", "id": "s1" }), json!({ "kind": "district", "id": "d1" })] {
        wire.command::<SendNotification>(with("target", target), reply.clone());
    }
    let mut to_all = with("target", json!({ "kind": "all" }));
    to_all["priority"] = "urgent".into();
    wire.command::<SendNotification>(to_all, reply);
    for (name, value) in [
        ("target", json!({ "kind": "class", "id": "c1" })),
        ("target", json!({ "kind": "user" })),
        ("target", json!({ "kind": "role", "id": "s1" })),
        ("target", json!({ "kind": "role", "id": "s1", "role": "JANITOR" })),
        ("target", json!("all")),
        ("target", json!({ "id": "s1" })),
        ("target", json!({ "kind": "school", "id": "s1", "role": "PARENT" })),
        ("target", json!({ "kind": "district", "id": "d1", "role": "TEACHER" })),
        ("target", json!({ "kind": "user", "id": "ann", "role": "STUDENT" })),
        ("target", json!({ "kind": "all", "role": "STUDENT" })),
        ("target", json!({ "kind": "all", "id": "s1" })),
        ("target", json!({ "kind": "school", "id": "" })),
        ("type", json!("grade_posted")),
        ("priority", json!("URGENT")),
        ("title", json!(null)),
        ("link", json!(["/a"])),
    ] {
        wire.refused::<SendNotification>(with(name, value));
    }
}

fn marks(wire: &mut Wire) {
    let (one, unread) = (json!({ "notificationId": "n1" }), json!({ "unread": 2 }));
    wire.command::<ReadNotification>(one.clone(), unread.clone());
    wire.command::<DismissNotification>(one.clone(), unread.clone());
    wire.command::<ReadAllNotifications>(json!({}), json!({ "unread": 0 }));
    wire.command::<ReadAllNotifications>(json!({ "before": "2026-11-20T09:00:00.000Z" }), unread.clone());
    let snooze = json!({ "notificationId": "n1", "until": "2026-11-21T09:00:00.000Z" });
    wire.command::<SnoozeNotification>(snooze, unread);
    wire.refused::<ReadNotification>(json!({}));
    wire.refused::<ReadNotification>(json!({ "notificationId": "" }));
    wire.refused::<DismissNotification>(json!({ "notificationId": 7 }));
    wire.refused::<ReadAllNotifications>(json!({ "before": "yesterday" }));
    wire.refused::<SnoozeNotification>(one);
}

fn lists(wire: &mut Wire) {
    wire.query::<ListNotifications>(json!({}), json!({ "items": [], "unread": 0 }));
    let asked = json!({
        "cursor": "1790000000000.n0", "limit": 3,
        "filter": { "state": "active", "type": "GRADE_POSTED", "priority": "normal" },
    });
    let items = json!([
        item(&[("readAt", "2026-11-20T09:30:00.000Z")]),
        item(&[("dismissedAt", "2026-11-20T09:30:00.000Z")]),
        item(&[("waitingUntil", "2026-11-21T07:00:00.000Z")]),
        barest_item(),
    ]);
    wire.query::<ListNotifications>(
        asked,
        json!({ "items": items, "unread": 3, "nextCursor": "1790000000000.n2" }),
    );
    for state in ["unread", "read", "waiting", "dismissed"] {
        wire.query::<ListNotifications>(
            json!({ "filter": { "state": state } }),
            json!({ "items": [], "unread": 0 }),
        );
    }
    wire.refused::<ListNotifications>(json!({ "cursor": "n2" }));
    wire.refused::<ListNotifications>(json!({ "filter": { "state": "snoozed" } }));
    wire.refused::<ListNotifications>(json!({ "filter": { "type": "ANY" } }));
    wire.refused::<ListNotifications>(json!({ "limit": -1 }));
}

fn prefers(wire: &mut Wire) {
    let quiet = json!({ "from": "21:30", "to": "07:00" });
    let full = json!({
        "type": "GENERAL", "channel": "in-app", "enabled": true, "quietHours": quiet, "digest": "daily",
    });
    let bare = json!({
        "type": "GENERAL", "channel": "email", "enabled": false, "quietHours": null, "digest": "off",
    });
    wire.query::<GetPreferences>(json!({}), json!({ "preferences": [full, bare] }));
    wire.query::<GetPreferences>(
        json!({ "type": "GENERAL", "channel": "push" }),
        json!({ "preferences": [{
            "type": "GENERAL", "channel": "push", "enabled": true, "quietHours": null, "digest": "weekly",
        }] }),
    );
    wire.command::<SetPreferences>(full.clone(), json!({ "preferences": [full] }));
    wire.command::<SetPreferences>(bare.clone(), json!({ "preferences": [bare] }));
    wire.command::<SetPreferences>(json!({}), json!({ "preferences": [full, bare] }));
    for (path, wrong) in [
        ("type", json!("ANY")),
        ("channel", json!("inApp")),
        ("enabled", json!("yes")),
        ("quietHours", json!({ "from": "21:30" })),
        ("quietHours", json!({ "from": "9:30 pm", "to": "07:00" })),
        ("quietHours", json!({ "from": "21:30", "to": "24:00" })),
        ("digest", json!("hourly")),
    ] {
        wire.refused::<SetPreferences>(json!({ path: wrong }));
    }
    wire.refused::<GetPreferences>(json!({ "channel": "fax" }));
}

fn hears(wire: &mut Wire) {
    let (one, now) = (json!("n1"), json!("2026-11-20T09:30:00.000Z"));
    wire.event::<NotificationReceivedWsEvent>(barest_item());
    let mut replacing = item(&[]);
    replacing["replaces"] = json!(["n0"]);
    wire.event::<NotificationReceivedWsEvent>(replacing);
    wire.event::<NotificationReadWsEvent>(json!({ "notificationId": one, "readAt": now }));
    wire.event::<AllNotificationsReadWsEvent>(json!({ "notificationIds": ["n2", "n1"], "readAt": now }));
    wire.event::<NotificationDismissedWsEvent>(json!({ "notificationId": one, "dismissedAt": now }));
    wire.event::<NotificationSnoozedWsEvent>(json!({ "notificationId": one, "until": now }));
    wire.event::<NotificationsRemovedWsEvent>(json!({ "notificationIds": ["n1", "n0"] }));
    wire.event::<NotificationDigestWsEvent>(
        json!({ "items": [item(&[]), barest_item()], "more": 3, "replaces": ["n0"] }),
    );
    wire.event::<NotificationDigestWsEvent>(json!({ "items": [barest_item()], "more": 0 }));
    wire.event::<UnreadChangedWsEvent>(json!({ "unread": 4 }));
    wire.event::<NotificationJobWsEvent>(json!({ "jobId": "j1", "sent": 100, "total": 812 }));
}

#[test]
fn requests_replies_and_events() {
    let mut wire = Wire::default();
    sends(&mut wire);
    marks(&mut wire);
    lists(&mut wire);
    prefers(&mut wire);
    hears(&mut wire);
    insta::assert_json_snapshot!(wire.written());
}

#[test]
fn every_type_has_the_name_that_clients_know() {
    let names = [
        "GRADE_POSTED",
        "ASSIGNMENT_DUE",
        "ATTENDANCE_ALERT",
        "MESSAGE_RECEIVED",
        "INTERVENTION_ALERT",
        "SYSTEM_ANNOUNCEMENT",
        "ASSESSMENT_AVAILABLE",
        "GENERAL",
    ];
    assert_eq!(serde_json::to_value(NotificationType::ALL).unwrap(), json!(names));
    assert_eq!(serde_json::to_value(Priority::ALL).unwrap(), json!(["low", "normal", "high", "urgent"]));
}

fn alarm() -> Notification {
    Notification { kind: NotificationType::SystemAnnouncement, priority: Priority::Urgent, ..notification(1) }
}

fn received() -> NotificationReceived {
    let notification = Notification { link: Some("/classes/c1".to_owned()), ..keyed(1, "essay") };
    NotificationReceived {
        user_id: user("ann"),
        notification,
        received_at: at(1),
        replaces: vec!["n000".parse().unwrap()],
    }
}

fn broadcast(target: Target) -> NotificationBroadcast {
    NotificationBroadcast::of(tenant(), target, alarm()).unwrap()
}

fn job(sent_by: homeroom_notifications::SentBy) -> JobAdvanced {
    JobAdvanced { job_id: JobId::new("j1").unwrap(), sent_by, sent: 100, total: 812 }
}

fn digest() -> DigestReceived {
    let item = Item { notification: notification(2), received_at: at(2), state: State::Unread };
    DigestReceived {
        user_id: user("ann"),
        items: vec![item],
        more: vec!["n000".parse().unwrap()],
        replaces: vec!["n001".parse().unwrap()],
    }
}

fn removed() -> NotificationsRemoved {
    NotificationsRemoved { user_id: user("ann"), notification_ids: vec!["n001".parse().unwrap()] }
}

/// Every event of the domain as the journal keeps it, with its deliveries.
#[test]
fn who_receives_what() {
    let (user_id, one, many) =
        (user("ann"), received().notification.notification_id, vec![notification(2).notification_id]);
    let written = [
        told(&received()),
        told(&NotificationReceived { notification: notification(2), replaces: vec![], ..received() }),
        told(&broadcast(Target::School { id: org("s1") })),
        told(&broadcast(Target::Role { id: org("s1"), role: homeroom_contract::Role::Parent })),
        told(&broadcast(Target::District { id: org("d1") })),
        told(&broadcast(Target::All)),
        told(&NotificationRead { user_id: user_id.clone(), notification_id: one.clone(), read_at: at(3) }),
        told(&AllNotificationsRead { user_id: user_id.clone(), notification_ids: many, read_at: at(3) }),
        told(&NotificationDismissed {
            user_id: user_id.clone(),
            notification_id: one.clone(),
            dismissed_at: at(3),
        }),
        told(&NotificationSnoozed { user_id, notification_id: one, until: at(60) }),
        told(&removed()),
        told(&digest()),
        told(&job(by_person("tina"))),
        told(&job(by_service("grades"))),
    ];
    insta::assert_json_snapshot!(written);
}

#[test]
fn what_the_journal_keeps_can_be_read_again() {
    fn kept<E: DomainEvent + serde::de::DeserializeOwned>(event: &E) {
        again::<E>(&serde_json::to_value(event).unwrap());
    }
    kept(&received());
    kept(&broadcast(Target::All));
    kept(&digest());
    kept(&removed());
    kept(&job(by_service("grades")));
}

/// A student's guardians are in `student:{id}`, and everyone is in `school:{id}`: neither is told what one person is told.
#[test]
fn what_one_person_is_told_goes_to_that_persons_devices_alone() {
    let one = received().notification.notification_id;
    let user_id = user("ann");
    let all = [
        received().deliveries(),
        NotificationRead { user_id: user_id.clone(), notification_id: one.clone(), read_at: at(3) }
            .deliveries(),
        AllNotificationsRead {
            user_id: user_id.clone(),
            notification_ids: vec![one.clone()],
            read_at: at(3),
        }
        .deliveries(),
        NotificationDismissed { user_id: user_id.clone(), notification_id: one.clone(), dismissed_at: at(3) }
            .deliveries(),
        NotificationSnoozed { user_id, notification_id: one, until: at(60) }.deliveries(),
        digest().deliveries(),
        removed().deliveries(),
        job(by_person("ann")).deliveries(),
    ];
    for delivery in all.iter().flatten() {
        let rooms: Vec<_> = delivery.rooms.iter().map(homeroom_contract::Room::as_str).collect();
        assert_eq!(rooms, ["user:ann"], "{}", delivery.event);
    }
    assert_eq!(all.iter().flatten().count(), all.len());
}

#[test]
fn nobody_who_receives_it_learns_who_sent_it() {
    for delivery in received().deliveries().iter().chain(&broadcast(Target::All).deliveries()) {
        let payload = delivery.payload.as_ref().unwrap().get();
        assert!(!payload.contains("grades"), "{payload}");
    }
}
