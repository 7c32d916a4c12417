//! What is said on the wire, as the snapshots have it: every request in full and at its barest, with its reply, what is refused
//! for its shape, and every event.

use homeroom_assessment::*;
use homeroom_contract::Timestamp;
use homeroom_testkit::wire::Wire;
use serde_json::{Value, json};

use crate::support::{nine, sec};

const NINE: &str = "2026-09-21T14:13:20.000Z";
const LATER: &str = "2026-09-21T14:33:20.000Z";

fn tasks() -> [Value; 4] {
    [
        json!({ "kind": "CHOICE", "options": ["Golgi apparatus", "Mitochondrion"], "correct": 1 }),
        json!({ "kind": "MULTIPLE_CHOICE", "options": ["Lysosome", "Leaf", "Vacuole"], "correct": [0, 2] }),
        json!({ "kind": "TEXT", "accepted": ["osmosis"] }),
        json!({ "kind": "NUMBER", "correct": 6.5, "tolerance": 0.5 }),
    ]
}

fn asked() -> Vec<Value> {
    tasks().into_iter().map(|task| json!({ "prompt": "Which?", "points": 2, "task": task })).collect()
}

fn full_questions() -> Vec<Value> {
    let with_id = |task| json!({ "questionId": "q1", "prompt": "Which?", "points": 2, "task": task });
    tasks().into_iter().map(with_id).collect()
}

fn shown() -> Value {
    json!([
        { "questionId": "q1", "prompt": "Which?", "points": 2, "kind": "CHOICE", "options": ["Leaf", "Vacuole"] },
        { "questionId": "q2", "prompt": "How many?", "points": 1, "kind": "NUMBER", "options": [] },
    ])
}

fn overview() -> Value {
    json!({ "assessmentId": "a1", "classId": "c1", "title": "Cells", "totalQuestions": 4, "durationSec": 1200,
        "opensAt": NINE, "closesAt": LATER, "extraSec": 0, "onHold": false, "version": 1 })
}

fn top() -> Value {
    json!([{ "userId": "ann", "score": 1500, "rank": 1 }, { "userId": "ben", "score": 1500, "rank": 1 }])
}

