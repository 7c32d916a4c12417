//! One student's attempt: starting, saving, handing in, running out, and starting over.

use homeroom_assessment::{
    Answer, AssessmentError, AttemptId, Extra, HandedIn, Kept, Limits, Marked, QuestionId, Seat, Sitting,
    Standing, Submission,
};
use homeroom_contract::{Code, FieldError};
use proptest::prelude::*;

use crate::support::{ann, attempt, exam, id_of, limits, milli, nine, save, sec, started, user};

#[test]
fn a_second_start_gives_the_same_attempt() {
    let exam = exam();
    let mut sitting = started(&exam, nine());
    let first = sitting.attempts[0].clone();
    let again = sitting.start(&exam, sec(600), &limits()).unwrap();
    assert_eq!((again.fresh, again.attempt), (false, &first));
    assert_eq!(sitting.attempts.len(), 1);
}

#[test]
fn a_start_after_the_end_says_how_it_ended() {
    let exam = exam();
    let mut submitted = started(&exam, nine());
    submitted.current_mut().unwrap().submit(sec(60), &limits()).unwrap();
    let again = submitted.start(&exam, sec(61), &limits()).map(|start| start.fresh);
    assert_eq!(again, Err(AssessmentError::AlreadySubmitted));
    let mut ran_out = started(&exam, nine());
    let again = ran_out.start(&exam, sec(1200), &limits()).map(|start| start.fresh);
    assert_eq!(again, Err(AssessmentError::TimeRanOut { expired_at: sec(1200) }));
}

#[test]
fn an_answer_counts_up_to_the_last_millisecond_and_not_after_it() {
    let exam = exam();
    let mut attempt = attempt(&exam, nine());
    assert_eq!(save(&mut attempt, &exam, 1, 1, milli(1_199_999)), Ok(Kept { rev: 1, changed: true }));
    let late = save(&mut attempt, &exam, 2, 2, milli(1_200_000)).unwrap_err();
    assert_eq!(late.code(), Code::Expired);
    assert_eq!(attempt.answers[&id_of(&exam, 0)].answer, Answer::Whole(1));
}

#[test]
fn a_grace_takes_answers_a_little_longer_and_hands_in_as_of_the_end() {
    let exam = exam();
    let grace = Limits { grace_ms: 2000, ..limits() };
    let mut attempt = attempt(&exam, nine());
    let mut save = |rev, at| attempt.save(&exam, &id_of(&exam, 0), Answer::Whole(1), rev, at, &grace);
    assert!(save(1, milli(1_201_999)).is_ok());
    assert_eq!(save(2, milli(1_202_000)).unwrap_err().code(), Code::Expired);
    assert_eq!(attempt.settle(sec(1300), &grace), Some(Submission { submitted_at: sec(1200), auto: true }));
}

#[test]
fn a_late_older_answer_changes_nothing_and_is_told_what_stands() {
    let exam = exam();
    let mut attempt = attempt(&exam, nine());
    save(&mut attempt, &exam, 1, 5, sec(1)).unwrap();
    let before = attempt.clone();
    assert_eq!(save(&mut attempt, &exam, 2, 4, sec(2)), Ok(Kept { rev: 5, changed: false }));
    assert_eq!(save(&mut attempt, &exam, 1, 5, sec(2)), Ok(Kept { rev: 5, changed: false }), "a repeat");
    assert_eq!(attempt, before);
}

#[test]
fn two_devices_that_write_at_once_are_told() {
    let exam = exam();
    let mut attempt = attempt(&exam, nine());
    save(&mut attempt, &exam, 1, 5, sec(1)).unwrap();
    let Err(AssessmentError::StaleAnswer(current)) = save(&mut attempt, &exam, 2, 5, sec(2)) else {
        panic!("accepted")
    };
    assert_eq!((current.answer, current.rev), (Answer::Whole(1), 5));
}

