//! What goes over the wire, to the letter: each request at its fullest and its barest with its reply, each event, and who receives
//! what of each event that is kept.

use homeroom_contract::{Failure, Request, Room};
use homeroom_live_class::*;
use homeroom_testkit::wire::Wire;
use serde_json::{Value, json};

use crate::support::{class, user};

pub(crate) const T: &str = "2026-11-21T09:00:00.000Z";

fn stroke() -> Value {
    json!({ "tool": "highlighter", "color": "#ffcc00", "width": 0.02, "points": [[0.1, 0.2], [0.25, 1.0]] })
}

pub(crate) fn participant() -> Value {
    json!({ "userId": "ann", "role": "STUDENT", "isMuted": true, "cameraEnabled": false, "handRaised": true,
        "isScreenSharing": true, "streamId": "s1", "canShare": true, "whiteboard": "isolated" })
}

fn room() -> Value {
    json!({ "room": 1, "roomId": "breakout:c1:1", "name": "Red", "userIds": ["ann", "bob"] })
}

pub(crate) fn locks() -> Value {
    json!({ "scope": "class:c1", "chat": true, "privateChat": false, "mic": true, "cam": false, "whiteboard": true })
}

#[test]
fn the_class() {
    let mut wire = Wire::default();
    let poll = json!({ "pollId": "p1", "question": "Which is prime?", "options": ["4", "5"], "multiple": false, "anonymous": false,
        "startedAt": T, "endsAt": T, "closedAt": T, "published": true, "voted": true, "counts": [1, 2], "total": 3, "correct": [1],
        "votes": [{ "userId": "ann", "choices": [1] }] });
    let board = json!({ "rev": 7, "mode": "isolated",
        "strokes": [{ "strokeId": 9, "userId": "ann", "layer": "own", "stroke": stroke() }] });
    let full = json!({ "classId": "c1", "lessonId": "l1", "participants": [participant()], "poll": poll,
        "hands": [{ "userId": "ann", "raisedAt": T }], "locks": [locks()], "whiteboard": board,
        "breakouts": { "rooms": [room()], "endsAt": T } });
    let bare_poll = json!({ "pollId": "p1", "question": "Which is prime?", "options": ["4", "5"], "multiple": false,
        "anonymous": true, "startedAt": T, "published": false, "voted": false });
    let bare = json!({ "classId": "c1", "lessonId": "l1", "participants": [], "poll": bare_poll, "hands": [], "locks": [],
        "whiteboard": { "rev": 0, "mode": "off", "strokes": [] }, "breakouts": null });
    let empty = json!({ "classId": "c1", "lessonId": "l1", "participants": [], "poll": null, "hands": [], "locks": [],
        "whiteboard": { "rev": 0, "mode": "off", "strokes": [] }, "breakouts": null });
    wire.join::<JoinClass>(json!({ "classId": "c1" }), full);
    wire.join::<JoinClass>(json!({}), bare);
    wire.join::<JoinClass>(json!({}), empty);
    wire.refused::<JoinClass>(json!({ "classId": "" }));
    wire.leave::<LeaveClass>(json!({ "classId": "c1" }));
    wire.leave::<LeaveClass>(json!({}));
    let attendance = json!({ "attendance": [{ "userId": "ann", "secondsPresent": 2700 }] });
    wire.command::<EndClass>(json!({ "classId": "c1" }), attendance);
    wire.command::<EndClass>(json!({}), json!({ "attendance": [] }));
    wire.event::<ClassEndedWsEvent>(
        json!({ "classId": "c1", "lessonId": "l1", "attendance": [{ "userId": "ann", "secondsPresent": 2700 }] }),
    );

    let view = participant();
    wire.command::<MuteParticipant>(
        json!({ "classId": "c1", "userId": "ann", "isMuted": false, "cameraEnabled": true }),
        view.clone(),
    );
    wire.command::<MuteParticipant>(json!({ "userId": "ann" }), view.clone());
    wire.refused::<MuteParticipant>(json!({}));
    wire.command::<RemoveParticipant>(
        json!({ "classId": "c1", "userId": "ann" }),
        json!({ "userId": "ann" }),
    );
    wire.command::<RemoveParticipant>(json!({ "userId": "ann" }), json!({ "userId": "ann" }));
    wire.refused::<RemoveParticipant>(json!({ "classId": "c1" }));
    wire.command::<AllowShare>(json!({ "classId": "c1", "userId": "ann", "allowed": false }), view.clone());
    wire.command::<AllowShare>(json!({ "userId": "ann" }), view.clone());
    wire.command::<ShareScreen>(
        json!({ "classId": "c1", "isSharing": true, "streamId": "s1" }),
        json!({ "participant": view.clone(), "takenFrom": view.clone() }),
    );
    wire.command::<ShareScreen>(json!({ "isSharing": false }), json!({ "participant": view }));
    wire.refused::<ShareScreen>(json!({ "streamId": "s1" }));
    wire.event::<ParticipantUpdatedWsEvent>(
        json!({ "classId": "c1", "userId": "ann", "role": "STUDENT", "isMuted": true, "cameraEnabled": false,
        "handRaised": true, "isScreenSharing": true, "streamId": "s1", "canShare": true, "whiteboard": "shared" }),
    );
    wire.event::<ParticipantUpdatedWsEvent>(
        json!({ "classId": "c1", "userId": "ann", "role": "STUDENT", "isMuted": true, "cameraEnabled": false,
        "handRaised": true, "isScreenSharing": false, "canShare": true, "whiteboard": "shared" }),
    );
    wire.event::<ScreenSharedWsEvent>(
        json!({ "classId": "c1", "userId": "ann", "isSharing": true, "streamId": "s1" }),
    );
    wire.event::<ScreenSharedWsEvent>(json!({ "classId": "c1", "userId": "ann", "isSharing": false }));
    insta::assert_json_snapshot!(wire.written());
}

