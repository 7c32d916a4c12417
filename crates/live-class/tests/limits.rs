//! Each limit at its boundary: as much is taken, one more is refused.

use std::collections::BTreeSet;
use std::fmt::Debug;

use homeroom_contract::{Code, Failure};
use homeroom_live_class::{
    BreakoutGroup, Breakouts, ChatFacts, ChatSent, CreateBreakouts, Limits, LiveClassError, Locks,
    Participants, Point, Poll, SendChat, ShareScreen, StartPoll, Stroke, Whiteboard,
};

use crate::support::{at, class, here, stroke, student, tina, user};

/// That with `most` something is taken, and with one more refused with that code, at that path.
#[track_caller]
fn bounded<T: Debug>(
    most: usize,
    code: Code,
    path: Option<&str>,
    attempt: impl Fn(usize) -> Result<T, LiveClassError>,
) {
    attempt(most).unwrap();
    let error = attempt(most + 1).unwrap_err();
    assert_eq!(error.code(), code);
    let failure = Failure::from(error);
    let details = failure.details.map(|details| serde_json::from_str(details.get()).unwrap());
    let at = details.and_then(|details: serde_json::Value| details["path"].as_str().map(str::to_owned));
    assert_eq!(at.as_deref(), path);
}

fn limits() -> Limits {
    Limits::default()
}

fn poll(question: usize, options: usize, option: usize, seconds: usize) -> Result<Poll, LiveClassError> {
    let start = StartPoll {
        class_id: None,
        question: "ü".repeat(question),
        options: vec!["ü".repeat(option); options],
        multiple: false,
        anonymous: false,
        correct: None,
        duration_sec: Some(seconds as u64),
    };
    Poll::start(class(), start, &tina(), None, at(0), &limits()).map(|(poll, _)| poll)
}

#[test]
fn polls() {
    let limits = limits();
    let seconds = usize::try_from(limits.poll_sec).unwrap();
    bounded(limits.question_chars, Code::PayloadTooLarge, Some("question"), |n| poll(n, 2, 1, 1));
    bounded(limits.options, Code::PayloadTooLarge, Some("options"), |n| poll(1, n, 1, 1));
    bounded(limits.option_chars, Code::PayloadTooLarge, Some("options[0]"), |n| poll(1, 2, n, 1));
    bounded(seconds, Code::ValidationError, Some("durationSec"), |n| poll(1, 2, 1, n));
    assert_eq!(poll(0, 2, 1, 1).unwrap_err().code(), Code::ValidationError, "no question");
    assert_eq!(poll(1, 2, 0, 1).unwrap_err().code(), Code::ValidationError, "an option that says nothing");
    assert_eq!(poll(1, 2, 1, 0).unwrap_err().code(), Code::ValidationError, "no time");
    assert_eq!(poll(1, 1, 1, 1), Err(LiveClassError::TooFew { field: "options", least: 2 }));
}

#[test]
fn the_chat() {
    let write = |chars: usize| {
        let send = SendChat { class_id: None, body: "ü".repeat(chars), to_user_id: None };
        let people = here(&[tina()]);
        let facts = ChatFacts { people: &people, recipient: None, locks: Locks::default() };
        ChatSent::new(class(), &tina(), "T".to_owned(), send, facts, at(0), &limits())
    };
    bounded(limits().message_chars, Code::PayloadTooLarge, Some("body"), write);
    assert_eq!(write(0).unwrap_err().code(), Code::ValidationError);
    let to_all = |chars: usize| {
        breakouts(1, 1, 1, 60)?.message(&tina(), "T".to_owned(), "ü".repeat(chars), at(0), &limits())
    };
    bounded(limits().message_chars, Code::PayloadTooLarge, Some("body"), to_all);
}

