//! One person's inbox: what counts, what was read, dismissed or put off, and what comes back.

use crate::support::{HOUR, at, id, inbox, inbox_of, notification, put, user};
use homeroom_contract::FieldError;
use homeroom_notifications::{Limits, NotificationError, Put, State, Telling, Unread, UnreadChangedWsEvent};

fn limits() -> Limits {
    Limits::default()
}

#[test]
fn what_comes_is_told_and_unread_until_it_is_read_or_dismissed() {
    let mut inbox = inbox();
    let received = put(&mut inbox, notification(1), Telling::Now, 1).received.unwrap();
    assert_eq!((received.user_id, received.received_at, received.replaces), (user("ann"), at(1), vec![]));
    put(&mut inbox, notification(2), Telling::Now, 2);
    assert_eq!(inbox.unread(), 2);
    let read = inbox.read(&id(1), at(3)).unwrap().unwrap();
    assert_eq!((read.notification_id, read.read_at), (id(1), at(3)));
    assert_eq!(inbox.unread(), 1);
    assert!(inbox.dismiss(&id(2), at(4)).unwrap().is_some());
    assert_eq!(inbox.unread(), 0);
}

#[test]
fn a_repeat_changes_nothing_and_tells_nobody() {
    let mut inbox = inbox_of(2);
    inbox.read(&id(0), at(10)).unwrap();
    inbox.dismiss(&id(1), at(10)).unwrap();
    let before = inbox.clone();
    assert_eq!(inbox.read(&id(0), at(11)), Ok(None));
    assert_eq!(inbox.dismiss(&id(1), at(11)), Ok(None));
    assert_eq!(inbox.read(&id(1), at(11)), Ok(None), "what is dismissed isn't read any more");
    assert_eq!(inbox.read_all(None, at(11)), None);
    assert_eq!(put(&mut inbox, notification(0), Telling::Now, 11), Put::default(), "a job that runs again");
    assert_eq!(inbox, before);
    let until = at(HOUR);
    inbox.snooze(&id(0), until, at(12), &limits()).unwrap().unwrap();
    assert_eq!(inbox.snooze(&id(0), until, at(13), &limits()), Ok(None));
    assert_eq!(inbox.snooze(&id(0), until, at(HOUR - 1), &limits()), Ok(None), "too near for a first time");
    assert_eq!(inbox.snooze(&id(0), until, at(HOUR + 1), &limits()), Ok(None), "due, and not told yet");
}

#[test]
fn what_is_not_in_it_is_not_found() {
    let mut inbox = inbox_of(1);
    let missing = NotificationError::NotFound("notification");
    assert_eq!(inbox.read(&id(9), at(1)), Err(missing.clone()));
    assert_eq!(inbox.dismiss(&id(9), at(1)), Err(missing.clone()));
    assert_eq!(inbox.snooze(&id(9), at(1), at(1), &limits()), Err(missing), "whenever it should come back");
}

#[test]
fn read_all_reads_what_has_come_before_an_instant_and_leaves_what_waits() {
    let mut inbox = inbox_of(5);
    inbox.snooze(&id(0), at(HOUR), at(10), &limits()).unwrap();
    inbox.dismiss(&id(1), at(10)).unwrap();
    let read = inbox.read_all(Some(at(3)), at(11)).unwrap();
    assert_eq!(
        (read.notification_ids, read.read_at),
        (vec![id(2)], at(11)),
        "the instant itself is exclusive"
    );
    let read = inbox.read_all(None, at(12)).unwrap();
    assert_eq!(read.notification_ids, [id(4), id(3)], "newest first");
    assert_eq!(inbox.unread(), 0);
    inbox.wake(at(HOUR));
    assert_eq!(inbox.unread(), 1, "what was put off comes back");
}