#[test]
fn polls() {
    let mut wire = Wire::default();
    let full = json!({ "classId": "c1", "question": "Which is prime?", "options": ["4", "5", "7"], "multiple": true,
        "anonymous": true, "correct": [1, 2], "durationSec": 60 });
    wire.command::<StartPoll>(full, json!({ "pollId": "p1" }));
    let bare = json!({ "question": "Which is prime?", "options": ["4", "5"] });
    wire.command::<StartPoll>(bare, json!({ "pollId": "p1" }));
    wire.refused::<StartPoll>(
        json!({ "question": "Which is prime?", "options": ["4", "5"], "correct": [-1] }),
    );
    wire.refused::<StartPoll>(json!({ "options": ["4", "5"] }));
    wire.command::<SubmitVote>(json!({ "pollId": "p1", "choices": [1, 2] }), json!({ "pollId": "p1" }));
    wire.refused::<SubmitVote>(json!({ "pollId": "p1", "choices": ["5"] }));
    wire.refused::<SubmitVote>(json!({ "choices": [1] }));
    let results = json!({ "counts": [1, 2], "total": 3, "correct": [1], "votes": [{ "userId": "ann", "choices": [1] }] });
    wire.command::<ClosePoll>(
        json!({ "pollId": "p1", "publish": true, "reveal": true }),
        json!({ "results": results }),
    );
    wire.command::<ClosePoll>(
        json!({ "pollId": "p1" }),
        json!({ "results": { "counts": [0, 0], "total": 0 } }),
    );
    wire.refused::<ClosePoll>(json!({ "pollId": "p1", "publish": "yes" }));
    wire.event::<PollStartedWsEvent>(
        json!({ "classId": "c1", "pollId": "p1", "question": "Which is prime?", "options": ["4", "5"],
        "multiple": true, "anonymous": true, "endsAt": T, "startedBy": "tina" }),
    );
    wire.event::<PollStartedWsEvent>(
        json!({ "classId": "c1", "pollId": "p1", "question": "Which is prime?", "options": ["4", "5"],
        "multiple": false, "anonymous": false, "startedBy": "tina" }),
    );
    wire.event::<LivePollResultsWsEvent>(
        json!({ "classId": "c1", "pollId": "p1", "counts": [1, 2], "total": 3 }),
    );
    wire.event::<PollResultsWsEvent>(
        json!({ "classId": "c1", "pollId": "p1", "counts": [1, 2], "total": 3, "correct": [1] }),
    );
    wire.event::<PollResultsWsEvent>(
        json!({ "classId": "c1", "pollId": "p1", "counts": [1, 2], "total": 3 }),
    );
    wire.event::<PollClosedWsEvent>(
        json!({ "classId": "c1", "pollId": "p1", "published": true, "correct": [1] }),
    );
    wire.event::<PollClosedWsEvent>(json!({ "classId": "c1", "pollId": "p1", "published": false }));
    insta::assert_json_snapshot!(wire.written());
}

