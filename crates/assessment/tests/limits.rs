//! Every limit, at its end and one beyond it, and that a setting can change it.

use homeroom_assessment::{
    Alert, AlertKind, Answer, Assessment, AssessmentError, Limits, NewAssessment, NewQuestion, Quiz,
    ReportedProgress, Task, Whom, check_message, leaderboard,
};
use homeroom_contract::{Code, FieldError};

use crate::support::{
    attempt, class, exam, limits, new_exam, nine, options, question, quiz, sec, user, write,
};

fn made(new: NewAssessment) -> Result<(), Code> {
    Assessment::new(new, nine(), &limits()).map(drop).map_err(|error| error.code())
}

fn asking(question: NewQuestion) -> Result<(), Code> {
    made(NewAssessment { questions: vec![question], ..new_exam() })
}

fn long(chars: usize) -> String {
    "ü".repeat(chars)
}

const TOO_LARGE: Result<(), Code> = Err(Code::PayloadTooLarge);
const INVALID: Result<(), Code> = Err(Code::ValidationError);

#[test]
fn of_an_assessment() {
    let title = |chars| made(NewAssessment { title: long(chars), ..new_exam() });
    assert_eq!((title(255), title(256), title(0)), (Ok(()), TOO_LARGE, INVALID));
    let one = || question(Task::Text { accepted: vec![] });
    let questions = |count| made(NewAssessment { questions: vec![one(); count], ..new_exam() });
    assert_eq!((questions(200), questions(201)), (Ok(()), TOO_LARGE));
    let duration = |duration_sec| made(NewAssessment { duration_sec, ..new_exam() });
    assert_eq!(
        (duration(0), duration(1), duration(86_400), duration(86_401)),
        (INVALID, Ok(()), Ok(()), INVALID)
    );
    let window = |seconds| made(NewAssessment { closes_at: sec(seconds), ..new_exam() });
    assert_eq!((window(366 * 86_400), window(366 * 86_400 + 1)), (Ok(()), INVALID));
}

#[test]
fn of_a_question() {
    let text = |accepted| Task::Text { accepted };
    let prompt = |chars| asking(NewQuestion { prompt: long(chars), ..question(text(vec![])) });
    assert_eq!((prompt(5000), prompt(5001)), (Ok(()), TOO_LARGE));
    let points = |points| asking(NewQuestion { points, ..question(text(vec![])) });
    assert_eq!((points(0), points(1), points(100), points(101)), (INVALID, Ok(()), Ok(()), INVALID));
    let options = |count| asking(question(Task::Choice { options: vec![long(1); count], correct: 0 }));
    assert_eq!((options(1), options(2), options(10), options(11)), (INVALID, Ok(()), Ok(()), TOO_LARGE));
    let option = |chars| asking(question(Task::Choice { options: vec![long(chars); 2], correct: 0 }));
    assert_eq!((option(500), option(501)), (Ok(()), TOO_LARGE));
    let accepted = |count| asking(question(text(vec![long(500); count])));
    assert_eq!((accepted(20), accepted(21)), (Ok(()), TOO_LARGE));
    assert_eq!(asking(question(text(vec![long(501)]))), TOO_LARGE);
}

#[test]
fn of_an_answer() {
    let exam = exam();
    let save = |chars| {
        let answer = Answer::Text(long(chars));
        let saved = write(&mut attempt(&exam, nine()), &exam, 2, answer, 1, sec(1));
        saved.map(drop).map_err(|error| error.code())
    };
    assert_eq!((save(10_000), save(10_001)), (Ok(()), TOO_LARGE));
    let answer = |chars| {
        let mut quiz = Quiz { questions: quiz().questions.split_off(2), ..quiz() };
        let opened = quiz.start(nine()).unwrap().opened.unwrap();
        let answer = Answer::Text(long(chars));
        let taken = quiz.answer(&user("ann"), &opened.question.question_id, answer, sec(1), &limits());
        taken.map(drop).map_err(|error| error.code())
    };
    assert_eq!((answer(500), answer(501)), (Ok(()), TOO_LARGE));
}

#[test]
fn of_those_who_watch() {
    let students = |count: usize| {
        let students = (0..count).map(|n| user(&format!("s{n}"))).collect();
        Whom::said(Some(students), None, &limits()).map(drop).map_err(|error| error.code())
    };
    assert_eq!((students(500), students(501)), (Ok(()), TOO_LARGE));
    let reason = |chars| {
        let reset = attempt(&exam(), nine()).reset(&user("tina"), &long(chars), sec(1), &limits());
        reset.map(drop).map_err(|error| error.code())
    };
    assert_eq!((reason(500), reason(501)), (Ok(()), TOO_LARGE));
    let alert = |kind, detail| {
        let raised = Alert::new(user("ann"), kind, detail, user("ann"), nine(), &limits());
        raised.map(drop).map_err(|error| error.code())
    };
    let detail = |chars| alert(AlertKind::Copied, Some(long(chars)));
    assert_eq!((detail(500), detail(501), detail(0)), (Ok(()), TOO_LARGE, INVALID));
    assert_eq!((alert(AlertKind::Copied, None), alert(AlertKind::Other, None)), (Ok(()), INVALID));
    let message = |chars| check_message(&long(chars), &limits()).map_err(|error| error.code());
    assert_eq!((message(2000), message(2001), message(0)), (Ok(()), TOO_LARGE, INVALID));
}

#[test]
fn of_reported_progress() {
    let check = |questions_answered, total_questions, time_elapsed| {
        let report = ReportedProgress { questions_answered, total_questions, time_elapsed };
        report.checked(4, &limits()).map(drop)
    };
    let out = |field, max: &str| {
        Err(AssessmentError::Field(FieldError::OutOfRange {
            field,
            min: "0".to_owned(),
            max: max.to_owned(),
        }))
    };
    assert_eq!(check(4, 4, 4 * 86_400 + 86_400), Ok(()));
    assert_eq!(check(0, 0, 0), Ok(()));
    assert_eq!(check(4, 3, 0), out("questionsAnswered", "3"));
    assert_eq!(check(0, 5, 0), out("totalQuestions", "4"));
    assert_eq!(check(0, 4, 5 * 86_400 + 1), out("timeElapsed", "432000"));
}

#[test]
fn of_a_quiz() {
    let seconds = |seconds| {
        let asked = vec![question(Task::Choice { options: options(), correct: 0 })];
        let quiz = Quiz::new(class(), asked, seconds, nine(), &limits());
        quiz.map(|quiz| quiz.question_sec).map_err(|error| error.code())
    };
    let invalid = Err(Code::ValidationError);
    assert_eq!((seconds(Some(4)), seconds(Some(5))), (invalid, Ok(5)));
    assert_eq!((seconds(Some(600)), seconds(Some(601))), (Ok(600), invalid));
    assert_eq!(seconds(None), Ok(30));
    let players = (0..11).map(|n| (user(&format!("s{n}")), homeroom_assessment::Player::default())).collect();
    assert_eq!(leaderboard(&players, &limits()).len(), 10);
}

#[test]
fn each_is_a_setting_and_an_unknown_one_is_refused() {
    let few: Limits = serde_json::from_str(r#"{"questions":1,"warn_at_sec":[120]}"#).unwrap();
    assert_eq!(few, Limits { questions: 1, warn_at_sec: vec![120], ..limits() });
    assert_eq!(Assessment::new(new_exam(), nine(), &few).unwrap_err().code(), Code::PayloadTooLarge);
    assert!(serde_json::from_str::<Limits>(r#"{"question":1}"#).is_err());
}