#[test]
fn assessments() {
    let mut wire = Wire::default();
    let made = json!({ "assessmentId": "a1", "version": 1 });
    wire.command::<CreateAssessment>(
        json!({ "classId": "c1", "title": "Cells", "questions": asked(), "durationSec": 1200, "opensAt": NINE, "closesAt": LATER }),
        made.clone(),
    );
    wire.command::<CreateAssessment>(
        json!({ "classId": "c1", "title": "Cells", "questions": [{ "prompt": "Why?", "points": 1, "task": { "kind": "TEXT" } }],
            "durationSec": 1, "opensAt": NINE, "closesAt": LATER }),
        made.clone(),
    );
    wire.command::<UpdateAssessment>(
        json!({ "assessmentId": "a1", "expectedVersion": 1,
            "patch": { "title": "Cells II", "questions": asked(), "durationSec": 60, "opensAt": NINE, "closesAt": LATER } }),
        json!({ "assessmentId": "a1", "version": 2 }),
    );
    wire.command::<UpdateAssessment>(json!({ "patch": {} }), made);
    let mut longer = overview();
    longer["extraSec"] = json!(600);
    wire.join::<JoinAssessment>(
        json!({ "assessmentId": "a1" }),
        json!({ "view": "student", "assessment": longer, "attemptId": "t1", "standing": "RUNNING", "expiresAt": LATER,
            "serverNow": NINE, "questions": shown(), "rev": 7, "answers": [
                { "questionId": "q1", "answer": 1, "rev": 7 }, { "questionId": "q2", "answer": 2.5, "rev": 2 },
                { "questionId": "q3", "answer": "osmosis", "rev": 1 }, { "questionId": "q4", "answer": [0, 2], "rev": 1 },
                { "questionId": "q5", "answer": null, "rev": 4 } ] }),
    );
    let student = |more: Value| {
        let mut data = json!({ "view": "student", "assessment": overview(), "serverNow": NINE,
            "questions": [], "answers": [], "rev": 0 });
        data.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        data
    };
    wire.join::<JoinAssessment>(json!({}), student(json!({})));
    wire.join::<JoinAssessment>(json!({}), student(json!({ "attemptId": "t1", "standing": "PAUSED" })));
    wire.join::<JoinAssessment>(
        json!({}),
        student(json!({ "attemptId": "t1", "standing": "EXPIRED", "expiresAt": LATER, "receiptId": "r1", "submittedAt": LATER })),
    );
    wire.join::<JoinAssessment>(
        json!({}),
        json!({ "view": "staff", "assessment": overview(), "questions": full_questions(), "serverNow": NINE,
            "progress": [
                { "studentId": "ann", "attemptId": "t1", "standing": "SUBMITTED", "questionsAnswered": 3, "totalQuestions": 4,
                    "timeElapsed": 900, "proctorAlerts": 1, "expiresAt": LATER, "submittedAt": LATER,
                    "extraSec": 600, "resets": 1 },
                { "studentId": "ben", "questionsAnswered": 0, "totalQuestions": 4, "timeElapsed": 0, "proctorAlerts": 0,
                    "extraSec": 0, "resets": 0 } ],
            "alerts": [
                { "alertId": "x1", "studentId": "ann", "kind": "OTHER", "detail": "A note", "raisedBy": "paul", "raisedAt": NINE },
                { "alertId": "x2", "studentId": "ann", "kind": "TAB_HIDDEN", "raisedBy": "ann", "raisedAt": NINE } ] }),
    );
    wire.join::<JoinAssessment>(
        json!({}),
        json!({ "view": "staff", "assessment": overview(), "progress": [], "alerts": [], "serverNow": NINE }),
    );
    wire.leave::<LeaveAssessment>(json!({ "assessmentId": "a1" }));
    wire.leave::<LeaveAssessment>(json!({}));

    let running = json!({ "attemptId": "t1", "standing": "RUNNING", "expiresAt": LATER, "serverNow": NINE, "questions": shown() });
    wire.command::<StartAttempt>(json!({ "assessmentId": "a1" }), running);
    wire.command::<StartAttempt>(
        json!({}),
        json!({ "attemptId": "t1", "standing": "PAUSED", "serverNow": NINE, "questions": [] }),
    );
    wire.signal::<ReportProgress>(
        json!({ "assessmentId": "a1", "questionsAnswered": 3, "totalQuestions": 4, "timeElapsed": 610 }),
    );
    wire.signal::<ReportProgress>(json!({ "questionsAnswered": 0, "totalQuestions": 4, "timeElapsed": 0 }));
    for answer in [json!(1), json!(2.5), json!("osmosis"), json!([0, 2]), json!(null)] {
        let save = json!({ "attemptId": "t1", "questionId": "q1", "answer": answer, "rev": 3 });
        wire.command::<SaveAnswer>(save, json!({ "rev": 3 }));
    }
    let bare = json!({ "questionId": "q1", "answer": 1, "rev": 1_790_000_000_000_u64 });
    wire.command::<SaveAnswer>(bare, json!({ "rev": 1_790_000_000_000_u64 }));
    let receipt = json!({ "receiptId": "r1", "submittedAt": LATER, "auto": false });
    wire.command::<SubmitAttempt>(json!({ "attemptId": "t1" }), receipt.clone());
    wire.command::<SubmitAttempt>(json!({}), receipt);
    insta::assert_json_snapshot!(wire.written());
}

