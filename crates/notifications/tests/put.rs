//! What comes into an inbox: what takes whose place, what comes too late, what has to go.

use crate::support::{HOUR, at, by_service, id, ids, inbox, inbox_of, keyed, notification, put, tenant};
use homeroom_notifications::{
    Limits, ListNotifications, Notification, NotificationBroadcast, NotificationReceivedWsEvent,
    NotificationType, Priority, Put, State, Target, Telling,
};

fn limits() -> Limits {
    Limits::default()
}

#[test]
fn the_newest_of_one_key_takes_the_place_of_the_unread_one() {
    let mut inbox = inbox();
    put(&mut inbox, keyed(1, "essay"), Telling::Now, 1);
    put(&mut inbox, notification(2), Telling::Now, 2);
    let done = put(&mut inbox, keyed(3, "essay"), Telling::Now, 3);
    assert_eq!(done.replaced, [id(1)]);
    assert_eq!(done.received.unwrap().replaces, [id(1)], "clients know which to take away");
    assert_eq!(ids(&inbox), ["n003", "n002"]);
    assert_eq!(inbox.unread(), 2);
    assert!(inbox.read(&id(1), at(4)).is_err(), "who read the old one has not seen the new one");
}

#[test]
fn what_was_read_or_dismissed_or_sent_by_another_keeps_its_place() {
    let mut inbox = inbox();
    put(&mut inbox, keyed(1, "essay"), Telling::Now, 1);
    inbox.read(&id(1), at(1)).unwrap();
    assert!(put(&mut inbox, keyed(2, "essay"), Telling::Now, 2).replaced.is_empty());
    inbox.dismiss(&id(2), at(2)).unwrap();
    assert!(put(&mut inbox, keyed(3, "essay"), Telling::Now, 3).replaced.is_empty());
    let another = Notification { sent_by: by_service("lunch"), ..keyed(4, "essay") };
    assert!(put(&mut inbox, another, Telling::Now, 4).replaced.is_empty());
    assert_eq!(ids(&inbox), ["n004", "n003", "n002", "n001"]);
}

/// That one of the key, sent so many seconds into the tests.
fn sent(n: usize, secs: i64) -> Notification {
    Notification { sent_at: at(secs), ..keyed(n, "essay") }
}

/// Two jobs of one sender work at once: the stale one gets to this inbox last.
#[test]
fn what_was_sent_before_takes_nobodys_place_whatever_became_of_the_newer_one() {
    for what in 0..4 {
        let mut inbox = inbox();
        let telling = if what == 3 { Telling::Held(at(HOUR)) } else { Telling::Now };
        put(&mut inbox, sent(1, 50), telling, 60);
        match what {
            1 => drop(inbox.read(&id(1), at(61)).unwrap()),
            2 => drop(inbox.dismiss(&id(1), at(61)).unwrap()),
            _ => {}
        }
        let before = inbox.clone();
        assert_eq!(put(&mut inbox, sent(2, 40), Telling::Now, 70), Put::default(), "case {what}");
        assert_eq!(inbox, before);
    }
}

#[test]
fn what_was_replaced_is_not_brought_back_by_a_job_that_runs_again() {
    let mut inbox = inbox();
    put(&mut inbox, sent(1, 1), Telling::Now, 1);
    put(&mut inbox, sent(2, 2), Telling::Now, 2);
    let before = inbox.clone();
    assert_eq!(put(&mut inbox, sent(1, 1), Telling::Now, 3), Put::default());
    assert_eq!(inbox, before);
}

#[test]
fn what_was_sent_in_the_same_millisecond_has_an_order_too() {
    let mut inbox = inbox();
    put(&mut inbox, sent(2, 1), Telling::Now, 1);
    assert_eq!(put(&mut inbox, sent(1, 1), Telling::Now, 2), Put::default());
    assert_eq!(put(&mut inbox, sent(3, 1), Telling::Now, 3).replaced, [id(2)]);
}

#[test]
fn what_is_gone_without_being_named_elsewhere_is_told_by_itself() {
    let mut inbox = inbox();
    put(&mut inbox, keyed(1, "essay"), Telling::Held(at(HOUR)), 1);
    let held = put(&mut inbox, keyed(2, "essay"), Telling::Held(at(HOUR)), 2);
    assert_eq!(held.removed.unwrap().notification_ids, [id(1)], "it could be seen among what waits");
    let told = put(&mut inbox, keyed(3, "essay"), Telling::Now, 3);
    assert_eq!((told.received.unwrap().replaces, told.removed), (vec![id(2)], None), "named once");
}