#[test]
fn revs_begin_with_one_and_count_for_each_question_on_its_own() {
    let exam = exam();
    let mut attempt = attempt(&exam, nine());
    let refused = save(&mut attempt, &exam, 1, 0, sec(1));
    assert!(matches!(refused, Err(AssessmentError::Field(FieldError::OutOfRange { field: "rev", .. }))));
    save(&mut attempt, &exam, 1, 9, sec(1)).unwrap();
    let other = attempt.save(&exam, &id_of(&exam, 3), Answer::Whole(7), 1, sec(2), &limits());
    assert_eq!(other, Ok(Kept { rev: 1, changed: true }));
    assert_eq!(attempt.rev(), 9);
}

#[test]
fn an_answer_that_was_taken_back_is_none() {
    let exam = exam();
    let mut attempt = attempt(&exam, nine());
    save(&mut attempt, &exam, 1, 1, sec(1)).unwrap();
    assert_eq!(attempt.answered(), 1);
    attempt.save(&exam, &id_of(&exam, 0), Answer::Blank, 2, sec(2), &limits()).unwrap();
    assert_eq!((attempt.answered(), attempt.rev()), (0, 2));
}

#[test]
fn a_question_of_another_assessment_is_not_found() {
    let exam = exam();
    let other = QuestionId::generate(nine());
    let refused = attempt(&exam, nine()).save(&exam, &other, Answer::Whole(1), 1, sec(1), &limits());
    assert_eq!(refused, Err(AssessmentError::NotFound("question")));
}

#[test]
fn handing_in_again_gives_the_same_receipt_and_nothing_is_taken_after_it() {
    let exam = exam();
    let mut attempt = attempt(&exam, nine());
    let first = attempt.submit(sec(60), &limits()).unwrap();
    assert_eq!(first.submission, Submission { submitted_at: sec(60), auto: false });
    let again = attempt.submit(sec(5000), &limits()).unwrap();
    assert_eq!(again, HandedIn { fresh: false, ..first });
    assert_eq!(save(&mut attempt, &exam, 1, 1, sec(61)), Err(AssessmentError::AlreadySubmitted));
    assert_eq!(attempt.standing(sec(5000), &limits()), Standing::Submitted);
}

#[test]
fn who_hands_in_too_late_gets_the_receipt_of_what_was_handed_in_when_the_time_ran_out() {
    let exam = exam();
    let mut attempt = attempt(&exam, nine());
    let mut settled = attempt.clone();
    settled.settle(sec(1201), &limits());
    let late = attempt.submit(sec(4000), &limits()).unwrap();
    assert_eq!(late.submission, Submission { submitted_at: sec(1200), auto: true });
    assert!(late.fresh, "nobody had noticed");
    let noticed = settled.submit(sec(4000), &limits()).unwrap();
    assert_eq!(noticed, HandedIn { fresh: false, ..late });
}

#[test]
fn time_that_ran_out_is_told_twice_and_handing_in_once() {
    let exam = exam();
    let seat = Seat::new(&exam, user("ann"));
    let mut ran_out = attempt(&exam, nine());
    assert_eq!(ran_out.told(&seat), None, "it runs");
    ran_out.settle(sec(9000), &limits());
    let (expired, submitted) = ran_out.told(&seat).unwrap();
    assert_eq!(expired.unwrap().expired_at, sec(1200));
    assert!(submitted.auto);
    let mut by_hand = attempt(&exam, nine());
    by_hand.submit(sec(5), &limits()).unwrap();
    let (expired, submitted) = by_hand.told(&seat).unwrap();
    assert_eq!((expired, submitted.auto, submitted.submitted_at), (None, false, sec(5)));
}

