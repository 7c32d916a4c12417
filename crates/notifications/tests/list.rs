//! Listing: the order, the pages, what is shown.

use crate::support::{HOUR, at, id, inbox, inbox_of, notification, put};
use homeroom_contract::FieldError;
use homeroom_notifications::{
    Cursor, Filter, Inbox, Limits, ListNotifications, Notification, NotificationError, NotificationType,
    NotificationsListed, Priority, Shown, Telling,
};
use proptest::prelude::*;

fn list(inbox: &Inbox, list: &ListNotifications) -> NotificationsListed {
    inbox.list(list, &Limits::default()).unwrap()
}

fn names(listed: &NotificationsListed) -> Vec<String> {
    listed.items.iter().map(|item| item.notification_id.to_string()).collect()
}

fn of(filter: Filter) -> ListNotifications {
    ListNotifications { filter: Some(filter), ..ListNotifications::default() }
}

fn shown(state: Shown) -> ListNotifications {
    of(Filter { state: Some(state), ..Filter::default() })
}

/// All pages, one after another.
fn pages(inbox: &Inbox, limit: usize) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut cursor = None;
    loop {
        let asked = ListNotifications { cursor, limit: Some(limit), ..ListNotifications::default() };
        let listed = list(inbox, &asked);
        pages.push(names(&listed));
        cursor = listed.next_cursor;
        if cursor.is_none() {
            return pages;
        }
        assert!(pages.len() <= inbox.items().count(), "the pages come to an end");
    }
}

#[test]
fn the_newest_comes_first_and_a_full_last_page_is_the_last() {
    let inbox = inbox_of(5);
    assert_eq!(pages(&inbox, 2), [vec!["n004", "n003"], vec!["n002", "n001"], vec!["n000"]]);
    assert_eq!(pages(&inbox, 5).len(), 1);
    assert_eq!(pages(&crate::support::inbox(), 5), [Vec::<String>::new()]);
}

#[test]
fn each_state_is_shown_where_it_belongs() {
    let mut inbox = inbox_of(4);
    inbox.read(&id(1), at(10)).unwrap();
    inbox.dismiss(&id(2), at(10)).unwrap();
    inbox.snooze(&id(3), at(HOUR), at(10), &Limits::default()).unwrap();
    let show = |inbox: &Inbox, state| names(&list(inbox, &shown(state)));
    assert_eq!(show(&inbox, Shown::Active), ["n001", "n000"]);
    assert_eq!(show(&inbox, Shown::Unread), ["n000"]);
    assert_eq!(show(&inbox, Shown::Read), ["n001"]);
    assert_eq!(show(&inbox, Shown::Waiting), ["n003"]);
    assert_eq!(show(&inbox, Shown::Dismissed), ["n002"]);
    assert_eq!(names(&list(&inbox, &ListNotifications::default())), ["n001", "n000"], "active by itself");

    let item = |inbox: &Inbox, state| list(inbox, &shown(state)).items.remove(0);
    assert_eq!(item(&inbox, Shown::Waiting).waiting_until, Some(at(HOUR)));
    assert_eq!(item(&inbox, Shown::Read).read_at, Some(at(10)));
    assert_eq!(item(&inbox, Shown::Dismissed).dismissed_at, Some(at(10)));

    inbox.wake(at(HOUR));
    assert_eq!(show(&inbox, Shown::Unread), ["n003", "n000"], "what came back is where it was");
    assert!(show(&inbox, Shown::Waiting).is_empty());
    assert_eq!(item(&inbox, Shown::Unread).waiting_until, None);
}

#[test]
fn each_field_of_a_filter_narrows_it_and_unread_is_that_of_all() {
    let mut inbox = inbox();
    for (n, kind, priority) in [
        (1, NotificationType::General, Priority::Low),
        (2, NotificationType::General, Priority::High),
        (3, NotificationType::MessageReceived, Priority::High),
    ] {
        put(&mut inbox, Notification { kind, priority, ..notification(n) }, Telling::Now, 1);
    }
    let general = Filter { kind: Some(NotificationType::General), ..Filter::default() };
    let high = Filter { priority: Some(Priority::High), ..Filter::default() };
    let both = Filter { priority: Some(Priority::High), ..general };
    assert_eq!(names(&list(&inbox, &of(general))), ["n002", "n001"]);
    assert_eq!(names(&list(&inbox, &of(high))), ["n003", "n002"]);
    let listed = list(&inbox, &of(both));
    assert_eq!((names(&listed), listed.unread), (vec!["n002".to_owned()], 3));
}

