//! An attempt's clock: warnings, pauses, the next moment that matters, and clients that fall silent.

use homeroom_assessment::{Assessment, AssessmentError, Attempt, Extra, Limits, NewAssessment, Standing};
use proptest::prelude::*;

use crate::support::{attempt, exam, hand_in, limits, milli, new_exam, nine, save, sec, started};

fn short(duration_sec: u32) -> Attempt {
    let exam = Assessment::new(NewAssessment { duration_sec, ..new_exam() }, nine(), &limits()).unwrap();
    attempt(&exam, nine())
}

#[test]
fn each_warning_is_given_once_with_what_is_left() {
    let mut attempt = attempt(&exam(), nine());
    assert_eq!(attempt.warn(milli(899_999), &limits()), None, "five minutes and a second");
    assert_eq!(attempt.warn(sec(900), &limits()), Some(300));
    assert_eq!(attempt.warn(sec(901), &limits()), None);
    assert_eq!(attempt.warn(milli(1_150_500), &limits()), Some(50), "late, and rounded up");
    assert_eq!(attempt.warn(sec(1151), &limits()), None);
    assert_eq!(attempt.warn(sec(1200), &limits()), None, "it is over");
}

#[test]
fn of_the_warnings_that_were_missed_only_the_last_is_given() {
    let mut attempt = attempt(&exam(), nine());
    assert_eq!(attempt.warn(sec(1190), &limits()), Some(10));
    assert_eq!(attempt.warn(sec(1191), &limits()), None);
}

#[test]
fn a_warning_that_lies_behind_at_the_start_is_not_given() {
    let mut minute = short(60);
    assert_eq!((minute.warn(nine(), &limits()), minute.warn(sec(59), &limits())), (None, None));
    let mut two = short(120);
    assert_eq!(two.warn(nine(), &limits()), None);
    assert_eq!(two.warn(sec(60), &limits()), Some(60));
}

#[test]
fn after_an_extension_what_lies_ahead_again_is_given_again() {
    let exam = exam();
    let mut sitting = started(&exam, nine());
    assert_eq!(sitting.current_mut().unwrap().warn(sec(900), &limits()), Some(300));
    sitting.extend(&exam, Extra::AddSec(600), sec(1000), &limits()).unwrap();
    let attempt = sitting.current_mut().unwrap();
    assert_eq!(attempt.warn(sec(1400), &limits()), None);
    assert_eq!(attempt.warn(sec(1500), &limits()), Some(300));
}

#[test]
fn a_warning_that_is_due_and_was_not_given_outlives_an_extension_that_leaves_it_due() {
    let exam = exam();
    let mut sitting = started(&exam, nine());
    sitting.extend(&exam, Extra::AddSec(10), sec(1000), &limits()).unwrap();
    let attempt = sitting.current_mut().unwrap();
    assert_eq!(attempt.next_moment(&limits()), Some(sec(910)), "it has passed already");
    assert_eq!(attempt.warn(sec(1000), &limits()), Some(210));
    sitting.extend(&exam, Extra::AddSec(10), sec(1001), &limits()).unwrap();
    assert_eq!(sitting.current_mut().unwrap().warn(sec(1001), &limits()), None, "it was given");
}

#[test]
fn what_was_received_in_time_can_still_be_written_when_the_end_is_looked_after() {
    let exam = exam();
    let mut attempt = attempt(&exam, nine());
    let limits = Limits { settle_after_ms: 800, warn_at_sec: vec![], ..limits() };
    let looked_after = attempt.next_moment(&limits).unwrap();
    assert_eq!(looked_after, milli(1_200_800));
    // Received before the end, and held up until just before somebody looks.
    assert!(save(&mut attempt, &exam, 1, 1, milli(1_199_999)).is_ok());
    let submission = attempt.settle(looked_after, &limits).unwrap();
    assert_eq!(submission.submitted_at, sec(1200), "the end is where it was");
}

#[test]
fn when_to_warn_is_a_setting() {
    let limits = Limits { warn_at_sec: vec![], ..limits() };
    let mut sitting = crate::support::ann(&exam());
    sitting.start(&exam(), nine(), &limits).unwrap();
    let attempt = sitting.current_mut().unwrap();
    assert_eq!(attempt.warn(sec(1199), &limits), None);
    assert_eq!(attempt.next_moment(&limits), Some(milli(1_200_500)));
}