#[test]
fn invigilating() {
    let mut wire = Wire::default();
    let done = json!({ "applied": [{ "studentId": "ann", "expiresAt": LATER }, { "studentId": "ben" }],
        "failed": [{ "studentId": "cem", "code": "ALREADY_SUBMITTED", "error": "It has been handed in." }] });
    let nothing = json!({ "applied": [], "failed": [] });
    wire.command::<ExtendTime>(
        json!({ "assessmentId": "a1", "studentIds": ["ann", "ben", "cem"], "addSec": 600 }),
        done.clone(),
    );
    wire.command::<ExtendTime>(json!({ "all": true, "multiplier": 1.5 }), nothing.clone());
    wire.command::<PauseAssessment>(
        json!({ "assessmentId": "a1", "studentIds": ["ann", "ben"] }),
        done.clone(),
    );
    wire.command::<PauseAssessment>(json!({}), nothing.clone());
    wire.command::<ResumeAssessment>(json!({ "assessmentId": "a1", "studentIds": ["ann", "ben"] }), done);
    wire.command::<ResumeAssessment>(json!({}), nothing);
    wire.command::<ResetAttempt>(
        json!({ "attemptId": "t1", "reason": "Fire alarm" }),
        json!({ "studentId": "ann" }),
    );
    let answers = json!([
        { "questionId": "q1", "answer": 1, "mark": "RIGHT" }, { "questionId": "q2", "answer": 2.5, "mark": "WRONG" },
        { "questionId": "q3", "answer": "An essay", "mark": "BY_HAND" }, { "questionId": "q4", "answer": null, "mark": "WRONG" },
    ]);
    let of_ann = json!({ "assessmentId": "a1", "studentId": "ann", "attemptId": "t1", "standing": "SUBMITTED", "submittedAt": LATER,
        "answers": answers, "marked": { "earned": 2, "possible": 8, "byHand": ["q3"] } });
    wire.query::<ReadAnswers>(json!({ "attemptId": "t1" }), of_ann);
    wire.query::<ReadAnswers>(
        json!({ "attemptId": "t1" }),
        json!({ "assessmentId": "a1", "studentId": "ann", "attemptId": "t1", "standing": "RESET", "answers": [],
            "marked": { "earned": 0, "possible": 8, "byHand": [] } }),
    );
    wire.command::<RaiseAlert>(
        json!({ "assessmentId": "a1", "studentId": "ann", "kind": "OTHER", "detail": "A note" }),
        json!({ "alertId": "x1" }),
    );
    wire.command::<RaiseAlert>(json!({ "kind": "TAB_HIDDEN" }), json!({ "alertId": "x2" }));
    wire.command::<SendProctorMessage>(
        json!({ "assessmentId": "a1", "studentId": "ann", "body": "Please sit down" }),
        json!({ "messageId": "m1" }),
    );
    wire.command::<SendProctorMessage>(json!({ "body": "Ten more minutes" }), json!({ "messageId": "m2" }));
    insta::assert_json_snapshot!(wire.written());
}

#[test]
fn quizzes() {
    let mut wire = Wire::default();
    wire.command::<CreateQuiz>(
        json!({ "classId": "c1", "questions": asked(), "durationSec": 20 }),
        json!({ "sessionId": "s1" }),
    );
    wire.command::<CreateQuiz>(
        json!({ "classId": "c1", "questions": asked() }),
        json!({ "sessionId": "s1" }),
    );
    let question = json!({ "sessionId": "s1", "questionId": "q1", "number": 1, "total": 4, "prompt": "Which?", "kind": "CHOICE",
        "options": ["Leaf", "Vacuole"], "points": 2, "endsAt": LATER });
    wire.join::<JoinQuiz>(
        json!({ "sessionId": "s1" }),
        json!({ "sessionId": "s1", "classId": "c1", "total": 4, "started": true, "number": 1, "question": question, "answered": true, "score": 1500,
            "streak": 1, "rank": 1, "top": top(), "ended": false, "serverNow": NINE }),
    );
    wire.join::<JoinQuiz>(
        json!({}),
        json!({ "sessionId": "s1", "classId": "c1", "total": 4, "started": false, "number": 0, "answered": false, "score": 0, "streak": 0, "top": [],
            "ended": true, "serverNow": NINE }),
    );
    wire.leave::<LeaveQuiz>(json!({ "sessionId": "s1" }));
    wire.leave::<LeaveQuiz>(json!({}));
    let went_on = json!({ "questionId": "q1", "endsAt": LATER, "ended": false });
    wire.command::<StartQuiz>(json!({ "sessionId": "s1" }), went_on.clone());
    wire.command::<StartQuiz>(json!({}), went_on.clone());
    wire.command::<NextQuestion>(json!({ "sessionId": "s1", "questionId": "q1" }), went_on);
    wire.command::<NextQuestion>(json!({}), json!({ "ended": true }));
    wire.command::<EndQuiz>(json!({ "sessionId": "s1" }), json!({ "ended": true }));
    wire.command::<EndQuiz>(json!({}), json!({ "ended": true }));
    for answer in [json!(10), json!(6.5), json!("osmosis"), json!([0, 2])] {
        wire.command::<AnswerQuiz>(
            json!({ "sessionId": "s1", "questionId": "q1", "answer": answer }),
            json!({ "accepted": true, "receivedAt": NINE }),
        );
    }
    wire.command::<AnswerQuiz>(
        json!({ "questionId": "q1", "answer": 0 }),
        json!({ "accepted": false, "receivedAt": LATER }),
    );
    insta::assert_json_snapshot!(wire.written());
}