#[test]
fn what_is_put_off_counts_for_nothing_until_it_is_due() {
    let mut inbox = inbox_of(2);
    let until = at(HOUR);
    let snoozed = inbox.snooze(&id(0), until, at(10), &limits()).unwrap().unwrap();
    assert_eq!((snoozed.notification_id, snoozed.until), (id(0), until));
    assert_eq!(inbox.unread(), 1);
    assert!(inbox.wake(at(HOUR - 1)).received.is_empty());
    assert_eq!(inbox.next_due(), Some(until));
    assert_eq!(inbox.unread(), 1, "what is due counts when it is told");
    let (woken, unread) = inbox.counting(|inbox| inbox.wake(at(HOUR)).received);
    assert_eq!(unread, Unread { before: 1, after: 2 });
    assert_eq!(woken.len(), 1);
    assert_eq!((&woken[0].notification.notification_id, woken[0].received_at), (&id(0), at(0)));
    assert!(inbox.wake(at(HOUR)).received.is_empty(), "it is told once");
    assert_eq!((inbox.next_due(), inbox.unread()), (None, 2));
}

/// Devices are told of the count whenever it has changed, and only then.
#[test]
fn every_change_of_the_count_is_handed_back() {
    let mut inbox = inbox();
    let (_, unread) = inbox.counting(|inbox| put(inbox, notification(1), Telling::Now, 1));
    assert_eq!(unread.changed(), Some(UnreadChangedWsEvent { unread: 1 }));
    let (_, unread) = inbox.counting(|inbox| put(inbox, notification(2), Telling::Held(at(HOUR)), 1));
    assert_eq!(unread.changed(), None, "what waits doesn't count");
    let (_, unread) = inbox.counting(|inbox| inbox.read(&id(2), at(2)));
    assert_eq!(unread.changed(), None);
    let (_, unread) = inbox.counting(|inbox| {
        put(inbox, notification(3), Telling::Digest(at(HOUR)), 3);
        put(inbox, notification(4), Telling::Digest(at(HOUR)), 3);
        inbox.digest(at(HOUR), &Limits { digest_items: 1, ..limits() })
    });
    assert_eq!(unread, Unread { before: 1, after: 3 }, "what the digest has no place for counts too");
    let (_, unread) = inbox.counting(|inbox| inbox.read_all(None, at(HOUR)));
    assert_eq!(unread.changed(), Some(UnreadChangedWsEvent { unread: 0 }));
}

#[test]
fn what_was_read_is_unread_when_it_comes_back() {
    let mut inbox = inbox_of(1);
    inbox.read(&id(0), at(5)).unwrap();
    inbox.snooze(&id(0), at(HOUR), at(10), &limits()).unwrap();
    inbox.wake(at(HOUR));
    assert_eq!(inbox.unread(), 1);
}

#[test]
fn to_read_or_dismiss_what_waits_ends_the_waiting() {
    let mut inbox = inbox_of(2);
    for n in 0..2 {
        inbox.snooze(&id(n), at(HOUR), at(10), &limits()).unwrap();
    }
    inbox.read(&id(0), at(11)).unwrap().unwrap();
    inbox.dismiss(&id(1), at(11)).unwrap().unwrap();
    assert!(inbox.wake(at(HOUR)).received.is_empty());
    assert_eq!((inbox.unread(), inbox.next_due()), (0, None));
}

#[test]
fn what_is_dismissed_cant_be_put_off() {
    let mut inbox = inbox_of(1);
    inbox.dismiss(&id(0), at(5)).unwrap();
    let locked = Err(NotificationError::Dismissed);
    assert_eq!(inbox.snooze(&id(0), at(HOUR), at(10), &limits()), locked);
    assert_eq!(inbox.item(&id(0)).unwrap().state, State::Dismissed(at(5)));
}

#[test]
fn it_can_be_put_off_for_a_minute_to_a_month() {
    let mut inbox = inbox_of(1);
    let mut snooze = |until| inbox.snooze(&id(0), at(until), at(100), &limits());
    let month = 100 + 30 * 24 * HOUR;
    for until in [99, 100, 159, month + 1] {
        let refused = snooze(until);
        let Err(NotificationError::Field(FieldError::OutOfRange { field, min, max })) = refused else {
            panic!("{until}: {refused:?}")
        };
        assert_eq!((field, min, max), ("until", at(160).to_string(), at(month).to_string()));
    }
    assert!(snooze(160).unwrap().is_some());
    assert!(snooze(month).unwrap().is_some());
}