#[test]
fn the_whiteboard() {
    let draw = |board: &mut Whiteboard, strokes: Vec<Stroke>, limits: &Limits| {
        board.draw(&tina(), strokes, Locks::default(), limits)
    };
    let fresh = |strokes: Vec<Stroke>| draw(&mut Whiteboard::default(), strokes, &limits());
    bounded(limits().strokes, Code::PayloadTooLarge, Some("strokes"), |n| fresh(vec![stroke(1); n]));
    bounded(limits().points, Code::PayloadTooLarge, Some("strokes[1].points"), |n| {
        fresh(vec![stroke(1), stroke(n)])
    });

    let full = |limits: Limits, size: usize| {
        bounded(1, Code::PayloadTooLarge, Some("strokes"), |n| {
            let mut board = Whiteboard::default();
            draw(&mut board, vec![stroke(size); 4], &limits)?;
            draw(&mut board, vec![stroke(size); n], &limits)
        });
    };
    full(Limits { board_strokes: 5, ..limits() }, 1);
    full(Limits { board_points: 50, ..limits() }, 10);
}

#[test]
fn a_full_board_has_space_again_once_something_is_undone() {
    let limits = Limits { board_strokes: 1, ..limits() };
    let mut board = Whiteboard::default();
    board.draw(&tina(), vec![stroke(1)], Locks::default(), &limits).unwrap();
    let refused = board.draw(&tina(), vec![stroke(1)], Locks::default(), &limits);
    assert_eq!(refused, Err(LiveClassError::BoardFull));
    board.undo(&tina(), Locks::default()).unwrap();
    board.draw(&tina(), vec![stroke(1)], Locks::default(), &limits).unwrap();
}

#[test]
fn participants() {
    let limits = Limits { participants: 3, ..limits() };
    let enter = |count: usize| {
        let mut people = Participants::default();
        for n in 0..count {
            people.enter(&student(&format!("student{n}")), &limits)?;
        }
        Ok(people)
    };
    bounded(3, Code::RoomFull, None, enter);
    let mut full = enter(3).unwrap();
    full.enter(&student("student0"), &limits).expect("a second device takes no place");
    full.enter(&tina(), &limits).expect("staff always find one");
    full.leave(&user("student0"));
    full.enter(&student("student9"), &limits).expect("a place is free again");
}

#[test]
fn the_screen() {
    let share = |chars: usize| {
        let mut people = Participants::default();
        people.enter(&tina(), &limits())?;
        let share = ShareScreen { class_id: None, is_sharing: true, stream_id: Some("s".repeat(chars)) };
        people.share_screen(&tina(), &share, &limits())
    };
    bounded(limits().stream_id_chars, Code::PayloadTooLarge, Some("streamId"), share);
}

fn breakouts(count: usize, people: usize, name: usize, seconds: usize) -> Result<Breakouts, LiveClassError> {
    let students: BTreeSet<_> = (0..people).map(|n| user(&format!("student{n}"))).collect();
    let group = |n: usize| BreakoutGroup {
        name: "ü".repeat(name),
        user_ids: if n == 0 { students.iter().cloned().collect() } else { Vec::new() },
    };
    let create = CreateBreakouts {
        class_id: None,
        groups: (0..count).map(group).collect(),
        duration_sec: seconds as u64,
    };
    Breakouts::create(class(), create, &tina(), &students, None, at(0), &limits()).map(|made| made.breakouts)
}