#[test]
fn refused_for_their_shape() {
    let mut wire = Wire::default();
    let create = |question: Value| {
        let questions = [question];
        json!({ "classId": "c1", "title": "Cells", "questions": questions, "durationSec": 1, "opensAt": NINE, "closesAt": LATER })
    };
    wire.refused::<CreateAssessment>(json!({ "title": "Cells" }));
    wire.refused::<CreateAssessment>(
        json!({ "title": "Cells", "questions": asked(), "durationSec": 1, "opensAt": NINE, "closesAt": LATER }),
    );
    wire.refused::<CreateAssessment>(create(
        json!({ "prompt": "Why?", "points": 1, "task": { "kind": "ESSAY" } }),
    ));
    wire.refused::<CreateAssessment>(create(json!({ "prompt": "Why?", "points": 1, "task": {} })));
    wire.refused::<CreateAssessment>(create(
        json!({ "prompt": "Why?", "points": -1, "task": { "kind": "TEXT" } }),
    ));
    wire.refused::<CreateAssessment>(create(
        json!({ "prompt": "Why?", "points": 1, "task": { "kind": "CHOICE", "options": ["A", "B"] } }),
    ));
    wire.refused::<UpdateAssessment>(json!({ "assessmentId": "a1" }));
    wire.refused::<UpdateAssessment>(json!({ "patch": { "opensAt": "tomorrow" } }));
    wire.refused::<JoinAssessment>(json!({ "assessmentId": "" }));
    wire.refused::<ReportProgress>(json!({ "questionsAnswered": -1, "totalQuestions": 4, "timeElapsed": 0 }));
    wire.refused::<SaveAnswer>(json!({ "attemptId": "t1", "questionId": "q1", "rev": 1 }));
    wire.refused::<SaveAnswer>(json!({ "attemptId": "t1", "questionId": "q1", "answer": true, "rev": 1 }));
    wire.refused::<SaveAnswer>(
        json!({ "attemptId": "t1", "questionId": "q1", "answer": { "text": "a" }, "rev": 1 }),
    );
    wire.refused::<SaveAnswer>(json!({ "attemptId": "t1", "questionId": "q1", "answer": [0, -1], "rev": 1 }));
    wire.refused::<SaveAnswer>(json!({ "attemptId": "t1", "questionId": "q1", "answer": 1, "rev": -1 }));
    wire.refused::<SubmitAttempt>(json!({ "attemptId": "" }));
    wire.refused::<ReadAnswers>(json!({}));
    wire.refused::<ExtendTime>(json!({ "all": true, "addSec": -60 }));
    wire.refused::<ResetAttempt>(json!({ "attemptId": "t1" }));
    wire.refused::<RaiseAlert>(json!({ "kind": "DAYDREAMING" }));
    wire.refused::<SendProctorMessage>(json!({ "studentId": "ann" }));
    wire.refused::<CreateQuiz>(json!({ "classId": "c1" }));
    wire.refused::<CreateQuiz>(json!({ "questions": asked() }));
    wire.refused::<AnswerQuiz>(json!({ "sessionId": "s1", "answer": 1 }));
    wire.refused::<AnswerQuiz>(json!({ "questionId": "q1" }));
    insta::assert_json_snapshot!(wire.written()["examples"]);
}

