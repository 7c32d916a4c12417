//! Breakouts: who is in which, until when, and who may enter.

use std::collections::BTreeSet;

use homeroom_contract::{Code, UserId};
use homeroom_live_class::{
    BreakoutGroup, Breakouts, ChatTo, CreateBreakouts, Limits, LiveClassError, LiveClassRoom,
};
use proptest::prelude::*;

use crate::support::{ann, at, bob, class, student, tina, told, user};

fn students() -> BTreeSet<UserId> {
    ["ann", "bob", "cem", "dee"].map(user).into_iter().collect()
}

fn groups(of: &[&[&str]]) -> CreateBreakouts {
    let group = |people: &&[&str]| BreakoutGroup {
        name: "Group".to_owned(),
        user_ids: people.iter().map(|who| user(who)).collect(),
    };
    CreateBreakouts { class_id: None, groups: of.iter().map(group).collect(), duration_sec: 600 }
}

fn create(create: CreateBreakouts, last: Option<&Breakouts>, now: u64) -> Result<Breakouts, LiveClassError> {
    let made = Breakouts::create(class(), create, &tina(), &students(), last, at(now), &Limits::default());
    made.map(|(breakouts, _)| breakouts)
}

fn two() -> Breakouts {
    create(groups(&[&["ann"], &["bob", "cem"]]), None, 0).unwrap()
}

#[test]
fn each_student_is_told_where_to_go() {
    let made = Breakouts::create(
        class(),
        groups(&[&["ann"], &["bob"]]),
        &tina(),
        &students(),
        None,
        at(0),
        &Limits::default(),
    );
    let (_, assigned) = made.unwrap();
    let rooms: Vec<_> = assigned.iter().map(|event| (event.user_id.as_str(), event.room)).collect();
    assert_eq!(rooms, [("ann", Some(1)), ("bob", Some(2))]);
    let (rooms, payload) = told(&assigned[1]).remove(0);
    assert_eq!(rooms.iter().map(ToString::to_string).collect::<Vec<_>>(), ["class:c1:staff", "user:bob"]);
    assert!(payload.contains("breakout:c1:2"), "{payload}");
}

#[test]
fn nobody_is_in_two_groups() {
    let twice = create(groups(&[&["ann"], &["bob", "ann"]]), None, 0);
    assert_eq!(twice, Err(LiveClassError::PersonTwice(user("ann"))));
    let twice = create(groups(&[&["ann", "ann"]]), None, 0);
    assert_eq!(twice, Err(LiveClassError::PersonTwice(user("ann"))));
    let stranger = create(groups(&[&["zoe"]]), None, 0);
    assert_eq!(stranger, Err(LiveClassError::NotFound("student")));
}

#[test]
fn staff_make_breakouts_and_not_while_others_run() {
    let (by_ann, limits) = (groups(&[&["ann"]]), Limits::default());
    let made = Breakouts::create(class(), by_ann, &ann(), &students(), None, at(0), &limits);
    assert_eq!(made.unwrap_err(), LiveClassError::NotAllowed);
    let first = two();
    assert_eq!(create(groups(&[&["ann"]]), Some(&first), 599), Err(LiveClassError::BreakoutsOpen));
    assert!(create(groups(&[&["ann"]]), Some(&first), 600).is_ok(), "these are over");
}

#[test]
fn to_assign_is_to_move() {
    let mut breakouts = two();
    let mut assign = |who: &str, room| {
        let limits = Limits { breakout_people: 2, ..Limits::default() };
        breakouts.assign(&tina(), &user(who), room, &students(), at(1), &limits).map(|event| event.is_some())
    };
    assert_eq!(assign("cem", Some(1)), Ok(true));
    assert_eq!(assign("cem", Some(1)), Ok(false), "is there already");
    assert_eq!(assign("dee", Some(1)), Err(LiveClassError::Full));
    assert_eq!(assign("dee", Some(3)), Err(LiveClassError::NotFound("breakout")));
    assert_eq!(assign("zoe", Some(1)), Err(LiveClassError::NotFound("student")));
    assert_eq!(assign("ann", None), Ok(true), "back to the class");
    let rooms = ["ann", "bob", "cem", "dee"].map(|who| breakouts.room_of(&user(who)));
    assert_eq!(rooms, [None, Some(2), Some(1), None]);
    let by_bob = breakouts.assign(&bob(), &user("bob"), Some(1), &students(), at(1), &Limits::default());
    assert_eq!(by_bob, Err(LiveClassError::NotAllowed));
}

#[test]
fn a_student_enters_the_own_breakout_and_staff_every_one_until_the_time_ends() {
    let breakouts = two();
    let may = |who: &_, room, now| breakouts.may_enter(who, room, at(now));
    assert!(may(&ann(), 1, 0) && may(&ann(), 1, 599));
    assert!(!may(&ann(), 2, 0), "another group's");
    assert!(!may(&student("dee"), 1, 0), "in no group");
    assert!(may(&tina(), 1, 0) && may(&tina(), 2, 0));
    assert!(!may(&tina(), 3, 0), "there is no such room");
    assert!(!may(&ann(), 1, 600) && !may(&tina(), 1, 600), "they are over");
}

