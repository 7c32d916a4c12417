//! Who receives what: rooms are read back, so a room that this namespace doesn't have fails here.

use homeroom_assessment::{
    Alert, AlertKind, AlertRaised, Answer, AnswerSaved, AssessmentCreated, AssessmentId, AssessmentRoom,
    AssessmentUpdated, AttemptId, AttemptPaused, AttemptReset, AttemptResumed, AttemptStarted, Extension,
    MessageFor, ProctorMessageId, ProctorMessageSent, QuizCreated, QuizSessionId, Seat, TimeExtended,
    TimerWarned,
};
use homeroom_contract::{DomainEvent, Room};
use serde_json::{Value, json};

use crate::support::{attempt, exam, id_of, limits, nine, quiz, sec, user, write};

/// Rooms and payload of each delivery.
fn deliveries(event: &impl DomainEvent) -> Vec<(Vec<AssessmentRoom>, Value)> {
    event
        .deliveries()
        .into_iter()
        .map(|delivery| {
            let rooms = delivery.rooms.iter().map(|room| AssessmentRoom::read(room).unwrap()).collect();
            (rooms, serde_json::from_str(delivery.payload.unwrap().get()).unwrap())
        })
        .collect()
}

fn rooms(event: &impl DomainEvent) -> Vec<AssessmentRoom> {
    deliveries(event).into_iter().flat_map(|(rooms, _)| rooms).collect()
}

#[test]
fn what_a_student_answers_goes_to_that_student_alone() {
    let exam = exam();
    let seat = Seat::new(&exam, user("ann"));
    let (attempt_id, question_id) = (AttemptId::generate(nine()), id_of(&exam, 0));
    let saved = AnswerSaved { seat, attempt_id, question_id, answer: Answer::Whole(1), rev: 1 };
    assert_eq!(rooms(&saved), [AssessmentRoom::Student(exam.assessment_id, user("ann"))]);
}

#[test]
fn what_was_handed_in_is_told_to_staff_and_that_student_without_answers() {
    let exam = exam();
    let mut attempt = attempt(&exam, nine());
    let essay = Answer::Text("Secret essay".to_owned());
    write(&mut attempt, &exam, 2, essay, 1, sec(1)).unwrap();
    attempt.settle(sec(1200), &limits());
    let (expired, submitted) = attempt.told(&exam).unwrap();
    let both = [
        AssessmentRoom::Staff(exam.assessment_id.clone()),
        AssessmentRoom::Student(exam.assessment_id.clone(), user("ann")),
    ];
    assert_eq!((rooms(&expired.unwrap()), rooms(&submitted)), (both.to_vec(), both.to_vec()));
    assert!(!serde_json::to_string(&submitted).unwrap().contains("Secret"), "not in the journal either");
    let sent = deliveries(&submitted)[0].1.to_string();
    assert!(!sent.contains("Secret") && !sent.contains("earned"), "{sent}");
}

#[test]
fn an_alert_is_for_staff_only() {
    let exam = exam();
    let alert = Alert::new(user("ann"), AlertKind::Pasted, None, user("ann"), nine(), &limits()).unwrap();
    let raised =
        AlertRaised { class_id: exam.class_id.clone(), assessment_id: exam.assessment_id.clone(), alert };
    assert_eq!(rooms(&raised), [AssessmentRoom::Staff(exam.assessment_id)]);
}

#[test]
fn why_an_attempt_was_reset_is_for_staff_only() {
    let exam = exam();
    let reset = AttemptReset {
        seat: Seat::new(&exam, user("ann")),
        attempt_id: AttemptId::generate(nine()),
        reset_by: user("tina"),
        reason: "Suspected of copying".to_owned(),
    };
    let told = deliveries(&reset);
    assert_eq!(told[0].0, [AssessmentRoom::Staff(exam.assessment_id.clone())]);
    assert_eq!(told[0].1["reason"], "Suspected of copying");
    assert_eq!(told[1].0, [AssessmentRoom::Student(exam.assessment_id, user("ann"))]);
    assert_eq!(told[1].1.get("reason"), None);
}

#[test]
fn a_warning_is_for_that_student_and_the_rest_of_the_clock_for_staff_too() {
    let exam = exam();
    let (seat, attempt_id) = (Seat::new(&exam, user("ann")), AttemptId::generate(nine()));
    let staff = AssessmentRoom::Staff(exam.assessment_id.clone());
    let student = AssessmentRoom::Student(exam.assessment_id, user("ann"));
    let warned = TimerWarned {
        seat: seat.clone(),
        attempt_id: attempt_id.clone(),
        seconds_left: 60,
        expires_at: sec(60),
    };
    assert_eq!(rooms(&warned), std::slice::from_ref(&student));
    let both = [staff, student];
    let started = AttemptStarted {
        seat: seat.clone(),
        attempt_id: attempt_id.clone(),
        started_at: nine(),
        expires_at: sec(60),
    };
    assert_eq!(rooms(&started), both);
    let paused = AttemptPaused {
        seat: seat.clone(),
        attempt_id: attempt_id.clone(),
        seconds_left: 60,
        paused_by: user("tina"),
    };
    assert_eq!(rooms(&paused), both);
    let resumed =
        AttemptResumed { seat: seat.clone(), attempt_id, expires_at: sec(60), resumed_by: user("tina") };
    assert_eq!(rooms(&resumed), both);
    let extended = TimeExtended { seat, expires_at: None, extra_sec: 60, extended_by: user("tina") };
    assert_eq!(rooms(&extended), both);
}

