//! The class that the tests play in: times, an exam of four questions, one of each kind, and who sits it.

use std::time::Duration;

use homeroom_assessment::{
    Answer, Assessment, AssessmentError, Attempt, Draft, HandedIn, Kept, Limits, NewAssessment, NewQuestion,
    QuestionId, Quiz, Sitting, Task,
};
use homeroom_contract::{ClassId, Timestamp, UserId};

/// Nine o'clock, when the exam opens.
pub(crate) fn nine() -> Timestamp {
    Timestamp::from_unix_millis(1_790_000_000_000)
}

/// So many seconds after nine.
pub(crate) fn sec(seconds: u64) -> Timestamp {
    nine().plus(Duration::from_secs(seconds))
}

/// So many milliseconds after nine.
pub(crate) fn milli(millis: u64) -> Timestamp {
    nine().plus(Duration::from_millis(millis))
}

pub(crate) fn user(id: &str) -> UserId {
    UserId::new(id).unwrap()
}

pub(crate) fn class() -> ClassId {
    ClassId::new("c1").unwrap()
}

pub(crate) fn limits() -> Limits {
    Limits::default()
}

pub(crate) fn options() -> Vec<String> {
    ["Golgi apparatus", "Mitochondrion", "Nucleus"].map(str::to_owned).to_vec()
}

pub(crate) fn question(task: Task) -> NewQuestion {
    NewQuestion { prompt: "What is it?".to_owned(), points: 2, task }
}

/// One of each kind; the text is to be marked by a person unless some are accepted.
pub(crate) fn questions(accepted: &[&str]) -> Vec<NewQuestion> {
    let accepted = accepted.iter().map(|text| (*text).to_owned()).collect();
    vec![
        question(Task::Choice { options: options(), correct: 1 }),
        question(Task::MultipleChoice { options: options(), correct: [0, 2].into() }),
        question(Task::Text { accepted }),
        question(Task::Number { correct: 6.5, tolerance: 0.5 }),
    ]
}

/// Twenty minutes, open for an hour from nine.
pub(crate) fn new_exam() -> NewAssessment {
    NewAssessment {
        class_id: class(),
        title: "Cells".to_owned(),
        questions: questions(&[]),
        duration_sec: 1200,
        opens_at: nine(),
        closes_at: sec(3600),
    }
}

pub(crate) fn exam() -> Assessment {
    Assessment::new(new_exam(), nine(), &limits()).unwrap()
}

pub(crate) fn ann(exam: &Assessment) -> Sitting {
    Sitting::new(exam.assessment_id.clone(), user("ann"))
}

/// Ann, who started then.
pub(crate) fn started(exam: &Assessment, at: Timestamp) -> Sitting {
    let mut sitting = ann(exam);
    assert!(sitting.start(exam, at, &limits()).unwrap().fresh);
    sitting
}

/// Ann's attempt, begun then.
pub(crate) fn attempt(exam: &Assessment, at: Timestamp) -> Attempt {
    started(exam, at).attempts.remove(0)
}

pub(crate) fn id_of(exam: &Assessment, question: usize) -> QuestionId {
    exam.questions[question].question_id.clone()
}

/// Saves Ann's answer to that question.
pub(crate) fn write(
    attempt: &mut Attempt,
    exam: &Assessment,
    question: usize,
    answer: Answer,
    rev: u64,
    at: Timestamp,
) -> Result<Kept, AssessmentError> {
    let draft = Draft { question_id: id_of(exam, question), answer, rev };
    attempt.save(&user("ann"), exam, draft, at, &limits())
}

/// Ann hands it in.
pub(crate) fn hand_in(attempt: &mut Attempt, at: Timestamp) -> HandedIn {
    attempt.submit(&user("ann"), at, &limits()).unwrap()
}

/// Saves Ann's answer to the first question.
pub(crate) fn save(
    attempt: &mut Attempt,
    exam: &Assessment,
    choice: i64,
    rev: u64,
    at: Timestamp,
) -> Result<Kept, AssessmentError> {
    write(attempt, exam, 0, Answer::Whole(choice), rev, at)
}

/// A quiz of four questions of thirty seconds.
pub(crate) fn quiz() -> Quiz {
    Quiz::new(class(), questions(&["osmosis"]), None, nine(), &limits()).unwrap()
}
