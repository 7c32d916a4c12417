//! The queue of hands.

use homeroom_live_class::{Hands, LiveClassError};
use proptest::prelude::*;

use crate::support::{ann, at, bob, student, tina, user};

fn order(hands: &Hands) -> Vec<&str> {
    hands.order().iter().map(|hand| hand.user_id.as_str()).collect()
}

#[test]
fn the_queue_is_in_the_servers_order() {
    let mut hands = Hands::default();
    assert_eq!(hands.raise(&user("bob"), at(2)).position, 1);
    assert_eq!(hands.raise(&user("ann"), at(2)).position, 2, "of one instant, the later to arrive is behind");
    assert_eq!(hands.raise(&user("cem"), at(1)).position, 1, "another node's clock was earlier");
    assert_eq!(order(&hands), ["cem", "bob", "ann"]);
}

#[test]
fn raising_twice_keeps_the_place() {
    let mut hands = Hands::default();
    hands.raise(&user("ann"), at(1));
    hands.raise(&user("bob"), at(2));
    let again = hands.raise(&user("ann"), at(3));
    assert_eq!((again.position, again.hand.raised_at, again.changed), (1, at(1), false));
    assert_eq!(order(&hands), ["ann", "bob"]);
}

#[test]
fn a_hand_is_lowered_by_its_owner_and_by_staff() {
    let mut hands = Hands::default();
    hands.raise(&user("ann"), at(1));
    hands.raise(&user("bob"), at(2));
    assert_eq!(hands.lower(&bob(), &user("ann")), Err(LiveClassError::NotAllowed));
    assert_eq!(hands.lower(&tina(), &user("bob")), Ok(Some(2)));
    assert_eq!(hands.lower(&ann(), &user("ann")), Ok(Some(1)));
    assert_eq!(hands.lower(&ann(), &user("ann")), Ok(None), "it is down already");
}

#[test]
fn only_staff_lower_all_hands() {
    let mut hands = Hands::default();
    hands.raise(&user("bob"), at(1));
    hands.raise(&user("ann"), at(2));
    assert_eq!(hands.lower_all(&ann()), Err(LiveClassError::NotAllowed));
    assert_eq!(hands.lower_all(&tina()), Ok(vec![user("bob"), user("ann")]));
    assert!(hands.order().is_empty());
}

proptest! {
    /// Whatever is raised and lowered: nobody stands twice, times never fall, positions are 1, 2, 3 …, and it can be kept.
    #[test]
    fn the_queue_is_sound(deeds in prop::collection::vec((0..5_u8, 0..4_u64, any::<bool>()), 0..30)) {
        let mut hands = Hands::default();
        for (who, seconds, raises) in deeds {
            let who = student(&format!("student{who}"));
            if raises {
                let raised = hands.raise(&who.user_id, at(seconds));
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
