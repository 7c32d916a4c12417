//! Making and changing an assessment, and when it is open.

use homeroom_assessment::{
    Assessment, AssessmentError, AssessmentPatch, Extension, Limits, NewAssessment, Task,
};
use homeroom_contract::{Code, Failure, FieldError, Timestamp};

use crate::support::{exam, limits, new_exam, nine, options, question, sec};

fn refused(new: NewAssessment) -> AssessmentError {
    Assessment::new(new, nine(), &limits()).unwrap_err()
}

fn path(error: AssessmentError) -> String {
    let details = Failure::from(error).details.unwrap();
    serde_json::from_str::<serde_json::Value>(details.get()).unwrap()["path"].as_str().unwrap().to_owned()
}

#[test]
fn it_closes_after_it_opens() {
    for closes_at in [nine(), Timestamp::from_unix_millis(nine().unix_millis() - 1)] {
        assert_eq!(refused(NewAssessment { closes_at, ..new_exam() }), AssessmentError::ClosesBeforeItOpens);
    }
    let shortest = NewAssessment { closes_at: crate::support::milli(1), ..new_exam() };
    assert!(Assessment::new(shortest, nine(), &limits()).is_ok());
}

#[test]
fn its_times_are_of_years_that_every_client_can_read() {
    let opens_at = Timestamp::from_unix_millis(-1);
    assert_eq!(path(refused(NewAssessment { opens_at, ..new_exam() })), "opensAt");
    let year_3000 = Timestamp::from_unix_millis(32_503_680_000_000);
    assert_eq!(path(refused(NewAssessment { closes_at: year_3000, ..new_exam() })), "closesAt");
}

#[test]
fn what_is_wrong_with_a_question_is_named_by_its_place() {
    let more = |n: usize| (0..n).map(|option| format!("Option {option}")).collect::<Vec<_>>();
    for (task, field, code) in [
        (Task::Choice { options: more(1), correct: 0 }, "task.options", Code::ValidationError),
        (Task::Choice { options: more(11), correct: 0 }, "task.options", Code::PayloadTooLarge),
        (
            Task::Choice { options: vec![" ".to_owned(); 2], correct: 0 },
            "task.options",
            Code::ValidationError,
        ),
        (Task::Choice { options: options(), correct: 3 }, "task.correct", Code::ValidationError),
        (
            Task::MultipleChoice { options: options(), correct: [].into() },
            "task.correct",
            Code::ValidationError,
        ),
        (
            Task::MultipleChoice { options: options(), correct: [0, 3].into() },
            "task.correct",
            Code::ValidationError,
        ),
        (Task::Text { accepted: vec![String::new()] }, "task.accepted", Code::ValidationError),
        (Task::Text { accepted: more(21) }, "task.accepted", Code::PayloadTooLarge),
        (Task::Number { correct: f64::NAN, tolerance: 0.0 }, "task.correct", Code::ValidationError),
        (Task::Number { correct: 1.0, tolerance: -0.1 }, "task.tolerance", Code::ValidationError),
    ] {
        let asked = vec![question(Task::Text { accepted: vec![] }), question(task.clone())];
        let error = refused(NewAssessment { questions: asked, ..new_exam() });
        assert_eq!((error.code(), path(error)), (code, format!("questions[1].{field}")), "{task:?}");
    }
}

#[test]
fn an_assessment_asks_something() {
    let error = refused(NewAssessment { questions: vec![], ..new_exam() });
    assert_eq!(error, FieldError::Blank { field: "questions" }.into());
}

#[test]
fn a_change_raises_the_version_and_keeps_what_it_does_not_name() {
    let old = exam();
    let patch = AssessmentPatch { title: Some("Cells II".to_owned()), ..AssessmentPatch::default() };
    let new = old.updated(patch, Some(1), true, sec(1), &limits()).unwrap();
    assert_eq!(new, Assessment { title: "Cells II".to_owned(), version: 2, ..old });
}

#[test]
fn a_stale_version_is_refused_with_what_stands() {
    let stands = exam();
    let refused = stands.updated(AssessmentPatch::default(), Some(7), false, sec(1), &limits()).unwrap_err();
    assert_eq!(refused.code(), Code::VersionConflict);
    assert_eq!(refused, AssessmentError::StaleAssessment(Box::new(stands)));
}

#[test]
fn once_it_is_started_nothing_but_its_title_changes() {
    let none = AssessmentPatch::default;
    for patch in [
        AssessmentPatch { duration_sec: Some(60), ..none() },
        AssessmentPatch { opens_at: Some(sec(1)), ..none() },
        AssessmentPatch { closes_at: Some(sec(7200)), ..none() },
        AssessmentPatch { questions: Some(new_exam().questions.split_off(1)), ..none() },
    ] {
        assert!(exam().updated(patch.clone(), None, false, nine(), &limits()).is_ok(), "{patch:?}");
        let refused = exam().updated(patch, None, true, nine(), &limits());
        assert_eq!(refused.map_err(|error| error.code()), Err(Code::Locked));
    }
}