#[test]
fn the_whiteboard() {
    let mut wire = Wire::default();
    let drawn = |layer: &str| json!([{ "strokeId": 9, "userId": "ann", "layer": layer, "stroke": stroke() }]);
    wire.command::<DrawStrokes>(
        json!({ "classId": "c1", "strokes": [stroke()] }),
        json!({ "rev": 8, "after": 6, "layer": "own", "strokeIds": [9] }),
    );
    wire.command::<DrawStrokes>(json!({ "strokes": [] }), json!({ "rev": 8, "after": 0, "layer": "staff" }));
    wire.refused::<DrawStrokes>(json!({ "classId": "c1" }));
    let with = |field: &str, value: Value| {
        let mut stroke = stroke();
        stroke[field] = value;
        json!({ "strokes": [stroke] })
    };
    wire.refused::<DrawStrokes>(with("tool", json!("spray")));
    wire.refused::<DrawStrokes>(with("points", json!([[0.1]])));
    wire.refused::<DrawStrokes>(with("width", json!(null)));
    wire.command::<UndoStroke>(
        json!({ "classId": "c1" }),
        json!({ "rev": 9, "after": 8, "layer": "shared", "undone": 9 }),
    );
    wire.command::<UndoStroke>(json!({}), json!({ "rev": 9, "after": 8, "layer": "shared", "undone": 9 }));
    wire.command::<ClearWhiteboard>(json!({ "classId": "c1" }), json!({ "rev": 10 }));
    wire.command::<ClearWhiteboard>(json!({}), json!({ "rev": 10 }));
    let granted = |mode: &str| json!({ "userId": "ann", "mode": mode, "rev": 9 });
    wire.command::<GrantWhiteboard>(
        json!({ "classId": "c1", "userId": "ann", "mode": "isolated" }),
        granted("isolated"),
    );
    wire.command::<GrantWhiteboard>(json!({ "userId": "ann", "mode": "shared" }), granted("shared"));
    wire.command::<GrantWhiteboard>(json!({ "userId": "ann", "mode": "off" }), granted("off"));
    wire.refused::<GrantWhiteboard>(json!({ "userId": "ann", "mode": "all" }));
    wire.refused::<GrantWhiteboard>(json!({ "userId": "ann" }));
    for layer in ["staff", "shared", "own"] {
        wire.event::<WhiteboardDrawWsEvent>(
            json!({ "classId": "c1", "rev": 8, "after": 6, "userId": "ann", "layer": layer, "strokes": drawn(layer) }),
        );
    }
    wire.event::<WhiteboardDrawWsEvent>(
        json!({ "classId": "c1", "rev": 9, "after": 8, "userId": "ann", "layer": "shared", "strokes": [], "undone": 9,
        "isolated": true }),
    );
    wire.event::<WhiteboardSnapshotWsEvent>(
        json!({ "classId": "c1", "userId": "ann", "rev": 8, "mode": "isolated", "strokes": drawn("own") }),
    );
    wire.event::<WhiteboardClearedWsEvent>(json!({ "classId": "c1", "rev": 10, "userId": "tina" }));
    insta::assert_json_snapshot!(wire.written());
}