#[test]
fn a_reset_attempt_is_kept_and_the_student_may_start_another() {
    let exam = exam();
    let mut sitting = started(&exam, nine());
    sitting.extend(&exam, Extra::AddSec(60), sec(1), &limits()).unwrap();
    let old = sitting.attempts[0].attempt_id.clone();
    let attempt = sitting.attempt_mut(&old).unwrap();
    attempt.submit(sec(10), &limits()).unwrap();
    attempt.reset(&user("tina"), "Fire alarm", sec(20), &limits()).unwrap();
    assert_eq!(attempt.standing(sec(20), &limits()), Standing::Reset);
    let refused = save(attempt, &exam, 1, 1, sec(21)).unwrap_err();
    assert_eq!((refused.code(), refused), (Code::Locked, AssessmentError::WasReset));
    assert_eq!(attempt.submit(sec(21), &limits()), Err(AssessmentError::WasReset));
    let twice = attempt.reset(&user("tina"), "Again", sec(22), &limits());
    assert_eq!(twice, Err(AssessmentError::WasReset));
    let new = sitting.start(&exam, sec(100), &limits()).unwrap();
    assert!(new.fresh);
    assert_eq!(new.attempt.expires_at, sec(100 + 1200 + 60), "the extension holds");
    assert_ne!(new.attempt.attempt_id, old);
    assert_eq!(sitting.attempts.len(), 2);
    assert_eq!(sitting.attempts[0].reset.as_ref().unwrap().reason, "Fire alarm");
}

#[test]
fn a_reset_needs_a_reason() {
    let refused = attempt(&exam(), nine()).reset(&user("tina"), " ", sec(1), &limits());
    assert_eq!(refused, Err(FieldError::Blank { field: "reason" }.into()));
}

#[test]
fn an_attempt_of_another_student_is_not_found() {
    let exam = exam();
    let found = ann(&exam).attempt_mut(&AttemptId::generate(nine())).map(|_| ());
    assert_eq!(found, Err(AssessmentError::NotFound("attempt")));
}

#[test]
fn what_was_handed_in_can_be_marked() {
    let exam = exam();
    let mut attempt = attempt(&exam, nine());
    let mut save = |question: usize, answer| {
        attempt.save(&exam, &id_of(&exam, question), answer, 1, sec(1), &limits()).unwrap();
    };
    save(0, Answer::Whole(1));
    save(1, Answer::Choices([0].into()));
    save(2, Answer::Text("An essay".to_owned()));
    let marked = attempt.marked(&exam);
    assert_eq!(marked, Marked { earned: 2, possible: 8, by_hand: vec![id_of(&exam, 2)] });
}

#[test]
fn alerts_are_counted_while_it_lasts() {
    let mut attempt = attempt(&exam(), nine());
    assert_eq!(attempt.alerted(sec(1), &limits()), Ok(1));
    assert_eq!(attempt.alerted(sec(2), &limits()), Ok(2));
    assert!(attempt.alerted(sec(1200), &limits()).is_err());
}

/// What may be done to a sitting, at a time after the last.
#[derive(Debug, Clone)]
enum Deed {
    Start,
    Save(i64, u32),
    Submit,
    Settle,
    Pause,
    Resume,
    Extend(u32),
    Warn,
    Reset,
}

fn some_deeds() -> impl Strategy<Value = Vec<(u64, Deed)>> {
    let deed = prop_oneof![
        2 => Just(Deed::Start),
        6 => (0..3_i64, 1..6_u32).prop_map(|(choice, rev)| Deed::Save(choice, rev)),
        1 => Just(Deed::Submit),
        2 => Just(Deed::Settle),
        2 => Just(Deed::Pause),
        2 => Just(Deed::Resume),
        1 => (1..600_u32).prop_map(Deed::Extend),
        1 => Just(Deed::Warn),
        1 => Just(Deed::Reset),
    ];
    prop::collection::vec((0..400_u64, deed), 0..30)
}