#[test]
fn what_is_sent_as_it_stands_changes_nothing_started_or_not() {
    let old = exam();
    let same = AssessmentPatch {
        title: Some(old.title.clone()),
        questions: Some(new_exam().questions),
        duration_sec: Some(old.duration_sec),
        opens_at: Some(old.opens_at),
        closes_at: Some(old.closes_at),
    };
    for patch in [AssessmentPatch::default(), same.clone()] {
        assert_eq!(old.updated(patch, None, true, sec(1), &limits()), Ok(old.clone()), "its version too");
    }
    let title = AssessmentPatch { title: Some("Cells II".to_owned()), ..same };
    let new = old.updated(title, None, true, sec(1), &limits()).unwrap();
    assert_eq!((new.version, new.questions), (2, old.questions), "its questions keep their ids");
}

#[test]
fn a_change_may_not_make_it_worse_than_a_new_one_may_be() {
    let patch = AssessmentPatch { closes_at: Some(nine()), ..AssessmentPatch::default() };
    let refused = exam().updated(patch, None, false, nine(), &limits());
    assert_eq!(refused, Err(AssessmentError::ClosesBeforeItOpens));
}

#[test]
fn an_attempt_lasts_its_duration_or_until_it_closes() {
    let (exam, none) = (exam(), Extension::default());
    assert_eq!(exam.expiry_of_a_start(&none, nine()), Ok(sec(1200)));
    assert_eq!(exam.expiry_of_a_start(&none, sec(3000)), Ok(sec(3600)), "ten minutes before it closes");
    let before = Timestamp::from_unix_millis(nine().unix_millis() - 1);
    let early = exam.expiry_of_a_start(&none, before).unwrap_err();
    assert_eq!((early.code(), early), (Code::Locked, AssessmentError::NotOpenYet { opens_at: nine() }));
    let late = exam.expiry_of_a_start(&none, sec(3600)).unwrap_err();
    assert_eq!((late.code(), late), (Code::Expired, AssessmentError::Closed));
}

#[test]
fn nobody_starts_while_it_is_paused_and_it_closes_later_by_that_time() {
    let mut exam = exam();
    assert!(exam.hold(sec(600)));
    assert!(!exam.hold(sec(700)), "it is paused since 600");
    assert_eq!(exam.expiry_of_a_start(&Extension::default(), sec(800)), Err(AssessmentError::Paused));
    assert!(exam.release(sec(900)));
    assert!(!exam.release(sec(950)));
    assert_eq!((exam.closes_at, exam.version), (sec(3900), 3), "paused, and gone on");
    assert!(exam.expiry_of_a_start(&Extension::default(), sec(3899)).is_ok());
}

#[test]
fn a_pause_gives_back_only_what_was_lost_while_it_was_open() {
    let mut early = exam();
    early.hold(Timestamp::from_unix_millis(nine().unix_millis() - 500_000));
    early.release(sec(100));
    assert_eq!(early.closes_at, sec(3700), "paused before it opened");
    let mut late = exam();
    late.hold(sec(3600));
    late.release(sec(9000));
    let none = Extension::default();
    assert_eq!(late.expiry_of_a_start(&none, sec(9000)), Err(AssessmentError::Closed), "it was closed");
}

#[test]
fn who_has_more_time_gets_back_what_was_lost_of_the_own_time() {
    let mut exam = exam();
    let longer = Extension { added_sec: 600, multiplier: None };
    // For the others it closed at 3600, for who has more time at 4200.
    exam.hold(sec(3900));
    exam.release(sec(5000));
    assert_eq!(exam.closes_for(&longer), sec(5300), "300 were left");
    assert!(exam.expiry_of_a_start(&longer, sec(5299)).is_ok());
    let others = exam.expiry_of_a_start(&Extension::default(), sec(5000));
    assert_eq!(others, Err(AssessmentError::Closed));
}

#[test]
fn a_title_can_be_changed_after_a_pause_has_stretched_the_window() {
    let limits = Limits { window_days: 1, ..limits() };
    let new = NewAssessment { closes_at: sec(86_400), ..new_exam() };
    let mut exam = Assessment::new(new, nine(), &limits).unwrap();
    exam.hold(sec(10));
    exam.release(sec(20));
    let patch = AssessmentPatch { title: Some("Cells II".to_owned()), ..AssessmentPatch::default() };
    assert!(exam.updated(patch, None, true, sec(30), &limits).is_ok());
}
