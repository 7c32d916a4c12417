//! How far somebody has read: forward only, and no further than one lets it be known.

use homeroom_messaging::{
    Circle, ConversationId, Mark, Message, MessageId, MessageRead, ReadOn, ReadView, Reading, total_unread,
};
use proptest::prelude::*;

use crate::school::{all, at, message, of_class, talk, user, within_class};

fn mark(seq: u64) -> Mark {
    Mark { seq, message_id: MessageId::new(format!("m{seq}")).unwrap() }
}

#[test]
fn a_mark_is_a_message_and_its_number() {
    let said = message("ann", "Hi");
    assert_eq!(Mark::of(7, &said), Mark { seq: 7, message_id: said.message_id });
}

fn on(is_further: bool, told: Option<u64>) -> ReadOn {
    ReadOn { is_further, told: told.map(mark) }
}

#[test]
fn one_s_own_deleted_and_older_messages_are_not_unread() {
    let mut deleted = message("bob", "Oops");
    deleted.delete(&user("bob"), &all(), false, at(2)).unwrap();
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
    assert_eq!(reading.read_to(&mark(5), true), on(true, None));
    assert_eq!(ReadView::of(&user("ann"), &reading), None, "a newcomer isn't told either");
    assert_eq!(reading.read_to(&mark(5), false), on(false, Some(5)));
    assert_eq!(reading.read_to(&mark(5), false), on(false, None));
    assert_eq!(reading.read_to(&mark(4), false), on(false, None));
    reading.read_to(&mark(9), true);
    let shown = ReadView::of(&user("ann"), &reading).unwrap();
    assert_eq!((shown.user_id, shown.message_id, shown.seq), (user("ann"), mark(5).message_id, 5));
}

#[test]
fn a_private_read_is_no_event() {
    let (talk, ann) = (ConversationId::new("talk").unwrap(), user("ann"));
    assert_eq!(MessageRead::of(&talk, &ann, &Reading::default().read_to(&mark(5), true)), None);
    let open = MessageRead::of(&talk, &ann, &Reading::default().read_to(&mark(5), false)).unwrap();
    assert_eq!((open.message_id, open.user_id), (mark(5).message_id, ann));
}

#[test]
fn what_is_older_than_oneself_in_a_conversation_is_no_reading_on() {
    let mut reading = Reading::since(30);
    assert_eq!(reading.read_to(&mark(10), false), on(false, None));
    assert_eq!(reading.read_to(&mark(30), false), on(false, None));
    assert_eq!((reading.position(), reading.shown.as_ref()), (30, None));
    assert_eq!(reading.read_to(&mark(31), false), on(true, Some(31)));
}

#[test]
fn in_a_class_s_conversation_one_counts_from_the_first_join_on() {
    let begins =
        |circle: &Circle, joined| Reading::begins(circle, 3, joined).map(|reading| reading.position());
    let group =
        within_class(&[crate::school::in_class("ann", homeroom_messaging::InClass::Student)]).unwrap();
    for named in [talk().circle, group.circle] {
        assert_eq!((begins(&named, None), begins(&named, Some(9))), (Some(3), Some(3)));
    }
    let class = of_class().circle;
    assert_eq!((begins(&class, None), begins(&class, Some(9))), (None, Some(9)));
}

#[test]
fn muted_conversations_leave_the_total() {
    let (heard, muted) = (Reading::default(), Reading { is_muted: true, ..Reading::default() });
    assert_eq!(total_unread([(&heard, 2), (&muted, 40), (&heard, 3)]), 5);
    assert_eq!(total_unread([]), 0);
}

proptest! {
    /// In whatever order requests come in: read is what any of them reached, others know what an open one reached, each is told
    /// exactly when that is news, and unread is what lies beyond.
    #[test]
    fn a_position_is_the_furthest_that_was_read(
        reads in prop::collection::vec((1..30_u64, any::<bool>()), 0..30),
        at in prop::collection::vec((1..30_u64, any::<bool>()), 0..20),
        since in 0..10_u64,
    ) {
        let (own, other) = (message("ann", "Mine"), message("bob", "His"));
        let messages: Vec<(u64, &Message)> =
            at.iter().map(|(seq, is_own)| (*seq, if *is_own { &own } else { &other })).collect();
        let mut reading = Reading::since(since);
        for (done, (to, private)) in reads.iter().enumerate() {
            let before = &reads[..done];
            let further = *to > since && before.iter().all(|(earlier, _)| earlier < to);
            let news = !private && *to > since && before.iter().all(|(earlier, hidden)| *hidden || earlier < to);
            prop_assert_eq!(reading.read_to(&mark(*to), *private), on(further, news.then_some(*to)));
            let is_left = |seq: u64| seq > since && reads[..=done].iter().all(|(read, _)| *read < seq);
            let left = at.iter().filter(|(seq, is_own)| !is_own && is_left(*seq)).count();
            prop_assert_eq!(reading.unread(&user("ann"), messages.iter().copied()), left as u64);
        }
        let open = reads.iter().filter(|(to, private)| !private && *to > since).map(|(to, _)| *to).max();
        prop_assert_eq!(ReadView::of(&user("ann"), &reading).map(|view| view.seq), open);
    }
}