#[test]
fn hands_chat_and_locks() {
    let mut wire = Wire::default();
    wire.command::<RaiseHand>(json!({ "classId": "c1" }), json!({ "position": 3 }));
    wire.command::<RaiseHand>(json!({}), json!({ "position": 1 }));
    wire.command::<LowerHand>(json!({ "classId": "c1", "userId": "ann" }), json!({ "position": 3 }));
    wire.command::<LowerHand>(json!({}), json!({ "position": null }));
    wire.refused::<LowerHand>(json!({ "userId": 7 }));
    wire.command::<LowerAllHands>(json!({ "classId": "c1" }), json!({ "count": 3 }));
    wire.command::<LowerAllHands>(json!({}), json!({ "count": 0 }));
    wire.event::<HandRaisedWsEvent>(
        json!({ "classId": "c1", "userId": "ann", "position": 3, "raisedAt": T }),
    );
    wire.event::<HandLoweredWsEvent>(json!({ "classId": "c1", "userId": "ann" }));
    wire.event::<HandsChangedWsEvent>(
        json!({ "classId": "c1", "order": [{ "userId": "ann", "raisedAt": T }] }),
    );

    let message = json!({ "messageId": "m1" });
    wire.command::<SendChat>(
        json!({ "classId": "c1", "body": "Page 12?", "toUserId": "tina" }),
        message.clone(),
    );
    wire.command::<SendChat>(json!({ "body": "Page 12?" }), message);
    wire.refused::<SendChat>(json!({ "toUserId": "tina" }));
    wire.event::<ChatMessageWsEvent>(
        json!({ "classId": "c1", "messageId": "m1", "senderId": "ann", "senderName": "Ann Archer",
        "body": "Page 12?", "toUserId": "tina" }),
    );
    wire.event::<ChatMessageWsEvent>(
        json!({ "classId": "c1", "messageId": "m1", "senderId": "tina", "senderName": "Tina Tran",
        "body": "Two minutes", "toBreakouts": true }),
    );
    wire.event::<ChatMessageWsEvent>(
        json!({ "classId": "c1", "messageId": "m1", "senderId": "ann", "senderName": "Ann Archer",
        "body": "Page 12?" }),
    );

    let mut full = locks();
    full["classId"] = json!("c1");
    wire.command::<SetLocks>(full.clone(), json!({ "locks": locks(), "shut": [participant()] }));
    let nobody = json!({ "locks": locks(), "shut": [] });
    wire.command::<SetLocks>(json!({}), nobody.clone());
    wire.command::<SetLocks>(json!({ "scope": "breakout:c1:2", "chat": false }), nobody);
    wire.refused::<SetLocks>(json!({ "scope": "everyone" }));
    wire.refused::<SetLocks>(json!({ "chat": "yes" }));
    wire.event::<LocksChangedWsEvent>(full);
    insta::assert_json_snapshot!(wire.written());
}

#[test]
fn breakouts() {
    let mut wire = Wire::default();
    let full = json!({ "classId": "c1", "groups": [{ "name": "Red", "userIds": ["ann", "bob"] }], "durationSec": 600 });
    wire.command::<CreateBreakouts>(full, json!({ "rooms": [room()], "endsAt": T }));
    let bare = json!({ "groups": [], "durationSec": 600 });
    wire.command::<CreateBreakouts>(bare, json!({ "rooms": [], "endsAt": T }));
    wire.refused::<CreateBreakouts>(json!({ "groups": [] }));
    wire.refused::<CreateBreakouts>(json!({ "groups": [{ "name": "Red" }], "durationSec": 600 }));
    wire.command::<AssignBreakout>(
        json!({ "classId": "c1", "userId": "ann", "room": 2 }),
        json!({ "userId": "ann", "room": 2 }),
    );
    wire.command::<AssignBreakout>(json!({ "userId": "ann" }), json!({ "userId": "ann", "room": null }));
    wire.refused::<AssignBreakout>(json!({ "userId": "ann", "room": "Red" }));
    wire.command::<ExtendBreakouts>(json!({ "classId": "c1", "deltaSec": 60 }), json!({ "endsAt": T }));
    wire.command::<ExtendBreakouts>(json!({ "deltaSec": 60 }), json!({ "endsAt": T }));
    wire.refused::<ExtendBreakouts>(json!({ "deltaSec": -60 }));
    wire.command::<MessageBreakouts>(
        json!({ "classId": "c1", "body": "Two minutes" }),
        json!({ "messageId": "m1" }),
    );
    wire.command::<MessageBreakouts>(json!({ "body": "Two minutes" }), json!({ "messageId": "m1" }));
    wire.refused::<MessageBreakouts>(json!({}));
    wire.command::<CloseBreakouts>(json!({ "classId": "c1", "graceSec": 0 }), json!({ "endsAt": T }));
    wire.command::<CloseBreakouts>(json!({}), json!({ "endsAt": T }));
    wire.refused::<CloseBreakouts>(json!({ "graceSec": 1.5 }));
    wire.event::<BreakoutAssignedWsEvent>(
        json!({ "classId": "c1", "userId": "ann", "room": 1, "roomId": "breakout:c1:1",
        "name": "Red", "left": 2, "endsAt": T }),
    );
    wire.event::<BreakoutAssignedWsEvent>(
        json!({ "classId": "c1", "userId": "ann", "room": null, "endsAt": T }),
    );
    wire.event::<BreakoutTimerWsEvent>(json!({ "classId": "c1", "endsAt": T }));
    wire.event::<BreakoutClosedWsEvent>(json!({ "classId": "c1", "rooms": [1, 2] }));
    insta::assert_json_snapshot!(wire.written());
}

