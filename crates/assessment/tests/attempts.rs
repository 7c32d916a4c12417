//! One student's attempt: starting, saving, handing in, running out, and starting over.

use homeroom_assessment::{
    Answer, AssessmentError, Draft, Extra, HandedIn, Kept, Limits, Mark, Marked, MarkedAttempt, QuestionId,
    Sitting, Standing, Submission,
};
use homeroom_contract::{Code, FieldError};

use crate::support::{
    ann, attempt, exam, hand_in, id_of, limits, milli, nine, save, sec, started, user, write,
};

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
    hand_in(submitted.current_mut().unwrap(), sec(60));
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
    let mut save = |rev, at| {
        let draft = Draft { question_id: id_of(&exam, 0), answer: Answer::Whole(1), rev };
        attempt.save(&user("ann"), &exam, draft, at, &grace)
    };
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
    let other = write(&mut attempt, &exam, 3, Answer::Whole(7), 1, sec(2));
    assert_eq!(other, Ok(Kept { rev: 1, changed: true }));
    assert_eq!(attempt.rev(), 9);
}

#[test]
fn milliseconds_may_be_counted_with_and_nothing_that_a_client_cannot_count_exactly() {
    let exam = exam();
    let mut attempt = attempt(&exam, nine());
    let highest = 9_007_199_254_740_991;
    for rev in [1_790_000_000_000, highest] {
        assert_eq!(save(&mut attempt, &exam, 1, rev, sec(1)), Ok(Kept { rev, changed: true }));
    }
    let refused = save(&mut attempt, &exam, 1, highest + 1, sec(1)).unwrap_err();
    assert_eq!(refused.code(), Code::ValidationError);
}

#[test]
fn an_answer_that_was_taken_back_is_none() {
    let exam = exam();
    let mut attempt = attempt(&exam, nine());
    save(&mut attempt, &exam, 1, 1, sec(1)).unwrap();
    assert_eq!(attempt.answered(), 1);
    write(&mut attempt, &exam, 0, Answer::Blank, 2, sec(2)).unwrap();
    assert_eq!((attempt.answered(), attempt.rev()), (0, 2));
}

#[test]
fn a_question_of_another_assessment_is_not_found() {
    let exam = exam();
    let draft = Draft { question_id: QuestionId::generate(nine()), answer: Answer::Whole(1), rev: 1 };
    let refused = attempt(&exam, nine()).save(&user("ann"), &exam, draft, sec(1), &limits());
    assert_eq!(refused, Err(AssessmentError::NotFound("question")));
}

#[test]
fn handing_in_again_gives_the_same_receipt_and_nothing_is_taken_after_it() {
    let exam = exam();
    let mut attempt = attempt(&exam, nine());
    let first = hand_in(&mut attempt, sec(60));
    assert_eq!(first.submission, Submission { submitted_at: sec(60), auto: false });
    let again = hand_in(&mut attempt, sec(5000));
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
    let late = hand_in(&mut attempt, sec(4000));
    assert_eq!(late.submission, Submission { submitted_at: sec(1200), auto: true });
    assert!(late.fresh, "nobody had noticed");
    let noticed = hand_in(&mut settled, sec(4000));
    assert_eq!(noticed, HandedIn { fresh: false, ..late });
}

#[test]
fn time_that_ran_out_is_told_twice_and_handing_in_once() {
    let exam = exam();
    let mut ran_out = attempt(&exam, nine());
    assert_eq!(ran_out.told(&exam), None, "it runs");
    ran_out.settle(sec(9000), &limits());
    let (expired, submitted) = ran_out.told(&exam).unwrap();
    assert_eq!(expired.unwrap().expired_at, sec(1200));
    assert!(submitted.auto);
    assert_eq!((submitted.seat.student_id, submitted.seat.class_id), (user("ann"), exam.class_id.clone()));
    let mut by_hand = attempt(&exam, nine());
    hand_in(&mut by_hand, sec(5));
    let (expired, submitted) = by_hand.told(&exam).unwrap();
    assert_eq!((expired, submitted.auto, submitted.submitted_at), (None, false, sec(5)));
}