#[test]
fn a_message_to_one_names_no_other() {
    let exam = exam();
    let message = |message_for| ProctorMessageSent {
        class_id: exam.class_id.clone(),
        assessment_id: exam.assessment_id.clone(),
        message_id: ProctorMessageId::generate(nine()),
        body: "Ten more minutes".to_owned(),
        sent_by: user("tina"),
        message_for,
    };
    let student = |id| AssessmentRoom::Student(exam.assessment_id.clone(), user(id));
    let staff = AssessmentRoom::Staff(exam.assessment_id.clone());
    let one = message(MessageFor::Student(user("ann")));
    assert_eq!(rooms(&one), [staff.clone(), student("ann")]);
    assert_eq!(deliveries(&one)[0].1["studentId"], "ann");
    let all = message(MessageFor::Everyone(vec![user("ann"), user("ben")]));
    assert_eq!(rooms(&all), [staff, student("ann"), student("ben")]);
    assert_eq!(deliveries(&all)[0].1.get("studentId"), None);
}

#[test]
fn what_is_new_is_told_to_the_staff_of_the_class_once_each_without_its_questions() {
    let staff = || vec![user("tina"), user("tom")];
    let devices = [AssessmentRoom::User(user("tina")), AssessmentRoom::User(user("tom"))];
    let created = AssessmentCreated::new(&exam(), user("tina"), staff());
    let quiz = QuizCreated::new(&quiz(), user("tina"), staff());
    assert_eq!((rooms(&created), rooms(&quiz)), (devices.to_vec(), devices.to_vec()));
    for body in [serde_json::to_string(&created).unwrap(), serde_json::to_string(&quiz).unwrap()] {
        assert!(!body.contains("correct") && !body.contains("Nucleus"), "{body}");
    }
}

#[test]
fn students_who_wait_for_the_start_hear_of_a_pause_and_of_new_times_each_with_the_own_end() {
    let mut exam = exam();
    exam.hold(sec(60));
    let longer = Extension { added_sec: 600, multiplier: None };
    let students = [(user("ann"), Extension::default()), (user("ben"), longer)];
    let told = deliveries(&AssessmentUpdated::new(&exam, students, user("tina")));
    let student = |id| AssessmentRoom::Student(exam.assessment_id.clone(), user(id));
    assert_eq!(told[0].0, [AssessmentRoom::Staff(exam.assessment_id.clone()), student("ann")]);
    assert_eq!(told[1].0, [student("ben")]);
    let seen =
        |n: usize| (&told[n].1["onHold"], told[n].1["closesAt"].as_str().unwrap(), &told[n].1["extraSec"]);
    assert_eq!(seen(0), (&json!(true), sec(3600).to_string().as_str(), &json!(0)));
    assert_eq!(seen(1), (&json!(true), sec(4200).to_string().as_str(), &json!(600)));
    assert!(!told[0].1.to_string().contains("ben"), "nobody learns of another");
}

#[test]
fn a_quiz_question_goes_to_everyone_without_the_answer_and_a_score_to_the_player() {
    let mut quiz = quiz();
    let everyone = [AssessmentRoom::Quiz(quiz.session_id.clone())];
    let opened = quiz.start(nine()).unwrap().opened.unwrap();
    assert_eq!(rooms(&opened), everyone);
    for text in [serde_json::to_string(&opened).unwrap(), deliveries(&opened)[0].1.to_string()] {
        assert!(!text.contains("correct"), "{text}");
    }
    let question = opened.question.question_id;
    quiz.answer(&user("ann"), &question, Answer::Whole(1), nine(), &limits()).unwrap();
    let turn = quiz.settle(sec(30), &limits()).unwrap();
    assert_eq!(rooms(&turn.closed.unwrap()), everyone);
    assert_eq!(rooms(&turn.leaderboard.unwrap()), everyone);
    assert_eq!(rooms(&turn.scores[0]), [AssessmentRoom::User(user("ann"))]);
}

#[test]
fn a_room_is_read_as_it_is_written_and_no_id_opens_another() {
    let id = |text: &str| AssessmentId::new(text).unwrap();
    for (room, text) in [
        (AssessmentRoom::Staff(id("a:student")), "assessment:a%3Astudent:staff"),
        (AssessmentRoom::Student(id("a"), user("x:y")), "assessment:a:student:x%3Ay"),
        (AssessmentRoom::Quiz(QuizSessionId::new("q").unwrap()), "quiz:q"),
        (AssessmentRoom::User(user("ann")), "user:ann"),
    ] {
        assert_eq!(room.room().as_str(), text);
        assert_eq!(AssessmentRoom::read(&room.room()), Some(room));
    }
    assert_eq!(AssessmentRoom::read(&Room::parse("assessment:a").unwrap()), None);
    assert_eq!(AssessmentRoom::Staff(id("a")).assessment(), Some(&id("a")));
    assert_eq!(AssessmentRoom::User(user("ann")).assessment(), None);
    let quiz = QuizSessionId::new("q").unwrap();
    assert_eq!(AssessmentRoom::Quiz(quiz.clone()).quiz(), Some(&quiz));
    assert_eq!(AssessmentRoom::Staff(id("a")).quiz(), None);
}
