//! When a person is told what is in the inbox, and what that takes the place of.

use crate::support::{HOUR, at, id, ids, inbox, keyed, notification, put, told, user};
use homeroom_notifications::{Inbox, Item, Limits, Notification, Priority, State, Telling, Waiting};

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
fn what_was_seen_stays_until_what_is_newer_is_told() {
    let mut inbox = inbox();
    put(&mut inbox, keyed(1, "essay"), Telling::Now, 1);
    let held = put(&mut inbox, keyed(2, "essay"), Telling::Held(at(HOUR)), 2);
    assert_eq!((held.received, held.replaced), (None, vec![]));
    assert_eq!(inbox.unread(), 1, "all night long");
    let held = put(&mut inbox, keyed(3, "essay"), in_digest(2 * HOUR), 3);
    assert_eq!(held.replaced, [id(2)], "nobody has seen that one");
    let digest = inbox.digest(at(2 * HOUR), &limits()).received.unwrap();
    assert_eq!((told(Some(digest.clone())), digest.replaces), (vec!["n003".to_owned()], vec![id(1)]));
    assert_eq!(ids(&inbox), ["n003"]);

    put(&mut inbox, keyed(4, "essay"), Telling::Held(at(3 * HOUR)), 2 * HOUR);
    let woken = inbox.wake(at(3 * HOUR)).received;
    assert_eq!((woken.len(), &woken[0].replaces), (1, &vec![id(3)]));
    put(&mut inbox, keyed(5, "essay"), Telling::Held(at(4 * HOUR)), 3 * HOUR);
    inbox.read(&id(4), at(3 * HOUR)).unwrap();
    assert!(inbox.wake(at(4 * HOUR)).received[0].replaces.is_empty(), "what was read meanwhile stays");
}

#[test]
fn what_is_due_makes_way_for_nothing_that_waits() {
    let mut inbox = inbox();
    put(&mut inbox, keyed(1, "essay"), Telling::Held(at(HOUR)), 1);
    let held = put(&mut inbox, keyed(2, "essay"), Telling::Held(at(2 * HOUR)), HOUR);
    assert!(held.replaced.is_empty());
    let late = inbox.wake(at(2 * HOUR)).received;
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
    assert!(inbox.wake(at(HOUR - 1)).received.is_empty(), "the later of the two");
    let woken = inbox.wake(at(HOUR)).received;
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
    assert!(inbox.wake(at(HOUR)).received[0].replaces.is_empty(), "what is older replaces nothing");
    assert_eq!(ids(&inbox), ["n002", "n001"]);
    let done = put(&mut inbox, keyed(3, "essay"), Telling::Now, HOUR);
    assert_eq!(done.replaced, [id(2), id(1)], "and makes way with it");
}

#[test]
fn what_is_held_is_told_by_itself_when_the_quiet_hours_end() {
    let mut inbox = inbox();
    assert_eq!(put(&mut inbox, notification(1), Telling::Held(at(HOUR)), 1).received, None);
    put(&mut inbox, notification(2), Telling::Held(at(HOUR)), 2);
    assert_eq!(inbox.unread(), 0);
    let woken: Vec<_> =
        inbox.wake(at(HOUR)).received.into_iter().map(|told| told.notification.notification_id).collect();
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
    assert_eq!(inbox.digest(at(due - 1), &limits()).received, None);
    let digest = inbox.digest(at(due), &limits()).received;
    assert_eq!(digest.as_ref().map(|digest| digest.more.len()), Some(0));
    assert_eq!(told(digest), ["n004", "n002", "n003", "n001"]);
    assert_eq!(inbox.digest(at(due), &limits()).received, None);
    assert_eq!(inbox.unread(), 4, "what is due by itself hasn't been told yet");
    assert_eq!(told(inbox.digest(at(2 * due), &limits()).received), ["n005"]);
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
    assert_eq!(told(inbox.digest(at(HOUR), &limits()).received), ["n003"]);
    assert_eq!(inbox.wake(at(2 * HOUR)).received.len(), 1);
}

#[test]
fn a_full_digest_counts_what_it_has_no_place_for() {
    let mut inbox = inbox();
    let limits = Limits { digest_items: 2, ..limits() };
    for n in 0..2 {
        put(&mut inbox, notification(n), in_digest(HOUR), 1);
    }
    assert_eq!(inbox.clone().digest(at(HOUR), &limits).received.unwrap().more, []);
    put(&mut inbox, notification(2), in_digest(HOUR), 1);
    let digest = inbox.digest(at(HOUR), &limits).received.unwrap();
    assert_eq!((digest.items.len(), digest.more), (2, vec![id(0)]), "named, to be kept");
    assert_eq!(
        inbox.digest(at(HOUR), &limits).received,
        None,
        "the rest is in the inbox, not in another digest"
    );
    assert_eq!(inbox.unread(), 3);
}

/// The newer one was held before the person put the older one off.
#[test]
fn what_is_due_while_the_older_one_is_put_off_goes_on_waiting() {
    for digest in [false, true] {
        let mut inbox = inbox();
        put(&mut inbox, keyed(1, "essay"), Telling::Now, 1);
        let due = if digest { in_digest(HOUR) } else { Telling::Held(at(HOUR)) };
        put(&mut inbox, keyed(2, "essay"), due, 2);
        inbox.snooze(&id(1), at(2 * HOUR), at(3), &limits()).unwrap();
        let (received, put_off) = if digest {
            let told = inbox.digest(at(HOUR), &limits());
            (told.received.is_some(), told.put_off)
        } else {
            let told = inbox.wake(at(HOUR));
            (!told.received.is_empty(), told.put_off)
        };
        assert!(!received, "the person asked for peace until then");
        assert_eq!(put_off, [id(2)], "and it has to be kept that it waits");
        assert_eq!(ids(&inbox), ["n002", "n001"], "nothing is lost");
        assert_eq!(inbox.next_due(), Some(at(2 * HOUR)));
        let woken = inbox.wake(at(2 * HOUR)).received;
        assert_eq!((woken.len(), &woken[0].replaces), (1, &vec![id(1)]));
        assert_eq!(woken[0].notification.notification_id, id(2));
    }
}

#[test]
fn what_was_put_off_itself_comes_back_when_the_person_said() {
    let mut inbox = inbox();
    put(&mut inbox, keyed(1, "essay"), Telling::Now, 1);
    inbox.read(&id(1), at(2)).unwrap();
    put(&mut inbox, keyed(2, "essay"), Telling::Now, 3);
    inbox.snooze(&id(2), at(HOUR), at(4), &limits()).unwrap();
    inbox.snooze(&id(1), at(2 * HOUR), at(4), &limits()).unwrap();
    let told = inbox.wake(at(HOUR));
    assert_eq!((told.received.len(), told.put_off), (1, vec![]));
    assert_eq!(told.received[0].notification.notification_id, id(2));
}

/// Clocks of two nodes differ: what was sent later came with an earlier time.
#[test]
fn what_was_sent_last_is_told_whenever_it_came() {
    let waiting = |n, sent_at, received_at| Item {
        notification: Notification { sent_at, ..keyed(n, "essay") },
        received_at,
        state: State::Waiting(Waiting::Held(at(HOUR))),
    };
    let mut inbox = Inbox::of(user("ann"), [waiting(1, at(5), at(10)), waiting(2, at(3), at(20))]);
    let woken = inbox.wake(at(HOUR)).received;
    assert_eq!((woken.len(), &woken[0].replaces), (1, &vec![id(2)]));
    assert_eq!(ids(&inbox), ["n001"]);
}