fn play(
    sitting: &mut Sitting,
    exam: &homeroom_assessment::Assessment,
    deed: &Deed,
    at: homeroom_contract::Timestamp,
) {
    let limits = limits();
    if let Deed::Start = deed {
        let _ = sitting.start(exam, at, &limits);
    } else if let Deed::Extend(add) = deed {
        let _ = sitting.extend(exam, Extra::AddSec(*add), at, &limits);
    }
    let Some(attempt) = sitting.current_mut() else { return };
    match deed {
        Deed::Save(choice, rev) => _ = save(attempt, exam, *choice, *rev, at),
        Deed::Submit => _ = attempt.submit(at, &limits),
        Deed::Settle => _ = attempt.settle(at, &limits),
        Deed::Pause => _ = attempt.pause(at, &limits),
        Deed::Resume => _ = attempt.resume(at, &limits),
        Deed::Warn => _ = attempt.warn(at, &limits),
        Deed::Reset => _ = attempt.reset(&user("tina"), "Ill", at, &limits),
        Deed::Start | Deed::Extend(_) => {}
    }
}

proptest! {
    /// Whoever looks whenever: where an attempt stands, and what is handed in, are the same whether somebody settled it on the
    /// way or only at the end, and it comes back from being stored as it was.
    #[test]
    fn looking_changes_nothing_and_so_does_storing(deeds in some_deeds(), rest in 0..5000_u64) {
        let (exam, limits) = (exam(), limits());
        let (mut watched, mut alone, mut now) = (ann(&exam), ann(&exam), 0);
        for (later, deed) in &deeds {
            now += later;
            if let Some(attempt) = watched.current_mut() {
                attempt.settle(sec(now), &limits);
            }
            play(&mut watched, &exam, deed, sec(now));
            if !matches!(deed, Deed::Settle) {
                play(&mut alone, &exam, deed, sec(now));
            }
            let stored = serde_json::to_string(&alone).unwrap();
            prop_assert_eq!(serde_json::from_str::<Sitting>(&stored).unwrap(), alone.clone());
        }
        let end = sec(now + rest);
        for sitting in [&mut watched, &mut alone] {
            sitting.current_mut().and_then(|attempt| attempt.settle(end, &limits));
        }
        let seen = |sitting: &Sitting| -> Vec<_> {
            let attempts = sitting.attempts.iter();
            attempts.map(|attempt| {
                let answers: Vec<_> = attempt.answers.values().cloned().collect();
                // One that was reset may have been reset before anybody noticed that its time was over.
                let submission = attempt.submission.filter(|_| attempt.reset.is_none());
                (attempt.standing(end, &limits), submission, answers, attempt.expires_at)
            }).collect()
        };
        prop_assert_eq!(seen(&watched), seen(&alone));
    }

    /// A saved answer only ever gives way to a higher rev, and none is saved at or after the end.
    #[test]
    fn answers_only_go_forward_and_never_past_the_end(deeds in some_deeds()) {
        let exam = exam();
        let (mut sitting, mut now) = (started(&exam, nine()), 0);
        for (later, deed) in deeds {
            now += later;
            let before = sitting.current().cloned();
            play(&mut sitting, &exam, &deed, sec(now));
            if let (Some(before), Some(after)) = (before, sitting.current())
                && before.attempt_id == after.attempt_id
            {
                prop_assert!(after.rev() >= before.rev());
                if after.answers != before.answers {
                    prop_assert!(after.rev() > before.rev());
                    prop_assert!(sec(now) < before.expires_at && before.submission.is_none());
                }
                prop_assert!(before.submission.is_none() || after.submission == before.submission);
            }
        }
    }

    /// Whatever came before, at most one attempt counts, and it is the last.
    #[test]
    fn at_most_one_attempt_counts(deeds in some_deeds()) {
        let exam = exam();
        let (mut sitting, mut now) = (ann(&exam), 0);
        for (later, deed) in deeds {
            now += later;
            play(&mut sitting, &exam, &deed, sec(now));
        }
        let earlier = sitting.attempts.len().saturating_sub(1);
        prop_assert!(sitting.attempts[..earlier].iter().all(|attempt| attempt.reset.is_some()));
    }
}
