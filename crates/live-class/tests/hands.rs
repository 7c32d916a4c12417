//! The queue of hands.

use homeroom_contract::{Role, Timestamp};
use homeroom_live_class::{Attendee, Hands, LiveClassError, Raised};
use proptest::prelude::*;

use crate::support::{Meeting, ann, at, bob, here, student, tina, user};

fn raise(hands: &mut Hands, who: &str, now: Timestamp) -> Raised {
    hands.raise(&student(who), &here(&[student(who)]), now).unwrap()
}

fn order(hands: &Hands) -> Vec<&str> {
    hands.order().iter().map(|hand| hand.user_id.as_str()).collect()
}

#[test]
fn the_queue_is_in_the_servers_order() {
    let mut hands = Hands::default();
    assert_eq!(raise(&mut hands, "bob", at(2)).position, 1);
    assert_eq!(raise(&mut hands, "ann", at(2)).position, 2, "of one instant, the later to arrive is behind");
    assert_eq!(raise(&mut hands, "cem", at(1)).position, 1, "another node's clock was earlier");
    assert_eq!(order(&hands), ["cem", "bob", "ann"]);
}

#[test]
fn raising_twice_keeps_the_place() {
    let mut hands = Hands::default();
    raise(&mut hands, "ann", at(1));
    raise(&mut hands, "bob", at(2));
    let again = raise(&mut hands, "ann", at(3));
    assert_eq!((again.position, again.hand.raised_at, again.changed), (1, at(1), false));
    assert_eq!(order(&hands), ["ann", "bob"]);
}

#[test]
fn a_hand_is_lowered_by_its_owner_and_by_staff() {
    let mut hands = Hands::default();
    raise(&mut hands, "ann", at(1));
    raise(&mut hands, "bob", at(2));
    assert_eq!(hands.lower(&bob(), &user("ann")), Err(LiveClassError::NotAllowed));
    assert_eq!(hands.lower(&tina(), &user("bob")), Ok(Some(2)));
    assert_eq!(hands.lower(&ann(), &user("ann")), Ok(Some(1)));
    assert_eq!(hands.lower(&ann(), &user("ann")), Ok(None), "it is down already");
}

#[test]
fn only_staff_lower_all_hands() {
    let mut hands = Hands::default();
    raise(&mut hands, "bob", at(1));
    raise(&mut hands, "ann", at(2));
    assert_eq!(hands.lower_all(&ann()), Err(LiveClassError::NotAllowed));
    assert_eq!(hands.lower_all(&tina()), Ok(vec![user("bob"), user("ann")]));
    assert!(hands.order().is_empty());
}

#[test]
fn only_who_is_there_and_takes_part_raises_a_hand() {
    let mut meeting = Meeting { people: here(&[tina(), ann(), bob()]), ..Meeting::default() };
    meeting.with(|running| running.remove(&tina(), &user("bob"), at(1))).unwrap();
    let reader = Attendee::reader(user("rhea"), Role::SchoolAdmin);
    meeting.people.enter(&reader, &homeroom_live_class::Limits::default()).unwrap();
    let mut raise =
        |who: &Attendee| meeting.hands.raise(who, &meeting.people, at(2)).map(|raised| raised.position);
    assert_eq!(raise(&bob()), Err(LiveClassError::Removed));
    assert_eq!(raise(&student("cem")), Err(LiveClassError::NotHere));
    assert_eq!(raise(&reader), Err(LiveClassError::NotAllowed));
    assert_eq!(raise(&Attendee::new(user("pat"), Role::Parent)), Err(LiveClassError::NotAllowed));
    assert_eq!(raise(&ann()), Ok(1));
}

proptest! {
    /// Whatever is raised and lowered: nobody stands twice, times never fall, positions are 1, 2, 3 …, and it can be kept.
    #[test]
    fn the_queue_is_sound(deeds in prop::collection::vec((0..5_u8, 0..4_u64, any::<bool>()), 0..30)) {
        let mut hands = Hands::default();
        for (who, seconds, raises) in deeds {
            let who = student(&format!("student{who}"));
            if raises {
                let raised = raise(&mut hands, who.user_id.as_str(), at(seconds));
                prop_assert_eq!(hands.position(&who.user_id), Some(raised.position));
            } else {
                let before = hands.position(&who.user_id);
                prop_assert_eq!(hands.lower(&who, &who.user_id), Ok(before));
            }
        }
        prop_assert!(hands.order().is_sorted_by_key(|hand| hand.raised_at));
        for (position, hand) in (1..).zip(hands.order()) {
            prop_assert_eq!(hands.position(&hand.user_id), Some(position));
        }
        let again: Hands = serde_json::from_str(&serde_json::to_string(&hands).unwrap()).unwrap();
        prop_assert_eq!(again, hands);
    }
}