fn alarm(n: usize) -> NotificationBroadcast {
    let (kind, priority) = (NotificationType::SystemAnnouncement, Priority::Urgent);
    let notification = Notification { kind, priority, sent_at: at(5), ..notification(n) };
    NotificationBroadcast::of(tenant(), Target::All, notification).unwrap()
}

/// The room is told; the list has to say the same.
#[test]
fn what_a_room_is_told_comes_into_the_inbox_in_silence() {
    let mut inbox = inbox();
    let (done, unread) = inbox.counting(|inbox| inbox.put_broadcast(&alarm(1), &limits()));
    assert_eq!(done, Put::default(), "nothing else is told");
    assert_eq!((unread.before, unread.after), (0, 1));
    let deliveries = homeroom_contract::DomainEvent::deliveries(&alarm(1));
    let payload = deliveries[0].payload.as_ref().unwrap().get();
    let event: NotificationReceivedWsEvent = serde_json::from_str(payload).unwrap();
    let listed = inbox.list(&ListNotifications::default(), &limits()).unwrap().items.remove(0);
    assert_eq!((event.notification_id, event.received_at), (listed.notification_id, listed.received_at));

    inbox.read(&id(1), at(6)).unwrap();
    assert_eq!(inbox.put_broadcast(&alarm(1), &limits()), Put::default(), "a job that runs again");
    assert_eq!(inbox.unread(), 0);
    let small = Limits { inbox_items: 1, ..limits() };
    let full = inbox.put_broadcast(&alarm(2), &small);
    assert_eq!((full.removed.unwrap().notification_ids, full.dropped), (vec![id(1)], vec![id(1)]));
}

#[test]
fn what_presses_more_stays_longer() {
    let limits = Limits { inbox_items: 3, ..limits() };
    let mut inbox = inbox();
    let of = |n, priority| Notification { priority, ..notification(n) };
    inbox.put(of(1, Priority::Urgent), Telling::Now, at(1), &limits);
    inbox.put(of(2, Priority::Low), Telling::Held(at(HOUR)), at(2), &limits);
    inbox.put(of(3, Priority::Low), Telling::Now, at(3), &limits);
    let mut dropped = |n, priority| inbox.put(of(n, priority), Telling::Now, at(20), &limits).dropped;
    assert_eq!(dropped(4, Priority::High), [id(3)], "of the same priority what waits goes last");
    assert_eq!(dropped(5, Priority::High), [id(2)], "even if it waits");
    assert_eq!(dropped(6, Priority::High), [id(4)], "the oldest that presses least");
    assert_eq!(inbox.item(&id(1)).unwrap().state, State::Unread);
    inbox.read(&id(1), at(21)).unwrap();
    let last = inbox.put(of(7, Priority::Low), Telling::Now, at(22), &limits);
    assert_eq!(last.dropped, [id(1)], "what was read doesn't press");
}

#[test]
fn a_full_inbox_loses_what_is_worth_least() {
    let limits = Limits { inbox_items: 4, ..limits() };
    let mut inbox = inbox_of(4);
    inbox.snooze(&id(0), at(HOUR), at(10), &limits).unwrap();
    inbox.read(&id(2), at(10)).unwrap();
    inbox.dismiss(&id(3), at(10)).unwrap();
    let mut dropped = |n| {
        let done = inbox.put(notification(n), Telling::Now, at(20), &limits);
        assert_eq!(done.removed.unwrap().notification_ids, done.dropped, "devices stop showing it");
        done.dropped
    };
    assert_eq!(dropped(4), [id(3)], "dismissed");
    assert_eq!(dropped(5), [id(2)], "read");
    assert_eq!(dropped(6), [id(1)], "unread, the oldest of them");
    assert_eq!(dropped(7), [id(4)]);
    assert_eq!(ids(&inbox), ["n007", "n006", "n005", "n000"], "what waits goes last");
}

#[test]
fn what_takes_anothers_place_needs_no_more_room() {
    let limits = Limits { inbox_items: 2, ..limits() };
    let mut inbox = inbox();
    inbox.put(notification(1), Telling::Now, at(1), &limits);
    inbox.put(keyed(2, "essay"), Telling::Now, at(2), &limits);
    let done = inbox.put(keyed(3, "essay"), Telling::Now, at(3), &limits);
    assert!(done.dropped.is_empty());
    assert_eq!(inbox.put(notification(4), Telling::Now, at(4), &limits).dropped, [id(1)]);
}
