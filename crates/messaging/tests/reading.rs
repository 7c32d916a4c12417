//! How far somebody has read: forward only, and no further than one lets it be known.

use homeroom_messaging::{Mark, Message, MessageId, ReadOn, Reading, total_unread};
use proptest::prelude::*;

use crate::school::{at, message, user};

fn mark(seq: u64) -> Mark {
    Mark { seq, message_id: MessageId::new(format!("m{seq}")).unwrap() }
}

#[test]
fn a_mark_is_a_message_and_its_number() {
    let said = message("ann", "Hi");
    assert_eq!(Mark::of(7, &said), Mark { seq: 7, message_id: said.message_id });
}

fn seq(mark: Option<&Mark>) -> u64 {
    mark.map_or(0, |mark| mark.seq)
}

#[test]
fn one_s_own_deleted_and_older_messages_are_not_unread() {
    let mut deleted = message("bob", "Oops");
    deleted.delete(&user("bob"), false, at(2)).unwrap();
    let (own, other) = (message("ann", "Mine"), message("bob", "His"));
    let messages = [(3, &other), (5, &other), (6, &own), (7, &deleted), (9, &other)];
    let mut reading = Reading::since(3);
    assert_eq!(reading.unread(&user("ann"), messages), 2, "5 and 9: she came in at 3");
    assert_eq!(reading.unread(&user("tina"), messages), 3, "6 isn't her own");
    reading.read_to(&mark(5), false);
    assert_eq!(reading.unread(&user("ann"), messages), 1);
    reading.read_to(&mark(9), true);
    assert_eq!(reading.unread(&user("ann"), messages), 0, "read is read, told or not");
}

#[test]
fn what_is_read_in_private_is_told_when_one_reads_on_openly() {
    let mut reading = Reading::default();
    assert_eq!(reading.read_to(&mark(5), true), ReadOn { is_further: true, is_told: false });
    assert_eq!(reading.shown, None, "a newcomer isn't told either");
    assert_eq!(reading.read_to(&mark(5), false), ReadOn { is_further: false, is_told: true });
    assert_eq!(reading.read_to(&mark(5), false), ReadOn { is_further: false, is_told: false });
    assert_eq!(reading.read_to(&mark(4), false), ReadOn { is_further: false, is_told: false });
    assert_eq!((seq(reading.read.as_ref()), seq(reading.shown.as_ref())), (5, 5));
}

#[test]
fn muted_conversations_leave_the_total() {
    let (heard, muted) = (Reading::default(), Reading { is_muted: true, ..Reading::default() });
    assert_eq!(total_unread([(&heard, 2), (&muted, 40), (&heard, 3)]), 5);
    assert_eq!(total_unread([]), 0);
}

#[test]
fn what_was_read_openly_is_not_told_to_have_arrived() {
    let mut reading = Reading::default();
    assert!(reading.deliver_to(&mark(3)));
    assert!(!reading.deliver_to(&mark(3)), "once");
    reading.read_to(&mark(5), false);
    assert!(!reading.deliver_to(&mark(5)));
    reading.read_to(&mark(8), true);
    assert!(
        reading.deliver_to(&mark(8)),
        "that it was read in private is nobody's business, that it arrived is"
    );
}

proptest! {
    /// In whatever order requests come in, no position goes back, nobody knows of more than was read, and what is unread only
    /// shrinks.
    #[test]
    fn a_position_only_moves_forward(
        reads in prop::collection::vec((1..30_u64, any::<bool>()), 0..30),
        at in prop::collection::vec((1..30_u64, any::<bool>()), 0..20),
        since in 0..10_u64,
    ) {
        let (own, other) = (message("ann", "Mine"), message("bob", "His"));
        let messages: Vec<(u64, &Message)> =
            at.iter().map(|(seq, is_own)| (*seq, if *is_own { &own } else { &other })).collect();
        let mut reading = Reading::since(since);
        for (to, private) in reads {
            let before = reading.clone();
            let unread = before.unread(&user("ann"), messages.iter().copied());
            let on = reading.read_to(&mark(to), private);
            prop_assert_eq!(on.is_further, seq(reading.read.as_ref()) > seq(before.read.as_ref()));
            prop_assert_eq!(on.is_told, seq(reading.shown.as_ref()) > seq(before.shown.as_ref()));
            prop_assert!(!(private && on.is_told));
            prop_assert!(seq(reading.read.as_ref()) >= seq(before.read.as_ref()));
            prop_assert!(seq(reading.shown.as_ref()) >= seq(before.shown.as_ref()));
            prop_assert!(seq(reading.shown.as_ref()) <= seq(reading.read.as_ref()));
            prop_assert!(reading.position() >= since);
            prop_assert!(reading.unread(&user("ann"), messages.iter().copied()) <= unread);
        }
    }
}
