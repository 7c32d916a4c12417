//! What comes into an inbox: when it is told, what takes whose place, what has to go.

use crate::support::{HOUR, at, by_service, id, ids, inbox, inbox_of, keyed, notification, put, told};
use homeroom_notifications::{Limits, Notification, Priority, State, Telling, Waiting};

fn limits() -> Limits {
    Limits::default()
}

fn of_priority(n: usize, priority: Priority) -> Notification {
    Notification { priority, ..notification(n) }
}

fn in_digest(secs: i64) -> Telling {
    Telling::Digest(at(secs))
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
    assert_eq!(inbox.unread(at(3)), 2);
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

#[test]
fn what_was_seen_stays_until_what_is_newer_is_told() {
    let mut inbox = inbox();
    put(&mut inbox, keyed(1, "essay"), Telling::Now, 1);
    let held = put(&mut inbox, keyed(2, "essay"), Telling::Held(at(HOUR)), 2);
    assert_eq!((held.received, held.replaced), (None, vec![]));
    assert_eq!(inbox.unread(at(3)), 1, "all night long");
    let held = put(&mut inbox, keyed(3, "essay"), in_digest(2 * HOUR), 3);
    assert_eq!(held.replaced, [id(2)], "nobody has seen that one");
    let digest = inbox.digest(at(2 * HOUR), &limits()).unwrap();
    assert_eq!((told(Some(digest.clone())), digest.replaces), (vec!["n003".to_owned()], vec![id(1)]));
    assert_eq!(ids(&inbox), ["n003"]);

    put(&mut inbox, keyed(4, "essay"), Telling::Held(at(3 * HOUR)), 2 * HOUR);
    let woken = inbox.wake(at(3 * HOUR));
    assert_eq!((woken.len(), &woken[0].replaces), (1, &vec![id(3)]));
    put(&mut inbox, keyed(5, "essay"), Telling::Held(at(4 * HOUR)), 3 * HOUR);
    inbox.read(&id(4), at(3 * HOUR)).unwrap();
    assert!(inbox.wake(at(4 * HOUR))[0].replaces.is_empty(), "what was read meanwhile stays");
}

#[test]
fn what_is_due_and_not_told_yet_may_have_been_seen_in_the_list() {
    let mut inbox = inbox();
    put(&mut inbox, keyed(1, "essay"), Telling::Held(at(HOUR)), 1);
    let held = put(&mut inbox, keyed(2, "essay"), Telling::Held(at(2 * HOUR)), HOUR);
    assert!(held.replaced.is_empty());
    let late = inbox.wake(at(2 * HOUR));
    assert_eq!((late.len(), &late[0].replaces), (1, &vec![id(1)]), "the older one is told no more");
}

#[test]
fn what_was_put_off_stays_off_with_what_is_new_unless_that_is_urgent() {
    let snoozed = || {
        let mut inbox = inbox();
        put(&mut inbox, keyed(1, "essay"), Telling::Now, 1);
        inbox.snooze(&id(1), at(HOUR), at(1), &limits()).unwrap();
        inbox
    };
    let mut inbox = snoozed();
    let done = put(&mut inbox, keyed(2, "essay"), Telling::Now, 2);
    assert_eq!((done.received, done.replaced), (None, vec![]));
    let done = put(&mut inbox, keyed(3, "essay"), Telling::Held(at(HOUR / 2)), 3);
    assert_eq!(done.replaced, [id(2)], "they don't pile up");
    assert!(inbox.wake(at(HOUR - 1)).is_empty(), "the later of the two");
    let woken = inbox.wake(at(HOUR));
    assert_eq!(woken.len(), 1, "once, and the newest");
    assert_eq!((&woken[0].notification.notification_id, &woken[0].replaces), (&id(3), &vec![id(1)]));

    let mut inbox = snoozed();
    put(&mut inbox, keyed(2, "essay"), in_digest(2 * HOUR), 2);
    assert_eq!(inbox.item(&id(2)).unwrap().state, State::Waiting(Waiting::Digest(at(2 * HOUR))));

    let mut inbox = snoozed();
    let urgent = Notification { priority: Priority::Urgent, ..keyed(2, "essay") };
    assert_eq!(put(&mut inbox, urgent, Telling::Now, 2).received.unwrap().replaces, [id(1)]);

    let mut inbox = snoozed();
    assert!(put(&mut inbox, keyed(2, "essay"), Telling::Now, HOUR).received.is_some(), "that time is over");
}

#[test]
fn an_old_one_that_somebody_wants_back_stands_beside_the_newer_one() {
    let mut inbox = inbox();
    put(&mut inbox, keyed(1, "essay"), Telling::Now, 1);
    inbox.read(&id(1), at(2)).unwrap();
    put(&mut inbox, keyed(2, "essay"), Telling::Now, 3);
    inbox.snooze(&id(1), at(HOUR), at(4), &limits()).unwrap();
    assert!(inbox.wake(at(HOUR))[0].replaces.is_empty(), "what is older replaces nothing");
    assert_eq!(ids(&inbox), ["n002", "n001"]);
    let done = put(&mut inbox, keyed(3, "essay"), Telling::Now, HOUR);
    assert_eq!(done.replaced, [id(2), id(1)], "and makes way with it");
}

#[test]
fn what_is_held_is_told_by_itself_when_the_quiet_hours_end() {
    let mut inbox = inbox();
    assert_eq!(put(&mut inbox, notification(1), Telling::Held(at(HOUR)), 1).received, None);
    put(&mut inbox, notification(2), Telling::Held(at(HOUR)), 2);
    assert_eq!(inbox.unread(at(2)), 0);
    let woken: Vec<_> =
        inbox.wake(at(HOUR)).into_iter().map(|told| told.notification.notification_id).collect();
    assert_eq!(woken, [id(1), id(2)], "oldest first");
}

#[test]
fn a_digest_holds_what_is_due_what_presses_most_first_and_nothing_twice() {
    let mut inbox = inbox();
    let due = HOUR;
    put(&mut inbox, of_priority(1, Priority::Low), in_digest(due), 1);
    put(&mut inbox, of_priority(2, Priority::High), in_digest(due), 2);
    put(&mut inbox, of_priority(3, Priority::Low), in_digest(due), 3);
    put(&mut inbox, of_priority(4, Priority::High), in_digest(due), 4);
    put(&mut inbox, notification(5), in_digest(2 * due), 5);
    put(&mut inbox, notification(6), Telling::Held(at(due)), 6);
    assert_eq!(inbox.digest(at(due - 1), &limits()), None);
    let digest = inbox.digest(at(due), &limits());
    assert_eq!(digest.as_ref().map(|digest| digest.more), Some(0));
    assert_eq!(told(digest), ["n004", "n002", "n003", "n001"]);
    assert_eq!(inbox.digest(at(due), &limits()), None);
    assert_eq!(inbox.unread(at(due)), 5, "what the digest told is unread; so is what is due by itself");
    assert_eq!(told(inbox.digest(at(2 * due), &limits())), ["n005"]);
}

#[test]
fn what_was_seen_or_put_off_meanwhile_is_in_no_digest() {
    let mut inbox = inbox();
    for n in 0..4 {
        put(&mut inbox, notification(n), in_digest(HOUR), 1);
    }
    inbox.read(&id(0), at(2)).unwrap();
    inbox.dismiss(&id(1), at(2)).unwrap();
    inbox.snooze(&id(2), at(2 * HOUR), at(2), &limits()).unwrap();
    assert_eq!(told(inbox.digest(at(HOUR), &limits())), ["n003"]);
    assert_eq!(inbox.wake(at(2 * HOUR)).len(), 1);
}

#[test]
fn a_full_digest_counts_what_it_has_no_place_for() {
    let mut inbox = inbox();
    let limits = Limits { digest_items: 2, ..limits() };
    for n in 0..2 {
        put(&mut inbox, notification(n), in_digest(HOUR), 1);
    }
    assert_eq!(inbox.clone().digest(at(HOUR), &limits).unwrap().more, 0);
    put(&mut inbox, notification(2), in_digest(HOUR), 1);
    let digest = inbox.digest(at(HOUR), &limits).unwrap();
    assert_eq!((digest.items.len(), digest.more), (2, 1));
    assert_eq!(inbox.digest(at(HOUR), &limits), None, "the rest is in the inbox, not in another digest");
    assert_eq!(inbox.unread(at(HOUR)), 3);
}

#[test]
fn a_full_inbox_loses_what_is_worth_least() {
    let limits = Limits { inbox_items: 4, ..limits() };
    let mut inbox = inbox_of(4);
    inbox.snooze(&id(0), at(HOUR), at(10), &limits).unwrap();
    inbox.read(&id(2), at(10)).unwrap();
    inbox.dismiss(&id(3), at(10)).unwrap();
    let mut dropped = |n| inbox.put(notification(n), Telling::Now, at(20), &limits).dropped;
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
