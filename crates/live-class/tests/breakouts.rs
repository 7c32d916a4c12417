//! Breakouts: who is in which, until when, and who may enter.

use std::collections::BTreeSet;

use homeroom_contract::{Code, Role, UserId};
use homeroom_live_class::{
    Attendee, BreakoutGroup, Breakouts, ChatTo, CreateBreakouts, Limits, LiveClassError, LiveClassRoom,
};
use proptest::prelude::*;

use crate::support::{ann, at, bob, class, names, student, tina, told, user};

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
    made.map(|made| made.breakouts)
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
    let assigned = made.unwrap().assigned;
    let rooms: Vec<_> = assigned.iter().map(|event| (event.user_id.as_str(), event.room)).collect();
    assert_eq!(rooms, [("ann", Some(1)), ("bob", Some(2))]);
    let (rooms, payload) = told(&assigned[1]).remove(0);
    assert_eq!(rooms.iter().map(ToString::to_string).collect::<Vec<_>>(), ["class:c1:staff", "user:bob"]);
    assert!(payload.contains("breakout:c1:2"), "{payload}");
}

#[test]
fn nobody_is_in_two_groups() {
    let twice = create(groups(&[&["ann"], &["bob", "ann"]]), None, 0);
    let text = |error: LiveClassError| (error.code(), error.to_string());
    let expected = (Code::ValidationError, "A student is listed twice.".to_owned());
    assert_eq!(text(twice.unwrap_err()), expected);
    let twice = create(groups(&[&["ann", "ann"]]), None, 0);
    assert_eq!(text(twice.unwrap_err()), expected);
    let stranger = create(groups(&[&["zoe"]]), None, 0);
    assert_eq!(text(stranger.unwrap_err()), (Code::NotFound, "There is no such student.".to_owned()));
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
    let rooms = ["ann", "bob", "cem", "dee"].map(|who| breakouts.room_of(&user(who), at(1)));
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
    assert_eq!(breakouts.view(&tina(), at(1)).unwrap().rooms.len(), 2);
    let reader = Attendee::reader(user("rhea"), Role::SchoolAdmin);
    assert_eq!(breakouts.view(&reader, at(1)), breakouts.view(&tina(), at(1)));
    let own = breakouts.view(&bob(), at(1)).unwrap().rooms;
    assert_eq!(own.iter().map(|room| room.room).collect::<Vec<_>>(), [2]);
    assert_eq!(own[0].room_id, LiveClassRoom::Breakout(class(), 2).room());
    assert!(breakouts.view(&student("dee"), at(1)).unwrap().rooms.is_empty());
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
    let no_more = breakouts.extend(&tina(), 1, at(1), &limits).unwrap_err();
    assert_eq!((no_more.clone(), no_more.code()), (LiveClassError::NoMoreTime, Code::ValidationError));
    assert_eq!(no_more.to_string(), "The breakouts last as long as they may already.");
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
    assert_eq!(breakouts.tell_closed(at(39)), None);
    let closed = breakouts.tell_closed(at(40)).unwrap();
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

#[test]
fn that_they_are_over_is_told_once_on_whatever_node() {
    let mut breakouts = two();
    assert!(breakouts.tell_closed(at(600)).is_some());
    assert_eq!(breakouts.tell_closed(at(601)), None);
    let mut kept: Breakouts = serde_json::from_str(&serde_json::to_string(&breakouts).unwrap()).unwrap();
    assert_eq!(kept.tell_closed(at(601)), None, "another node reads that it was told");
    assert!(kept.is_over(at(599)), "and that they are over, whatever its clock says");
    assert_eq!(kept.extend(&tina(), 60, at(599), &Limits::default()), Err(LiveClassError::BreakoutsOver));
}

#[test]
fn new_breakouts_tell_the_end_of_the_last_and_take_none_of_their_rooms() {
    let made = |last: &Breakouts| {
        let new = groups(&[&["dee"]]);
        Breakouts::create(class(), new, &tina(), &students(), Some(last), at(700), &Limits::default())
            .unwrap()
    };
    let mut first = two();
    let second = made(&first);
    assert_eq!(second.closed.unwrap().rooms, [1, 2], "nobody had told it yet");
    first.tell_closed(at(650)).unwrap();
    assert_eq!(made(&first).closed, None, "it was told");
    assert_eq!(second.assigned[0].room, Some(3));
    assert_eq!(second.breakouts.reply().rooms[0].room_id.as_str(), "breakout:c1:3");
    let third = create(groups(&[&["dee"]]), Some(&second.breakouts), 1400).unwrap();
    assert_eq!(third.room_of(&user("dee"), at(1400)), Some(4));
}

#[test]
fn nobody_is_anywhere_once_they_are_over() {
    let breakouts = two();
    assert_eq!(breakouts.room_of(&user("ann"), at(599)), Some(1));
    assert_eq!(breakouts.room_of(&user("ann"), at(600)), None);
    assert!(breakouts.view(&tina(), at(599)).is_some());
    assert_eq!(breakouts.view(&tina(), at(600)), None);
}

#[test]
fn those_who_are_joined_and_those_who_are_left_hear_of_it_and_not_of_each_other() {
    let mut breakouts = two();
    let move_ann = |breakouts: &mut Breakouts, room| {
        let moved = breakouts.assign(&tina(), &user("ann"), room, &students(), at(1), &Limits::default());
        let told = told(&moved.unwrap().unwrap()).into_iter();
        let said = told
            .map(|(rooms, payload)| (rooms, serde_json::from_str::<serde_json::Value>(&payload).unwrap()));
        said.map(|(rooms, said)| {
            (names(&rooms).join(" "), said["room"].as_u64(), said["left"].as_u64(), said["name"].is_string())
        })
        .collect::<Vec<_>>()
    };
    let all = "class:c1:staff user:ann".to_owned();
    let (first, second) = ("breakout:c1:1".to_owned(), "breakout:c1:2".to_owned());
    assert_eq!(
        move_ann(&mut breakouts, Some(2)),
        [
            (all.clone(), Some(2), Some(1), true),
            (second.clone(), Some(2), None, true),
            (first, None, Some(1), false)
        ]
    );
    assert_eq!(
        move_ann(&mut breakouts, None),
        [(all, None, Some(2), false), (second, None, Some(2), false)],
        "back to the class"
    );
}

proptest! {
    /// However students are moved, nobody is in two breakouts, and everyone may enter exactly the one they are in.
    #[test]
    fn nobody_gets_into_two(moves in prop::collection::vec((0..4_usize, prop::option::of(1..=3_u32)), 0..20)) {
        let mut breakouts = create(groups(&[&["ann"], &["bob"], &["cem", "dee"]]), None, 0).unwrap();
        let people: Vec<UserId> = students().into_iter().collect();
        for (who, room) in moves {
            breakouts.assign(&tina(), &people[who], room, &students(), at(1), &Limits::default()).unwrap();
            prop_assert_eq!(breakouts.room_of(&people[who], at(1)), room);
        }
        for who in people {
            let seats = breakouts.view(&tina(), at(1)).unwrap().rooms.iter().filter(|room| room.user_ids.contains(&who)).count();
            let open = (1..=3).filter(|n| breakouts.may_enter(&student(who.as_str()), *n, at(1))).count();
            prop_assert_eq!((seats, open), if breakouts.room_of(&who, at(1)).is_some() { (1, 1) } else { (0, 0) });
        }
        let again: Breakouts = serde_json::from_str(&serde_json::to_string(&breakouts).unwrap()).unwrap();
        prop_assert_eq!(again, breakouts);
    }
}
