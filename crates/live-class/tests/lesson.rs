//! The end of a class, and who was there for how long.

use homeroom_live_class::{
    Attendee, BreakoutGroup, Breakouts, ClassEnded, ClosePoll, Closed, CreateBreakouts, DrawMode, Hands,
    Lesson, Limits, LiveClassError, LockScope, Locks, LocksPatch, Participants, Poll, Presence, StartPoll,
    Stay, Votes, attendance,
};
use proptest::prelude::*;

use crate::support::{Meeting, ann, at, bob, class, here, tina, told, user};

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

fn opened(now: u64) -> Lesson {
    Lesson::open(class(), &tina(), None, at(now)).unwrap().unwrap()
}

#[test]
fn staff_open_a_class_and_each_meeting_is_another() {
    assert_eq!(Lesson::open(class(), &ann(), None, at(0)), Err(LiveClassError::NotBegun));
    let mut first = opened(0);
    assert_eq!(Lesson::open(class(), &ann(), Some(&first), at(1)), Ok(None), "it runs, so she comes in");
    assert_eq!(Lesson::open(class(), &tina(), Some(&first), at(1)), Ok(None));
    end(&mut first, &tina(), &[], 10).unwrap();
    assert_eq!(Lesson::open(class(), &ann(), Some(&first), at(11)), Err(LiveClassError::NotBegun));
    let second = Lesson::open(class(), &tina(), Some(&first), at(11)).unwrap().unwrap();
    assert_ne!(first.lesson_id, second.lesson_id);
}

fn end(lesson: &mut Lesson, by: &Attendee, stays: &[Stay], now: u64) -> Result<ClassEnded, LiveClassError> {
    Meeting::default().with(|running| lesson.end(by, stays, running, at(now))).map(|(_, ended)| ended)
}

#[test]
fn staff_end_a_class_once_and_then_it_is_over() {
    let mut lesson = opened(0);
    assert_eq!(end(&mut lesson, &ann(), &[], 5), Err(LiveClassError::NotAllowed));
    assert_eq!(lesson.require_running(), Ok(()));
    assert_eq!(end(&mut lesson, &tina(), &[], 10).unwrap().lesson_id, lesson.lesson_id);
    assert_eq!(lesson.require_running(), Err(LiveClassError::ClassOver));
    assert_eq!(end(&mut lesson, &tina(), &[], 20), Err(LiveClassError::ClassOver));
    assert_eq!(lesson.ended_at, Some(at(10)));
}

/// A class with a poll and breakouts open, Ann sent out, Bob's hand up, and locks.
fn busy() -> Meeting {
    let mut meeting = Meeting { people: here(&[tina(), ann(), bob()]), ..Meeting::default() };
    let question = StartPoll {
        class_id: None,
        question: "Which?".to_owned(),
        options: vec!["A".to_owned(), "B".to_owned()],
        multiple: false,
        anonymous: false,
        correct: None,
        duration_sec: None,
    };
    let limits = Limits::default();
    meeting.poll = Some(Poll::start(class(), question, &tina(), None, at(0), &limits).unwrap().0);
    let group = BreakoutGroup { name: "Red".to_owned(), user_ids: vec![user("bob")] };
    let create = CreateBreakouts { class_id: None, groups: vec![group], duration_sec: 600 };
    let students = [user("ann"), user("bob")].into();
    let made = Breakouts::create(class(), create, &tina(), &students, None, at(0), &limits).unwrap();
    meeting.breakouts = Some(made.breakouts);
    meeting.hands.raise(&bob(), &meeting.people, at(1)).unwrap();
    meeting.with(|running| running.remove(&tina(), &user("ann"), at(1))).unwrap();
    meeting.board.grant(&tina(), &bob(), DrawMode::Shared).unwrap();
    let chat = LocksPatch { chat: Some(true), ..LocksPatch::default() };
    for scope in [LockScope::Class, LockScope::Breakout(1)] {
        meeting.locks.set(&tina(), &scope, chat).unwrap();
    }
    meeting
}

#[test]
fn with_a_class_end_its_poll_and_its_breakouts() {
    let (mut meeting, mut lesson) = (busy(), opened(0));
    let refused = meeting.with(|running| lesson.end(&ann(), &[], running, at(10)).map(|_| ()));
    assert_eq!(refused, Err(LiveClassError::NotAllowed));
    assert_eq!(meeting.people.present().count(), 2, "nothing has changed");
    let (closed, _) = meeting.with(|running| lesson.end(&tina(), &[], running, at(10))).unwrap();
    assert!(!closed.poll.unwrap().published);
    assert_eq!(closed.breakouts.unwrap().rooms, [1]);
    let poll = meeting.poll.unwrap();
    assert_eq!(poll.require_open(at(11)), Err(LiveClassError::PollClosed));
    let mut breakouts = meeting.breakouts.unwrap();
    assert!(breakouts.is_over(at(10)));
    assert_eq!(breakouts.tell_closed(at(600)), None, "it was told with the end");
}

#[test]
fn what_was_closed_before_is_not_told_again() {
    let (mut meeting, mut lesson) = (busy(), opened(0));
    meeting.breakouts.as_mut().unwrap().tell_closed(at(600)).unwrap();
    let poll = meeting.poll.as_mut().unwrap();
    let close = ClosePoll { poll_id: poll.poll_id.clone(), publish: true, reveal: false };
    poll.close(&close, &tina(), &Votes::none(&poll.clone()), at(5)).unwrap();
    let (closed, _) = meeting.with(|running| lesson.end(&tina(), &[], running, at(700))).unwrap();
    assert_eq!(closed, Closed { poll: None, breakouts: None });
}

#[test]
fn a_new_lesson_begins_without_the_people_and_hands_of_the_last_and_with_the_board_and_the_locks() {
    let (mut meeting, mut lesson) = (busy(), opened(0));
    meeting.with(|running| lesson.end(&tina(), &[], running, at(10))).unwrap();
    assert_eq!((&meeting.people, &meeting.hands), (&Participants::default(), &Hands::default()));
    assert!(meeting.people.enter(&ann(), &Limits::default()).is_ok(), "being sent out ended with the class");
    assert_eq!(meeting.board.mode(&bob()), DrawMode::Shared);
    assert!(meeting.locks.of(&LockScope::Class).chat);
    assert_eq!(meeting.locks.of(&LockScope::Breakout(1)), Locks::default());
}

#[test]
fn nobody_but_staff_learns_how_long_others_were_there() {
    let mut lesson = opened(0);
    let stays = [stay("ann", 1, None), stay("bob", 2, None), stay("tina", 0, None)];
    for (rooms, payload) in told(&end(&mut lesson, &tina(), &stays, 10).unwrap()) {
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
