//! Who receives what: of each event that is kept, and of each that isn't.

use homeroom_live_class::*;
use homeroom_testkit::wire::told;
use serde_json::{Value, json};

use crate::support::{at, class, user};
use crate::wire::{T, locks, participant};

fn sent(to: ChatTo) -> ChatSent {
    ChatSent {
        message_id: MessageId::new("m1").unwrap(),
        class_id: class(),
        sender_id: user("ann"),
        sender_name: "Ann Archer".to_owned(),
        body: "Page 12?".to_owned(),
        to,
    }
}

#[test]
fn who_receives_what() {
    let poll = PollId::new("p1").unwrap();
    let started = PollStarted {
        class_id: class(),
        poll_id: poll.clone(),
        question: "Which is prime?".to_owned(),
        options: vec!["4".to_owned(), "5".to_owned()],
        multiple: false,
        anonymous: false,
        ends_at: Some(at(60)),
        started_by: user("tina"),
    };
    let closed = |correct: Option<Vec<u32>>| PollClosed {
        class_id: class(),
        poll_id: poll.clone(),
        published: correct.is_some(),
        correct,
        closed_by: user("tina"),
    };
    let published = PollPublished {
        class_id: class(),
        poll_id: poll.clone(),
        counts: vec![1, 2],
        total: 3,
        correct: Some(vec![1]),
    };
    let assigned = |room: Option<u32>, left: Option<u32>| BreakoutAssigned {
        class_id: class(),
        user_id: user("ann"),
        room,
        name: room.map(|_| "Red".to_owned()),
        left,
        ends_at: at(600),
    };
    let attendance = [("ann", 2700), ("tina", 2750)];
    let attendance =
        attendance.map(|(who, seconds_present)| Presence { user_id: user(who), seconds_present });
    let ended = ClassEnded {
        lesson_id: LessonId::new("l1").unwrap(),
        class_id: class(),
        attendance: attendance.into(),
        ended_by: user("tina"),
    };
    insta::assert_json_snapshot!([
        told(&started),
        told(&closed(None)),
        told(&closed(Some(vec![1]))),
        told(&published),
        told(&WhiteboardCleared { class_id: class(), rev: 10, cleared_by: user("tina") }),
        told(&sent(ChatTo::Class)),
        told(&sent(ChatTo::Person { user_id: user("tina") })),
        told(&ChatSent { sender_id: user("tina"), ..sent(ChatTo::Breakouts { rooms: vec![1, 2] }) }),
        told(&assigned(Some(1), None)),
        told(&assigned(Some(1), Some(2))),
        told(&assigned(None, Some(2))),
        told(&BreakoutsClosed { class_id: class(), rooms: vec![1, 2] }),
        told(&ended),
    ]);
}

/// Live counts are a type that the journal can't take. Clients know one event, and read both alike.
#[test]
fn live_results_are_read_as_published_ones() {
    fn kept<E: homeroom_contract::Durable>() -> &'static str {
        E::NAME
    }
    fn live<E: homeroom_contract::Ephemeral>() -> &'static str {
        E::NAME
    }
    let names = (kept::<PollResultsWsEvent>(), live::<LivePollResultsWsEvent>());
    assert_eq!(names, ("poll.results", "poll.results"));
    let (class_id, poll_id) = (class(), PollId::new("p1").unwrap());
    let sent = LivePollResultsWsEvent { class_id, poll_id, counts: vec![1, 2], total: 3 };
    let read: PollResultsWsEvent = serde_json::from_value(serde_json::to_value(&sent).unwrap()).unwrap();
    assert_eq!((read.counts, read.total, read.correct), (vec![1, 2], 3, None));
}

/// What isn't kept says its rooms as well.
#[test]
fn who_hears_of_what_is_not_kept() {
    fn rooms<E: Audience + serde::de::DeserializeOwned>(payload: Value) -> Value {
        let rooms = serde_json::from_value::<E>(payload).unwrap().audience();
        json!({ E::NAME: rooms })
    }
    let ann =
        || json!({ "classId": "c1", "userId": "ann", "position": 3, "raisedAt": T, "isSharing": false });
    let mut person = participant();
    person["classId"] = json!("c1");
    let mut locked = locks();
    locked["classId"] = json!("c1");
    insta::assert_json_snapshot!([
        rooms::<LivePollResultsWsEvent>(
            json!({ "classId": "c1", "pollId": "p1", "counts": [1], "total": 1 })
        ),
        rooms::<WhiteboardSnapshotWsEvent>(
            json!({ "classId": "c1", "userId": "ann", "rev": 1, "mode": "off", "strokes": [] })
        ),
        rooms::<HandRaisedWsEvent>(ann()),
        rooms::<HandLoweredWsEvent>(ann()),
        rooms::<HandsChangedWsEvent>(json!({ "classId": "c1", "order": [] })),
        rooms::<LocksChangedWsEvent>(locked),
        rooms::<ParticipantUpdatedWsEvent>(person),
        rooms::<ScreenSharedWsEvent>(ann()),
        rooms::<BreakoutTimerWsEvent>(json!({ "classId": "c1", "endsAt": T })),
    ]);
}