#[test]
fn events() {
    let mut wire = Wire::default();
    let of = |more: Value| {
        let mut event = json!({ "assessmentId": "a1", "studentId": "ann", "attemptId": "t1" });
        event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        event
    };
    wire.event::<AssessmentCreatedWsEvent>(overview());
    wire.event::<AssessmentUpdatedWsEvent>(overview());
    wire.event::<AssessmentStartedWsEvent>(of(json!({ "startedAt": NINE, "expiresAt": LATER })));
    wire.event::<AssessmentProgressWsEvent>(
        json!({ "assessmentId": "a1", "studentId": "ann", "questionsAnswered": 3, "totalQuestions": 4, "timeElapsed": 610,
            "proctorAlerts": 1 }),
    );
    wire.event::<AnswerSavedWsEvent>(of(json!({ "questionId": "q1", "answer": "osmosis", "rev": 3 })));
    wire.event::<AnswerSavedWsEvent>(of(json!({ "questionId": "q1", "answer": null, "rev": 4 })));
    wire.event::<AssessmentSubmittedWsEvent>(of(
        json!({ "receiptId": "r1", "submittedAt": LATER, "auto": false }),
    ));
    wire.event::<AssessmentExpiredWsEvent>(of(json!({ "expiredAt": LATER, "auto": true })));
    wire.event::<TimerWarningWsEvent>(of(json!({ "secondsLeft": 60, "expiresAt": LATER })));
    wire.event::<AssessmentExtendedWsEvent>(
        json!({ "assessmentId": "a1", "studentId": "ann", "expiresAt": LATER, "extraSec": 600 }),
    );
    wire.event::<AssessmentExtendedWsEvent>(
        json!({ "assessmentId": "a1", "studentId": "ann", "extraSec": 600 }),
    );
    wire.event::<AssessmentPausedWsEvent>(of(json!({ "secondsLeft": 590 })));
    wire.event::<AssessmentResumedWsEvent>(of(json!({ "expiresAt": LATER })));
    wire.event::<AssessmentResetWsEvent>(of(json!({ "reason": "Fire alarm" })));
    wire.event::<AssessmentResetWsEvent>(of(json!({})));
    wire.event::<ProctorAlertWsEvent>(
        json!({ "assessmentId": "a1", "alertId": "x1", "studentId": "ann", "kind": "OTHER", "detail": "A note",
            "raisedBy": "paul", "raisedAt": NINE }),
    );
    wire.event::<ProctorMessageWsEvent>(
        json!({ "assessmentId": "a1", "messageId": "m1", "body": "Please sit down", "sentBy": "paul", "studentId": "ann" }),
    );
    wire.event::<ClientMissingWsEvent>(
        json!({ "assessmentId": "a1", "studentId": "ann", "lastSeenAt": NINE }),
    );
    wire.event::<QuizCreatedWsEvent>(json!({ "sessionId": "s1", "classId": "c1", "total": 4 }));
    wire.event::<QuizQuestionWsEvent>(
        json!({ "sessionId": "s1", "questionId": "q1", "number": 1, "total": 4, "prompt": "Which?", "kind": "MULTIPLE_CHOICE",
            "options": ["Leaf", "Vacuole"], "points": 2, "endsAt": LATER }),
    );
    wire.event::<QuizQuestionClosedWsEvent>(
        json!({ "sessionId": "s1", "questionId": "q1", "correct": [1], "counts": [0, 2], "answered": 2, "right": 2 }),
    );
    wire.event::<QuizScoreUpdatedWsEvent>(
        json!({ "sessionId": "s1", "questionId": "q1", "score": 3000, "streak": 2, "rank": 1, "earned": 1500 }),
    );
    wire.event::<QuizLeaderboardWsEvent>(json!({ "sessionId": "s1", "top": top() }));
    wire.event::<QuizEndedWsEvent>(json!({ "sessionId": "s1", "top": top(), "players": 2 }));
    insta::assert_json_snapshot!(wire.written());
}

#[test]
fn the_examples_are_of_the_day_that_the_tests_play_on() {
    assert_eq!(nine().to_string(), NINE);
    assert_eq!(sec(1200), serde_json::from_value::<Timestamp>(json!(LATER)).unwrap());
    let receipt = HandedIn {
        receipt_id: ReceiptId::new("r1").unwrap(),
        submission: Submission { submitted_at: sec(1200), auto: true },
        fresh: true,
    };
    let written = serde_json::to_value(Receipt::from(receipt)).unwrap();
    assert_eq!(written, json!({ "receiptId": "r1", "submittedAt": LATER, "auto": true }));
    assert_eq!(AnswerKept::from(Kept { rev: 100, changed: false }), AnswerKept { rev: 100 });
}
