//! Sending a student out: everything that goes with it, at once.

use std::collections::BTreeSet;

use homeroom_contract::Role;
use homeroom_live_class::{
    Attendee, BreakoutGroup, Breakouts, CreateBreakouts, DrawMode, Limits, LiveClassError, Participants,
    ShareScreen,
};

use crate::support::{Meeting, ann, at, bob, class, here, names, tina, told, user};

fn breakouts() -> Breakouts {
    let group = BreakoutGroup { name: "Red".to_owned(), user_ids: vec![user("ann"), user("bob")] };
    let create = CreateBreakouts { class_id: None, groups: vec![group], duration_sec: 600 };
    let students = BTreeSet::from([user("ann"), user("bob")]);
    Breakouts::create(class(), create, &tina(), &students, None, at(0), &Limits::default()).unwrap().breakouts
}

/// Ann and Bob have their hands up, sit in a breakout and draw; Ann shares her screen.
fn busy() -> Meeting {
    let mut meeting =
        Meeting { people: here(&[tina(), ann(), bob()]), breakouts: Some(breakouts()), ..Meeting::default() };
    for who in [ann(), bob()] {
        meeting.hands.raise(&who, &meeting.people, at(1)).unwrap();
        meeting.board.grant(&tina(), &who, DrawMode::Isolated).unwrap();
    }
    meeting.people.allow_share(&tina(), &user("ann"), true).unwrap();
    let share = ShareScreen { class_id: None, is_sharing: true, stream_id: Some("s1".to_owned()) };
    meeting.people.share_screen(&ann(), &share, &Limits::default()).unwrap();
    meeting
}

#[test]
fn with_the_student_go_the_hand_the_screen_the_seat_and_the_rights() {
    let mut meeting = busy();
    let removal = meeting.with(|running| running.remove(&tina(), &user("ann"), at(2))).unwrap();
    let (lowered, hands) = removal.hand.unwrap();
    assert_eq!(lowered.user_id, user("ann"));
    assert_eq!(hands.order.iter().map(|hand| hand.user_id.as_str()).collect::<Vec<_>>(), ["bob"]);
    let screen = removal.screen.unwrap();
    assert_eq!((screen.user_id, screen.is_sharing), (user("ann"), false));
    let seat = removal.seat.unwrap();
    assert_eq!((seat.user_id.clone(), seat.room, seat.left), (user("ann"), None, Some(1)));
    assert!(
        told(&seat).iter().any(|(rooms, _)| names(rooms) == ["breakout:c1:1"]),
        "Bob hears that she is gone"
    );
    assert_eq!(removal.board_rev, Some(3));

    assert_eq!(meeting.hands.position(&user("ann")), None);
    assert_eq!(meeting.breakouts.unwrap().room_of(&user("ann"), at(3)), None);
    assert_eq!((meeting.board.rev(), meeting.board.mode(&ann())), (3, DrawMode::Off));
    assert_eq!(meeting.board.mode(&bob()), DrawMode::Isolated, "nobody else's");
    let state = meeting.people.get(&user("ann")).unwrap();
    assert!(!state.is_present && !state.can_share && !state.is_screen_sharing());
}

#[test]
fn who_had_nothing_leaves_nothing_behind() {
    let mut meeting = Meeting { people: here(&[tina(), ann()]), ..Meeting::default() };
    let removal = meeting.with(|running| running.remove(&tina(), &user("ann"), at(2))).unwrap();
    assert_eq!((removal.hand, removal.screen, removal.seat, removal.board_rev), (None, None, None, None));
}

#[test]
fn a_seat_in_breakouts_that_are_over_is_none() {
    let mut meeting = busy();
    let removal = meeting.with(|running| running.remove(&tina(), &user("ann"), at(600))).unwrap();
    assert_eq!(removal.seat, None);
}

#[test]
fn who_was_removed_stays_out_and_only_students_are() {
    let reader = Attendee::reader(user("rhea"), Role::SchoolAdmin);
    let mut meeting = Meeting { people: here(&[tina(), ann(), bob(), reader]), ..Meeting::default() };
    let mut remove =
        |by: &Attendee, who: &str| meeting.with(|running| running.remove(by, &user(who), at(1))).map(|_| ());
    assert_eq!(remove(&ann(), "bob"), Err(LiveClassError::NotAllowed));
    assert_eq!(remove(&tina(), "tina"), Err(LiveClassError::NotAllowed));
    assert_eq!(remove(&tina(), "rhea"), Err(LiveClassError::NotAllowed));
    assert_eq!(remove(&tina(), "zoe"), Err(LiveClassError::NotFound("participant")));
    assert_eq!(remove(&tina(), "bob"), Ok(()));
    let mut people = meeting.people;
    assert!(people.present().all(|person| person.user_id != user("bob")));
    assert_eq!(people.enter(&bob(), &Limits::default()), Err(LiveClassError::Removed));
    assert_eq!(people.require_welcome(&bob()), Err(LiveClassError::Removed), "nor into a breakout");
    assert_eq!(people.require_welcome(&ann()), Ok(()));
    let kept = serde_json::to_string(&people).unwrap();
    let mut read: Participants = serde_json::from_str(&kept).unwrap();
    assert_eq!(
        read.enter(&bob(), &Limits::default()),
        Err(LiveClassError::Removed),
        "after a restart as well"
    );
}
