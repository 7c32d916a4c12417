//! What has reached somebody is told once to who sent it, and of nothing else.

use std::collections::BTreeSet;

use homeroom_messaging::{
    Arrivals, Batch, Mark, Message, MessageAcknowledged, MessageDelivered, MessageId, Reading,
};
use proptest::prelude::*;

use crate::school::{all, message, user, without_bob};

fn said(from: &str, id: &str) -> Message {
    Message { message_id: MessageId::new(id).unwrap(), ..message(from, "Hi") }
}

fn told(reached: &str, messages: &[&Message]) -> Vec<(String, Vec<String>)> {
    let events = MessageDelivered::of(&user(reached), &all(), messages);
    let ids = |event: &MessageDelivered| event.message_ids.iter().map(ToString::to_string).collect();
    events.iter().map(|event| (event.sender_id.to_string(), ids(event))).collect()
}

#[test]
fn each_sender_is_told_of_the_own_messages() {
    let arrived = [said("ann", "m1"), said("tina", "m2"), said("ann", "m3"), said("bob", "m4")];
    let arrived: Vec<_> = arrived.iter().collect();
    let of = |sender: &str, ids: &[&str]| (sender.to_owned(), ids.iter().map(ToString::to_string).collect());
    assert_eq!(told("bob", &arrived), [of("ann", &["m1", "m3"]), of("tina", &["m2"])]);
    assert_eq!(told("ann", &[arrived[0]]), [], "nobody is told of one's own");
    assert_eq!(told("ann", &[]), []);
}

#[test]
fn who_has_left_hears_no_more_of_the_own_messages() {
    let (his, hers) = (said("bob", "m1"), said("tina", "m2"));
    let told = MessageDelivered::of(&user("ann"), &without_bob(), &[&his, &hers]);
    assert_eq!(told.iter().map(|told| &told.sender_id).collect::<Vec<_>>(), [&user("tina")]);
    let asking = Message { require_ack: true, ..his };
    let mut acks = homeroom_messaging::Acknowledgements::asked_by(&asking, &all());
    acks.acknowledge(&asking, &user("ann"), &without_bob(), crate::school::at(2)).unwrap();
    let sender = |now| MessageAcknowledged::of(&asking, &acks, &user("ann"), now).unwrap().sender_id;
    assert_eq!((sender(&all()), sender(&without_bob())), (Some(user("bob")), None));
}

#[test]
fn a_gap_is_told_when_it_is_filled() {
    let messages: Vec<_> = (1..=6).map(|n| said("bob", &format!("m{n}"))).collect();
    let numbered: Vec<_> =
        messages.iter().enumerate().map(|(at, said)| (at as u64 * 10 + 10, said)).collect();
    let mut reading = Reading::default();
    let mut arrive = |after_seq, range: std::ops::Range<usize>| {
        let batch = Batch { after_seq, messages: &numbered[range] };
        reading.deliver(batch).iter().map(|said| said.message_id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(arrive(40, 4..6), ["m5", "m6"], "the newest page");
    assert_eq!(arrive(20, 2..4), ["m3", "m4"], "the one before it");
    assert_eq!(arrive(20, 2..6), [""; 0], "once");
    assert_eq!(arrive(0, 0..3), ["m1", "m2"], "what overlaps is told in part");
    assert_eq!(reading.arrived, Arrivals::up_to(60), "without gaps it is one stretch");
}

#[test]
fn what_was_read_openly_is_not_told_to_have_arrived() {
    let (said, mut reading) = (said("bob", "m1"), Reading::default());
    let mut arrive = |seq| !reading.deliver(Batch { after_seq: 0, messages: &[(seq, &said)] }).is_empty();
    assert!(arrive(3));
    let mut reading = Reading::since(2);
    let mark = |seq| Mark::of(seq, &said);
    reading.read_to(&mark(5), false);
    reading.read_to(&mark(8), true);
    let mut arrive =
        |seq| !reading.deliver(Batch { after_seq: seq - 1, messages: &[(seq, &said)] }).is_empty();
    assert!(!arrive(2), "it was there before the person was");
    assert!(!arrive(5));
    assert!(arrive(8), "that it was read in private is nobody's business, that it arrived is");
}

proptest! {
    /// In whatever order stretches arrive, and however they overlap: each message is new exactly once, and what is kept is as
    /// short as can be.
    #[test]
    fn every_message_is_new_once(stretches in prop::collection::vec((0..30_usize, 1..10_usize), 0..20)) {
        let said = said("bob", "m1");
        let numbered: Vec<_> = (1..=40_u64).map(|seq| (seq, &said)).collect();
        let (mut reading, mut seen) = (Reading::default(), BTreeSet::new());
        for (after, count) in stretches {
            let messages = &numbered[after..after + count];
            let new = messages.iter().filter(|(seq, _)| seen.insert(*seq)).count();
            prop_assert_eq!(reading.deliver(Batch { after_seq: after as u64, messages }).len(), new);
        }
        for seq in 1..=40 {
            prop_assert_eq!(reading.arrived.has(seq), seen.contains(&seq));
        }
        let starts = seen.iter().filter(|seq| !seen.contains(&(**seq - 1))).count();
        let kept = serde_json::to_value(&reading.arrived).unwrap();
        prop_assert_eq!(kept.as_array().unwrap().len(), starts);
    }
}