/// What was sent before these names were settled is still accepted, and no name stands for two requests.
#[test]
fn names_and_aliases() {
    macro_rules! names {
        ($($request:ty),+ $(,)?) => { vec![$((<$request>::NAME, <$request>::ALIASES)),+] };
    }
    let names = names![
        JoinClass,
        LeaveClass,
        EndClass,
        StartPoll,
        SubmitVote,
        ClosePoll,
        DrawStrokes,
        UndoStroke,
        ClearWhiteboard,
        GrantWhiteboard,
        RaiseHand,
        LowerHand,
        LowerAllHands,
        SendChat,
        SetLocks,
        MuteParticipant,
        RemoveParticipant,
        AllowShare,
        ShareScreen,
        CreateBreakouts,
        AssignBreakout,
        ExtendBreakouts,
        MessageBreakouts,
        CloseBreakouts,
    ];
    let aliased: Vec<_> = names.iter().filter(|(_, aliases)| !aliases.is_empty()).copied().collect();
    assert_eq!(
        aliased,
        [
            ("poll:start", &["poll.started"][..]),
            ("poll:submit", &["poll.submit"]),
            ("whiteboard:draw", &["whiteboard.draw"]),
            ("hand:raise", &["hand-raised"]),
            ("hand:lower", &["hand-lowered"]),
        ]
    );
    let mut all: Vec<_> =
        names.iter().flat_map(|(name, aliases)| [*name].into_iter().chain(aliases.iter().copied())).collect();
    all.sort_unstable();
    let count = all.len();
    all.dedup();
    assert_eq!(all.len(), count);
}

#[test]
fn rooms_are_read_as_they_are_written() {
    for (room, text) in [
        (LiveClassRoom::User(user("ann")), "user:ann"),
        (LiveClassRoom::Class(class()), "class:c1"),
        (LiveClassRoom::Staff(class()), "class:c1:staff"),
        (LiveClassRoom::Breakout(class(), 12), "breakout:c1:12"),
    ] {
        assert_eq!(room.room().as_str(), text);
        assert_eq!(LiveClassRoom::read(&room.room()), Some(room.clone()));
        assert_eq!(room.class().is_none(), text.starts_with("user:"));
    }
    for strange in ["breakout:c1:x", "breakout:c1:01", "breakout:c1", "class:c1:board", "student:ann"] {
        assert_eq!(LiveClassRoom::read(&Room::parse(strange).unwrap()), None, "{strange}");
    }
}

#[test]
fn a_refusal_says_what_and_where() {
    let ack = |error: LiveClassError| serde_json::to_value(Failure::from(error)).unwrap();
    insta::assert_json_snapshot!([
        ack(LiveClassError::NotFound("poll")),
        ack(LiveClassError::NotAllowed),
        ack(LiveClassError::Removed),
        ack(LiveClassError::NotBegun),
        ack(LiveClassError::ClassOver),
        ack(LiveClassError::NotHere),
        ack(LiveClassError::Full),
        ack(homeroom_contract::FieldError::Blank { field: "body" }.into()),
        ack(LiveClassError::TooFew { field: "options", least: 2 }),
        ack(LiveClassError::Twice { field: "choices" }),
        ack(LiveClassError::PersonTwice(user("ann"))),
        ack(LiveClassError::OneChoice),
        ack(LiveClassError::PollOpen),
        ack(LiveClassError::PollClosed),
        ack(LiveClassError::PollExpired),
        ack(LiveClassError::AlreadyVoted),
        ack(LiveClassError::Locked(Lockable::PrivateChat)),
        ack(LiveClassError::BadScope),
        ack(LiveClassError::BadColor),
        ack(LiveClassError::BadWidth),
        ack(LiveClassError::BoardFull),
        ack(LiveClassError::SupervisionRequired),
        ack(LiveClassError::ToOneself),
        ack(LiveClassError::ScreenTaken),
        ack(LiveClassError::BreakoutsOpen),
        ack(LiveClassError::NoMoreTime),
        ack(LiveClassError::BreakoutsOver),
        ack(LiveClassError::At {
            path: "strokes[2].width".to_owned(),
            error: Box::new(LiveClassError::BadWidth)
        }),
    ]);
}