#[test]
fn a_page_has_an_end() {
    let inbox = inbox_of(5);
    let limits = Limits { page_items: 3, ..Limits::default() };
    let page = |limit| {
        let asked = ListNotifications { limit, ..ListNotifications::default() };
        inbox.list(&asked, &limits).map(|listed| listed.items.len())
    };
    assert_eq!((page(None), page(Some(3)), page(Some(1))), (Ok(3), Ok(3), Ok(1)));
    for limit in [0, 4] {
        let refused = FieldError::OutOfRange { field: "limit", min: "1".to_owned(), max: "3".to_owned() };
        assert_eq!(page(Some(limit)), Err(NotificationError::Field(refused)));
    }
}

#[test]
fn what_comes_in_the_same_millisecond_has_an_order_too() {
    let mut inbox = inbox();
    for n in [2, 0, 1] {
        put(&mut inbox, notification(n), Telling::Now, 1);
    }
    assert_eq!(pages(&inbox, 1).concat(), ["n002", "n001", "n000"]);
}

#[test]
fn a_cursor_that_was_never_handed_out_is_refused() {
    for text in
        ["", ".", "1", "1.", ".n001", "x.n001", "01.n001", "+1.n001", "1.a\nb", "99999999999999999999.n001"]
    {
        assert!(serde_json::from_value::<Cursor>(text.into()).is_err(), "{text:?}");
    }
    let dotted = Cursor { received_at: at(1), notification_id: "a.b".parse().unwrap() };
    assert_eq!(dotted.to_string().parse(), Ok(dotted));
}

proptest! {
    #[test]
    fn whatever_comes_and_goes_between_pages_no_item_is_repeated_or_hidden(
        count in 0..30_usize, limit in 1..10_usize,
        between in prop::collection::vec((0..30_usize, 0..4_u8), 0..30),
    ) {
        let mut inbox = inbox_of(count);
        let mut between = between.into_iter();
        let mut touched = Vec::new();
        let mut seen = Vec::new();
        let mut cursor = None;
        let mut news = 100;
        loop {
            let asked = ListNotifications { cursor, limit: Some(limit), ..ListNotifications::default() };
            let listed = list(&inbox, &asked);
            seen.extend(names(&listed));
            cursor = listed.next_cursor;
            if cursor.is_none() {
                break;
            }
            prop_assert!(seen.len() <= count, "the pages come to an end");
            if let Some((n, what)) = between.next() {
                match what {
                    0 => { put(&mut inbox, notification(news), Telling::Now, 100); news += 1; }
                    1 => { let _ = inbox.read(&id(n), at(100)); }
                    2 => { let _ = inbox.dismiss(&id(n), at(100)); touched.push(id(n).to_string()); }
                    _ => {
                        let _ = inbox.snooze(&id(n), at(HOUR), at(100), &Limits::default());
                        touched.push(id(n).to_string());
                    }
                }
            }
        }
        prop_assert!(seen.is_sorted_by(|a, b| a > b), "newest first, none twice: {seen:?}");
        for n in 0..count {
            let name = id(n).to_string();
            prop_assert!(touched.contains(&name) || seen.contains(&name), "{name} stood all the time");
        }
    }

    #[test]
    fn a_cursor_comes_back_from_the_wire(millis in 0..4_000_000_000_000_i64, id in "[^\\x00-\\x1f\\x7f-\\x9f]{1,20}") {
        let received_at = homeroom_contract::Timestamp::from_unix_millis(millis);
        let cursor = Cursor { received_at, notification_id: id.parse().unwrap() };
        let written = serde_json::to_string(&cursor).unwrap();
        prop_assert_eq!(serde_json::from_str::<Cursor>(&written).unwrap(), cursor);
    }

    #[test]
    fn cursors_are_in_the_order_of_what_they_name(a in (0..5_i64, 0..5_usize), b in (0..5_i64, 0..5_usize)) {
        let cursor = |(secs, n)| Cursor { received_at: at(secs), notification_id: id(n) };
        prop_assert_eq!(cursor(a).cmp(&cursor(b)), a.cmp(&b));
    }
}