#[test]
fn a_student_sees_the_own_breakout_and_staff_all() {
    let breakouts = two();
    assert_eq!(breakouts.view(&tina()).len(), 2);
    let own = breakouts.view(&bob());
    assert_eq!(own.iter().map(|room| room.room).collect::<Vec<_>>(), [2]);
    assert_eq!(own[0].room_id, LiveClassRoom::Breakout(class(), 2).room());
    assert!(breakouts.view(&student("dee")).is_empty());
}

#[test]
fn more_time_is_given_until_they_are_closed() {
    let mut breakouts = two();
    let limits = Limits { breakout_sec: 700, ..Limits::default() };
    assert_eq!(breakouts.extend(&ann(), 60, at(1), &limits), Err(LiveClassError::NotAllowed));
    assert_eq!(breakouts.extend(&tina(), 60, at(1), &limits), Ok(at(660)));
    assert_eq!(breakouts.extend(&tina(), 41, at(1), &limits).unwrap_err().code(), Code::ValidationError);
    assert_eq!(breakouts.extend(&tina(), 0, at(1), &limits).unwrap_err().code(), Code::ValidationError);
    assert_eq!(breakouts.extend(&tina(), 40, at(1), &limits), Ok(at(700)));
    breakouts.close(&tina(), None, at(10), &limits).unwrap();
    assert_eq!(breakouts.extend(&tina(), 1, at(11), &limits), Err(LiveClassError::BreakoutsOver));
}

#[test]
fn closing_leaves_some_seconds_and_never_makes_it_longer() {
    let limits = Limits::default();
    let mut breakouts = two();
    assert_eq!(breakouts.close(&ann(), None, at(1), &limits), Err(LiveClassError::NotAllowed));
    assert_eq!(breakouts.close(&tina(), None, at(10), &limits), Ok(at(40)), "30 seconds by default");
    assert_eq!(breakouts.close(&tina(), Some(300), at(11), &limits), Ok(at(40)));
    assert_eq!(breakouts.closed(at(39)), None);
    let closed = breakouts.closed(at(40)).unwrap();
    assert_eq!(closed.rooms, [1, 2]);
    assert_eq!(told(&closed)[0].0, [LiveClassRoom::Class(class()).room()]);
    let mut at_once = two();
    assert_eq!(at_once.close(&tina(), Some(0), at(10), &limits), Ok(at(10)));
    assert!(at_once.is_over(at(10)));
    assert_eq!(at_once.close(&tina(), None, at(11), &limits), Err(LiveClassError::BreakoutsOver));
}

#[test]
fn staff_write_to_all_breakouts_at_once() {
    let (breakouts, limits) = (two(), Limits::default());
    let write =
        |who: &_, now| breakouts.message(who, "T".to_owned(), "Two minutes".to_owned(), at(now), &limits);
    assert_eq!(write(&ann(), 1), Err(LiveClassError::NotAllowed));
    assert_eq!(write(&tina(), 600), Err(LiveClassError::BreakoutsOver));
    let sent = write(&tina(), 1).unwrap();
    assert_eq!(sent.to, ChatTo::Breakouts { rooms: vec![1, 2] });
    let rooms: Vec<_> = told(&sent).remove(0).0.iter().map(ToString::to_string).collect();
    assert_eq!(rooms, ["breakout:c1:1", "breakout:c1:2", "class:c1:staff"]);
}

proptest! {
    /// However students are moved, nobody is in two breakouts, and everyone may enter exactly the one they are in.
    #[test]
    fn nobody_gets_into_two(moves in prop::collection::vec((0..4_usize, prop::option::of(1..=3_u32)), 0..20)) {
        let mut breakouts = create(groups(&[&["ann"], &["bob"], &["cem", "dee"]]), None, 0).unwrap();
        let people: Vec<UserId> = students().into_iter().collect();
        for (who, room) in moves {
            breakouts.assign(&tina(), &people[who], room, &students(), at(1), &Limits::default()).unwrap();
            prop_assert_eq!(breakouts.room_of(&people[who]), room);
        }
        for who in people {
            let seats = breakouts.view(&tina()).iter().filter(|room| room.user_ids.contains(&who)).count();
            let open = (1..=3).filter(|n| breakouts.may_enter(&student(who.as_str()), *n, at(1))).count();
            prop_assert_eq!((seats, open), if breakouts.room_of(&who).is_some() { (1, 1) } else { (0, 0) });
        }
        let again: Breakouts = serde_json::from_str(&serde_json::to_string(&breakouts).unwrap()).unwrap();
        prop_assert_eq!(again, breakouts);
    }
}
