//! Whatever happens to an inbox, in whatever order.

use std::collections::BTreeSet;

use crate::support::{at, id, ids, inbox, notification, told, user};
use homeroom_notifications::{
    Inbox, Item, Limits, Notification, NotificationId, Priority, Put, State, Telling, Told, Waiting,
};
use proptest::prelude::*;

/// Something that happens to an inbox.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// Which, and whether it waits: for a digest or not, and for how long.
    Put(usize, Option<(bool, i64)>),
    Read(usize),
    Dismiss(usize),
    Snooze(usize, i64),
    ReadAll,
    Wake,
    Digest,
}

const COUNT: usize = 12;

/// What may be put: the same each time. In what order they were sent says nothing of when they come.
fn sent() -> impl Strategy<Value = Vec<Notification>> {
    let key = prop::option::of(prop::sample::select(vec!["a", "b"]));
    let priority = prop::sample::select(Priority::ALL.to_vec());
    prop::collection::vec((key, priority, 0..6_i64), COUNT).prop_map(|all| {
        let numbered = all.into_iter().enumerate();
        let made = numbered.map(|(n, (key, priority, secs))| Notification {
            dedupe_key: key.map(ToOwned::to_owned),
            priority,
            sent_at: at(secs),
            ..notification(n)
        });
        made.collect()
    })
}

/// What happens, and how much later than what was before.
fn steps() -> impl Strategy<Value = Vec<(Step, i64)>> {
    let n = 0..COUNT;
    let waiting = prop::option::of((any::<bool>(), 1..1000_i64));
    let step = prop_oneof![
        5 => (n.clone(), waiting).prop_map(|(n, waiting)| Step::Put(n, waiting)),
        2 => n.clone().prop_map(Step::Read),
        1 => n.clone().prop_map(Step::Dismiss),
        2 => (n, 60..1000_i64).prop_map(|(n, secs)| Step::Snooze(n, secs)),
        1 => Just(Step::ReadAll),
        2 => Just(Step::Wake),
        2 => Just(Step::Digest),
    ];
    prop::collection::vec((step, 0..300_i64), 0..60)
}

/// What was told, what was named as gone, and whether something had to make room.
#[derive(Default)]
struct Heard {
    told: Vec<String>,
    gone: Vec<NotificationId>,
    dropped: bool,
    put: Option<Put>,
}

/// Does it; hands back what was heard of it.
fn happens(inbox: &mut Inbox, sent: &[Notification], step: Step, secs: i64, limits: &Limits) -> Heard {
    let (now, mut heard) = (at(secs), Heard::default());
    match step {
        Step::Put(n, waiting) => {
            let telling = match waiting {
                None => Telling::Now,
                Some((true, later)) => Telling::Digest(at(secs + later)),
                Some((false, later)) => Telling::Held(at(secs + later)),
            };
            let put = inbox.put(sent[n].clone(), telling, now, limits);
            heard.dropped = !put.dropped.is_empty();
            heard.told.extend(put.received.iter().map(|told| told.notification.notification_id.to_string()));
            heard.gone.extend(put.received.iter().flat_map(|told| told.replaces.clone()));
            heard.gone.extend(put.removed.iter().flat_map(|removed| removed.notification_ids.clone()));
            heard.put = Some(put);
        }
        Step::Read(n) => drop(inbox.read(&id(n), now)),
        Step::Dismiss(n) => drop(inbox.dismiss(&id(n), now)),
        Step::Snooze(n, later) => drop(inbox.snooze(&id(n), at(secs + later), now, limits)),
        Step::ReadAll => drop(inbox.read_all(None, now)),
        Step::Wake => {
            for told in inbox.wake(now).received {
                heard.told.push(told.notification.notification_id.to_string());
                heard.gone.extend(told.replaces);
            }
        }
        Step::Digest => {
            let Told { received, .. } = inbox.digest(now, limits);
            heard.gone.extend(received.iter().flat_map(|digest| digest.replaces.clone()));
            heard.told.extend(received.iter().flat_map(|digest| digest.more.iter().map(ToString::to_string)));
            heard.told.extend(told(received));
        }
    }
    heard
}