#[test]
fn a_reset_attempt_is_kept_and_the_student_may_start_another() {
    let exam = exam();
    let mut sitting = started(&exam, nine());
    sitting.extend(&exam, Extra::AddSec(60), sec(1), &limits()).unwrap();
    let old = sitting.attempts[0].attempt_id.clone();
    let attempt = sitting.attempt_mut(Some(&old)).unwrap();
    hand_in(attempt, sec(10));
    attempt.reset(&user("tina"), "Fire alarm", sec(20), &limits()).unwrap();
    assert_eq!(attempt.standing(sec(20), &limits()), Standing::Reset);
    let refused = save(attempt, &exam, 1, 1, sec(21)).unwrap_err();
    assert_eq!((refused.code(), refused), (Code::Locked, AssessmentError::WasReset));
    assert_eq!(attempt.submit(&user("ann"), sec(21), &limits()), Err(AssessmentError::WasReset));
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
    let mut anns = attempt(&exam, nine());
    save(&mut anns, &exam, 1, 1, sec(1)).unwrap();
    let before = anns.clone();
    let unknown = AssessmentError::NotFound("attempt");
    let draft = Draft { question_id: id_of(&exam, 0), answer: Answer::Whole(2), rev: 2 };
    let ben = user("ben");
    assert_eq!(anns.save(&ben, &exam, draft, sec(2), &limits()), Err(unknown.clone()));
    assert_eq!(anns.submit(&ben, sec(2), &limits()), Err(unknown.clone()));
    assert_eq!(anns, before);

    let mut bens = Sitting::new(exam.assessment_id.clone(), ben);
    bens.start(&exam, nine(), &limits()).unwrap();
    assert_eq!(bens.attempt_mut(Some(&anns.attempt_id)).map(drop), Err(unknown));
}

#[test]
fn an_attempt_is_at_its_own_assessment() {
    let (own, other) = (exam(), exam());
    let mut attempt = attempt(&own, nine());
    let refused = save(&mut attempt, &other, 1, 1, sec(1));
    assert_eq!(refused, Err(AssessmentError::NotFound("attempt")));
    hand_in(&mut attempt, sec(2));
    let seen = MarkedAttempt::of(&other, &attempt, sec(3), &limits());
    assert_eq!(seen, Err(AssessmentError::NotFound("attempt")));
}

#[test]
fn an_attempt_that_is_not_named_is_the_one_that_counts() {
    let exam = exam();
    assert_eq!(ann(&exam).attempt_mut(None).map(drop), Err(AssessmentError::NotFound("attempt")));
    let mut sitting = started(&exam, nine());
    let first = sitting.attempt_mut(None).unwrap();
    first.reset(&user("tina"), "Ill", sec(1), &limits()).unwrap();
    let old = first.attempt_id.clone();
    assert!(sitting.attempt_mut(None).is_err(), "none counts");
    let second = sitting.start(&exam, sec(2), &limits()).unwrap().attempt.attempt_id.clone();
    assert_eq!(sitting.attempt_mut(None).unwrap().attempt_id, second);
    assert_eq!(sitting.attempt_mut(Some(&old)).unwrap().attempt_id, old, "kept, and found by its id");
}

#[test]
fn what_ran_out_unseen_is_handed_in_before_it_is_reset_and_told() {
    let exam = exam();
    let mut attempt = attempt(&exam, nine());
    let submission = attempt.reset(&user("tina"), "Ill", sec(5000), &limits()).unwrap();
    assert_eq!(submission, Some(Submission { submitted_at: sec(1200), auto: true }));
    assert!(attempt.told(&exam).is_some_and(|(expired, submitted)| expired.is_some() && submitted.auto));
    let mut running = crate::support::attempt(&exam, nine());
    assert_eq!(running.reset(&user("tina"), "Ill", sec(5), &limits()), Ok(None));
    assert_eq!(running.told(&exam), None);
}

#[test]
fn what_was_handed_in_can_be_marked() {
    let exam = exam();
    let mut attempt = attempt(&exam, nine());
    let mut save = |question: usize, answer| {
        write(&mut attempt, &exam, question, answer, 1, sec(1)).unwrap();
    };
    save(0, Answer::Whole(1));
    save(1, Answer::Choices([0].into()));
    save(2, Answer::Text("An essay".to_owned()));
    let seen = |attempt: &_, at| MarkedAttempt::of(&exam, attempt, at, &limits());
    let early = seen(&attempt, sec(2)).unwrap_err();
    assert_eq!((early.code(), early), (Code::Locked, AssessmentError::NotHandedIn));
    let late = seen(&attempt, sec(1200)).unwrap();
    assert_eq!((late.standing, late.submitted_at), (Standing::Expired, Some(sec(1200))));

    hand_in(&mut attempt, sec(3));
    let marked = Marked { earned: 2, possible: 8, by_hand: vec![id_of(&exam, 2)] };
    let (_, submitted) = attempt.told(&exam).unwrap();
    assert_eq!(submitted.marked, marked, "who listens has the points");
    let seen = seen(&attempt, sec(4)).unwrap();
    assert_eq!((seen.student_id, seen.submitted_at, seen.marked), (user("ann"), Some(sec(3)), marked));
    let marks: Vec<_> = seen.answers.iter().map(|answer| answer.mark).collect();
    assert_eq!(marks, [Mark::Right, Mark::Wrong, Mark::ByHand, Mark::Wrong]);
    assert_eq!(seen.answers[3].answer, Answer::Blank, "nothing was answered");
}

#[test]
fn alerts_are_counted_and_so_is_one_that_comes_just_after_handing_in() {
    let mut attempt = attempt(&exam(), nine());
    assert_eq!((attempt.alerted(), attempt.alerted()), (1, 2));
    hand_in(&mut attempt, sec(3));
    assert_eq!(attempt.alerted(), 3);
}