#[test]
fn breakout_rooms() {
    let limits = limits();
    let longest = usize::try_from(limits.breakout_sec).unwrap();
    let grace = usize::try_from(limits.grace_sec).unwrap();
    bounded(limits.breakouts, Code::PayloadTooLarge, Some("groups"), |n| breakouts(n, 0, 1, 1));
    bounded(limits.breakout_people, Code::RoomFull, Some("groups[0].userIds"), |n| breakouts(1, n, 1, 1));
    bounded(limits.breakout_name_chars, Code::PayloadTooLarge, Some("groups[0].name"), |n| {
        breakouts(1, 0, n, 1)
    });
    bounded(longest, Code::ValidationError, Some("durationSec"), |n| breakouts(1, 0, 1, n));
    bounded(longest - 60, Code::ValidationError, Some("deltaSec"), |n| {
        breakouts(1, 0, 1, 60)?.extend(&tina(), n as u64, at(0), &limits)
    });
    bounded(grace, Code::ValidationError, Some("graceSec"), |n| {
        breakouts(1, 0, 1, 3600)?.close(&tina(), Some(n as u64), at(0), &limits)
    });
    assert_eq!(breakouts(0, 0, 1, 1), Err(LiveClassError::TooFew { field: "groups", least: 1 }));
    assert_eq!(breakouts(1, 0, 0, 1).unwrap_err().code(), Code::ValidationError, "a name that says nothing");
}

#[test]
fn what_is_wrong_in_a_list_says_in_which_entry() {
    let path = |error: LiveClassError| {
        let failure = serde_json::to_value(Failure::from(error)).unwrap();
        failure["details"]["path"].as_str().unwrap().to_owned()
    };
    let draw = |last: Stroke| {
        let strokes = vec![stroke(1), stroke(1), last];
        path(Whiteboard::default().draw(&tina(), strokes, Locks::default(), &limits()).unwrap_err())
    };
    assert_eq!(draw(stroke(0)), "strokes[2].points");
    assert_eq!(draw(Stroke { width: 0.0, ..stroke(1) }), "strokes[2].width");
    assert_eq!(draw(Stroke { color: "red".to_owned(), ..stroke(1) }), "strokes[2].color");
    assert_eq!(
        draw(Stroke { points: vec![Point(0.0, 0.0), Point(2.0, 0.0)], ..stroke(1) }),
        "strokes[2].points[1][0]"
    );

    let start = |options: &[&str], correct: &[u32]| StartPoll {
        class_id: None,
        question: "Which?".to_owned(),
        options: options.iter().map(ToString::to_string).collect(),
        multiple: true,
        anonymous: false,
        correct: Some(correct.to_vec()),
        duration_sec: None,
    };
    let ask = |options: &[&str], correct: &[u32]| {
        Poll::start(class(), start(options, correct), &tina(), None, at(0), &limits()).map(|(poll, _)| poll)
    };
    assert_eq!(path(ask(&["a", " "], &[]).unwrap_err()), "options[1]");
    assert_eq!(path(ask(&["a", "b"], &[0, 2]).unwrap_err()), "correct[1]");
    assert_eq!(path(ask(&["a", "b"], &[0, 1, 0]).unwrap_err()), "correct[2]");
    assert_eq!(path(ask(&["a", "b"], &[]).unwrap().choices(&[0, 7]).unwrap_err()), "choices[1]");

    let group = |people: &[&str]| BreakoutGroup {
        name: "Red".to_owned(),
        user_ids: people.iter().map(|who| user(who)).collect(),
    };
    let put = |groups: &[&[&str]]| {
        let groups = groups.iter().map(|people| group(people)).collect();
        let create = CreateBreakouts { class_id: None, groups, duration_sec: 60 };
        let students = BTreeSet::from([user("ann"), user("bob")]);
        Breakouts::create(class(), create, &tina(), &students, None, at(0), &limits()).unwrap_err()
    };
    assert_eq!(path(put(&[&["ann"], &["bob", "zoe"]])), "groups[1].userIds[1]");
    let twice = serde_json::to_value(Failure::from(put(&[&["ann"], &["ann"]]))).unwrap();
    assert_eq!(twice["details"], serde_json::json!({ "path": "groups[1].userIds[0]", "userId": "ann" }));
}

#[test]
fn a_configuration_sets_what_it_names_and_nothing_unknown() {
    let some: Limits = serde_json::from_str(r#"{"options":4}"#).unwrap();
    assert_eq!(some, Limits { options: 4, ..Limits::default() });
    assert!(serde_json::from_str::<Limits>(r#"{"option":4}"#).is_err());
}