#[test]
fn a_pause_gives_back_the_time_for_which_it_stood() {
    let exam = exam();
    let mut attempt = attempt(&exam, nine());
    assert_eq!(attempt.pause(sec(1000), &limits()), Ok(true));
    assert_eq!(attempt.pause(sec(1100), &limits()), Ok(false), "it stands since 1000");
    assert_eq!(attempt.standing(sec(5000), &limits()), Standing::Paused, "it doesn't run out");
    assert_eq!(attempt.seconds_left(sec(5000)), 200);
    assert_eq!(attempt.next_moment(&limits()), None);
    assert_eq!(save(&mut attempt, &exam, 1, 1, sec(5000)), Err(AssessmentError::Paused));
    assert_eq!(attempt.warn(sec(5000), &limits()), None);
    assert_eq!(attempt.resume(sec(5000), &limits()), Ok(true));
    assert_eq!(attempt.resume(sec(5001), &limits()), Ok(false));
    assert_eq!(attempt.expires_at, sec(5200));
    assert!(save(&mut attempt, &exam, 1, 1, sec(5199)).is_ok());
}

#[test]
fn what_is_paused_can_be_handed_in() {
    let mut attempt = attempt(&exam(), nine());
    attempt.pause(sec(10), &limits()).unwrap();
    assert_eq!(hand_in(&mut attempt, sec(9000)).submission.submitted_at, sec(9000));
    assert_eq!(attempt.standing(sec(9001), &limits()), Standing::Submitted);
}

#[test]
fn what_has_ended_is_neither_paused_nor_goes_on() {
    let mut ran_out = attempt(&exam(), nine());
    let refused = AssessmentError::TimeRanOut { expired_at: sec(1200) };
    assert_eq!(ran_out.pause(sec(1200), &limits()), Err(refused.clone()));
    assert_eq!(ran_out.resume(sec(1200), &limits()), Err(refused));
    let mut submitted = attempt(&exam(), nine());
    hand_in(&mut submitted, sec(5));
    assert_eq!(submitted.pause(sec(6), &limits()), Err(AssessmentError::AlreadySubmitted));
}

#[test]
fn a_silent_client_is_missing_while_the_attempt_runs() {
    let mut attempt = attempt(&exam(), sec(100));
    assert!(!attempt.misses_client(sec(200), sec(230), &limits()), "thirty seconds are not too long");
    assert!(attempt.misses_client(sec(200), milli(230_001), &limits()));
    assert!(!attempt.misses_client(nine(), sec(120), &limits()), "it began only then");
    attempt.pause(sec(240), &limits()).unwrap();
    assert!(!attempt.misses_client(sec(200), sec(300), &limits()));
}

proptest! {
    /// Who comes back at each next moment gives every warning at its time, and hands in half a second after the end.
    #[test]
    fn who_follows_the_next_moment_misses_nothing(duration in 1..3000_u32) {
        let mut attempt = short(duration);
        let mut warned = Vec::new();
        let end = loop {
            let at = attempt.next_moment(&limits()).unwrap();
            if attempt.settle(at, &limits()).is_some() {
                break at;
            }
            warned.push(attempt.warn(at, &limits()).expect("something to do"));
        };
        prop_assert_eq!(end, milli(u64::from(duration) * 1000 + 500));
        let due: Vec<u32> = [300, 60].into_iter().filter(|warning| *warning < duration).collect();
        prop_assert_eq!(warned, due);
    }

    /// However often it is paused, the student has the whole duration.
    #[test]
    fn pauses_cost_nothing(stretches in prop::collection::vec((1..100_u64, 0..1000_u64), 0..10)) {
        let mut attempt = attempt(&exam(), nine());
        let (mut now, mut ran) = (0, 0);
        for (runs, stands) in stretches {
            now += runs;
            ran += runs;
            attempt.pause(sec(now), &limits()).unwrap();
            now += stands;
            attempt.resume(sec(now), &limits()).unwrap();
        }
        prop_assert_eq!(u64::from(attempt.seconds_left(sec(now))), 1200 - ran);
    }
}
