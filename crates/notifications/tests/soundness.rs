//! Whatever happens to an inbox, in whatever order.

use crate::support::{at, id, ids, inbox, notification, told, user};
use homeroom_notifications::{Inbox, Item, Limits, Notification, Priority, State, Telling, Waiting};
use proptest::prelude::*;

/// Something that happens to an inbox: what, to which notification, and how much later.
#[derive(Debug, Clone, Copy)]
enum Step {
    Put(usize, Option<&'static str>, Priority, Option<(bool, i64)>),
    Read(usize),
    Dismiss(usize),
    Snooze(usize, i64),
    ReadAll,
    Wake,
    Digest,
}

fn steps() -> impl Strategy<Value = Vec<(Step, i64)>> {
    let n = 0..12_usize;
    let key = prop::option::of(prop::sample::select(vec!["a", "b"]));
    let priority = prop::sample::select(Priority::ALL.to_vec());
    let waiting = prop::option::of((any::<bool>(), 1..1000_i64));
    let step = prop_oneof![
        5 => (n.clone(), key, priority, waiting).prop_map(|(n, key, priority, waiting)| Step::Put(n, key, priority, waiting)),
        2 => n.clone().prop_map(Step::Read),
        1 => n.clone().prop_map(Step::Dismiss),
        2 => (n, 60..1000_i64).prop_map(|(n, secs)| Step::Snooze(n, secs)),
        1 => Just(Step::ReadAll),
        2 => Just(Step::Wake),
        2 => Just(Step::Digest),
    ];
    prop::collection::vec((step, 0..300_i64), 0..60)
}

/// Does it; hands back what was told.
fn happens(inbox: &mut Inbox, step: Step, secs: i64, limits: &Limits) -> Vec<String> {
    let now = at(secs);
    match step {
        Step::Put(n, key, priority, waiting) => {
            let dedupe_key = key.map(ToOwned::to_owned);
            let new = Notification { priority, dedupe_key, ..notification(n) };
            let telling = match waiting {
                None => Telling::Now,
                Some((true, later)) => Telling::Digest(at(secs + later)),
                Some((false, later)) => Telling::Held(at(secs + later)),
            };
            let received = inbox.put(new, telling, now, limits).received;
            received.into_iter().map(|told| told.notification.notification_id.to_string()).collect()
        }
        Step::Read(n) => {
            let _ = inbox.read(&id(n), now);
            vec![]
        }
        Step::Dismiss(n) => {
            let _ = inbox.dismiss(&id(n), now);
            vec![]
        }
        Step::Snooze(n, later) => {
            let _ = inbox.snooze(&id(n), at(secs + later), now, limits);
            vec![]
        }
        Step::ReadAll => {
            inbox.read_all(None, now);
            vec![]
        }
        Step::Wake => {
            inbox.wake(now).into_iter().map(|told| told.notification.notification_id.to_string()).collect()
        }
        Step::Digest => told(inbox.digest(now, limits)),
    }
}

proptest! {
    #[test]
    fn whatever_happens_the_inbox_is_sound(steps in steps(), room in 1..8_usize) {
        let limits = Limits { inbox_items: room, ..Limits::default() };
        let mut inbox = inbox();
        let mut secs = 0;
        for (step, later) in steps {
            secs += later;
            let put = match step {
                // What is there already is not put again.
                Step::Put(n, Some(key), ..) if inbox.item(&id(n)).is_none() => Some(key),
                _ => None,
            };
            let news = matches!(step, Step::Put(..));
            let before = inbox.unread(at(secs));
            let told = happens(&mut inbox, step, secs, &limits);
            if !news {
                prop_assert!(inbox.unread(at(secs)) <= before, "what is told was due, and counted already");
            }
            for told in &told {
                let item = inbox.items().find(|item| item.notification.notification_id.as_str() == told).unwrap();
                prop_assert_eq!(item.state, State::Unread, "what is told can be read");
            }
            prop_assert!(inbox.items().count() <= room);
            let mut all = ids(&inbox);
            all.sort_unstable();
            all.dedup();
            prop_assert_eq!(all.len(), inbox.items().count(), "each notification once");
            if let Some(key) = put {
                let of_key = |item: &&Item| item.is_open() && item.notification.dedupe_key.as_deref() == Some(key);
                let open: Vec<_> = inbox.items().filter(of_key).collect();
                let unseen = |item: &&&Item| matches!(item.state, State::Waiting(Waiting::Held(_) | Waiting::Digest(_)))
                    && item.waits_until(at(secs)).is_some();
                if told.is_empty() {
                    prop_assert_eq!(open.iter().filter(unseen).count(), 1, "what waits unseen is the newest");
                } else {
                    prop_assert_eq!(open.len(), 1, "what is told takes the place of all");
                }
            }
        }
        // Time passes, and everything that waits has come.
        let late = at(secs + 10_000);
        inbox.wake(late);
        inbox.digest(late, &limits);
        prop_assert_eq!(inbox.next_due(), None);
        prop_assert_eq!(inbox.unread(late), inbox.items().filter(|item| item.is_open()).count());
    }

    #[test]
    fn an_inbox_comes_back_as_it_was_kept(steps in steps()) {
        let mut inbox = inbox();
        for (n, (step, _)) in steps.into_iter().enumerate() {
            happens(&mut inbox, step, i64::try_from(n).unwrap() * 10, &Limits::default());
        }
        let kept: Vec<String> = inbox.items().map(|item| serde_json::to_string(item).unwrap()).collect();
        let read = kept.iter().map(|item| serde_json::from_str::<Item>(item).unwrap());
        prop_assert_eq!(Inbox::of(user("ann"), read), inbox);
    }
}