/// Whether the person had put off something that this one was sent after, and hasn't asked for this one itself.
fn is_put_off(before: &Inbox, told: &Notification, secs: i64) -> bool {
    let snoozed = |item: &Item| match item.state {
        State::Waiting(Waiting::Snoozed(until)) => Some(until),
        _ => None,
    };
    let own = before.item(&told.notification_id).and_then(snoozed).is_some();
    let others = || before.items().filter(|item| told.replaces(&item.notification)).filter_map(snoozed);
    told.priority != Priority::Urgent && !own && others().any(|until| until > at(secs))
}

proptest! {
    #[test]
    fn whatever_happens_the_inbox_is_sound(sent in sent(), steps in steps(), room in 1..20_usize) {
        let limits = Limits { inbox_items: room, digest_items: 2, ..Limits::default() };
        let mut inbox = inbox();
        let (mut secs, mut replaced, mut dropped) = (0, BTreeSet::new(), false);
        for (step, later) in steps {
            secs += later;
            let before = inbox.clone();
            let heard = happens(&mut inbox, &sent, step, secs, &limits);
            for told in &heard.told {
                let item = inbox.items().find(|item| item.notification.notification_id.as_str() == told).unwrap();
                prop_assert_eq!(item.state, State::Unread, "what is told can be read");
                prop_assert!(!is_put_off(&before, &item.notification, secs), "{} in spite of the person", told);
                let newer = |other: &Item| other.notification.replaces(&item.notification);
                let wanted = before.item(&item.notification.notification_id).is_some();
                prop_assert!(wanted || !before.items().any(newer), "{} is stale", told);
            }
            prop_assert!(inbox.items().count() <= room);
            let all: BTreeSet<_> = ids(&inbox).into_iter().collect();
            prop_assert_eq!(all.len(), inbox.items().count(), "each notification once");
            let gone: BTreeSet<_> = ids(&before).into_iter().filter(|id| !all.contains(id)).collect();
            let named: BTreeSet<_> = heard.gone.iter().map(ToString::to_string).collect();
            prop_assert!(gone.is_subset(&named) && named.is_disjoint(&all), "what is gone is named, nothing else");
            if let (Step::Put(n, _), Some(put)) = (step, &heard.put) {
                // Once something had to make room, nobody knows any more what it had replaced.
                if before.item(&id(n)).is_some() || (replaced.contains(&id(n)) && !dropped) {
                    prop_assert_eq!(put, &Put::default(), "no news");
                    prop_assert_eq!(&inbox, &before);
                }
                replaced.extend(put.replaced.iter().cloned());
            } else {
                replaced.extend(heard.gone);
            }
            dropped |= heard.dropped;
        }
        // Time passes, and everything that waits has come.
        let late = at(secs + 10_000);
        inbox.wake(late);
        inbox.digest(late, &limits);
        prop_assert_eq!(inbox.next_due(), None);
        prop_assert_eq!(inbox.unread(), inbox.items().filter(|item| item.is_open()).count());
    }

    #[test]
    fn an_inbox_comes_back_as_it_was_kept(sent in sent(), steps in steps()) {
        let mut inbox = inbox();
        for (n, (step, _)) in steps.into_iter().enumerate() {
            happens(&mut inbox, &sent, step, i64::try_from(n).unwrap() * 10, &Limits::default());
        }
        let kept: Vec<String> = inbox.items().map(|item| serde_json::to_string(item).unwrap()).collect();
        let read = kept.iter().map(|item| serde_json::from_str::<Item>(item).unwrap());
        prop_assert_eq!(Inbox::of(user("ann"), read), inbox);
    }
}
