//! The end of a class, and who was there for how long.

use homeroom_live_class::{Lesson, LiveClassError, Presence, Stay, attendance};
use proptest::prelude::*;

use crate::support::{ann, at, class, tina, told, user};

fn stay(who: &str, from: u64, until: Option<u64>) -> Stay {
    Stay { user_id: user(who), from: at(from), until: until.map(at) }
}

fn seconds(stays: &[Stay]) -> u64 {
    let presence = attendance(stays, at(100), at(200));
    assert!(presence.len() <= 1);
    presence.first().map_or(0, |presence| presence.seconds_present)
}

#[test]
fn several_devices_at_once_count_once() {
    assert_eq!(
        seconds(&[stay("ann", 110, Some(140)), stay("ann", 120, Some(130))]),
        30,
        "one within the other"
    );
    assert_eq!(seconds(&[stay("ann", 110, Some(140)), stay("ann", 130, Some(150))]), 40, "overlapping");
    assert_eq!(
        seconds(&[stay("ann", 110, Some(120)), stay("ann", 150, Some(160))]),
        20,
        "one after the other"
    );
    assert_eq!(seconds(&[stay("ann", 110, Some(120)), stay("ann", 120, Some(130))]), 20, "without a gap");
}

#[test]
fn only_the_time_of_the_class_counts() {
    assert_eq!(seconds(&[stay("ann", 0, None)]), 100, "who waits outside and stays on");
    assert_eq!(seconds(&[stay("ann", 150, Some(900))]), 50);
    assert_eq!(seconds(&[stay("ann", 0, Some(99))]), 0);
    assert_eq!(seconds(&[stay("ann", 130, Some(120))]), 0, "two clocks disagreed");
    let gone = attendance(&[stay("ann", 0, Some(50))], at(100), at(200));
    assert_eq!(gone, [Presence { user_id: user("ann"), seconds_present: 0 }], "but is listed");
}

#[test]
fn staff_end_a_class_once_and_then_it_is_over() {
    let mut lesson = Lesson::open(class(), at(0));
    assert_eq!(lesson.end(&ann(), &[], at(5)), Err(LiveClassError::NotAllowed));
    assert_eq!(lesson.require_running(), Ok(()));
    lesson.end(&tina(), &[], at(10)).unwrap();
    assert_eq!(lesson.require_running(), Err(LiveClassError::ClassOver));
    assert_eq!(lesson.end(&tina(), &[], at(20)), Err(LiveClassError::ClassOver));
    assert_eq!(lesson.ended_at, Some(at(10)));
}

#[test]
fn nobody_but_staff_learns_how_long_others_were_there() {
    let mut lesson = Lesson::open(class(), at(0));
    let stays = [stay("ann", 1, None), stay("bob", 2, None), stay("tina", 0, None)];
    for (rooms, payload) in told(&lesson.end(&tina(), &stays, at(10)).unwrap()) {
        let of = |who: &str| payload.contains(&format!("{who:?}"));
        match rooms[0].as_str() {
            "class:c1:staff" => assert!(of("ann") && of("bob") && of("tina")),
            "user:ann" => assert!(of("ann") && !of("bob") && !of("tina")),
            "user:bob" => assert!(of("bob") && !of("ann") && !of("tina")),
            "user:tina" => assert!(of("tina") && !of("ann") && !of("bob")),
            "class:c1" => assert!(payload.contains(r#""attendance":[]"#)),
            other => panic!("{other} hears of it"),
        }
    }
}

proptest! {
    /// The union, found the long way: a second counts if any stay covers it. Neither the order of stays matters nor one more of
    /// what is there already.
    #[test]
    fn presence_is_the_union_of_stays(
        stays in prop::collection::vec((0..300_u64, prop::option::of(0..300_u64)), 1..8), again in any::<prop::sample::Index>(),
    ) {
        let mut stays: Vec<Stay> = stays.into_iter().map(|(from, until)| stay("ann", from, until)).collect();
        let covered = |second: u64| {
            stays.iter().any(|stay| stay.from <= at(second) && stay.until.is_none_or(|until| at(second) < until))
        };
        let expected = (100..200).filter(|second| covered(*second)).count() as u64;
        prop_assert_eq!(seconds(&stays), expected);
        let twice = stays[again.index(stays.len())].clone();
        stays.push(twice);
        stays.reverse();
        prop_assert_eq!(seconds(&stays), expected);
    }
}
