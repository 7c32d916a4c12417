//! More time: how much, for whom, and never less.

use homeroom_assessment::{AssessmentError, ExtendTime, Extended, Extension, Extra, Whom};
use homeroom_contract::Code;
use proptest::prelude::*;

use crate::support::{ann, exam, hand_in, limits, nine, sec, started, user};

#[test]
fn seconds_add_up_and_a_multiplier_takes_the_place_of_an_earlier_one() {
    let extension = [Extra::AddSec(60), Extra::Multiplier(1.5), Extra::AddSec(30), Extra::Multiplier(1.5)]
        .into_iter()
        .fold(Extension::default(), |extension, extra| extension.and(extra, &limits()).unwrap());
    assert_eq!(extension, Extension { added_sec: 90, multiplier: Some(1.5) });
    assert_eq!(extension.extra(1200).as_secs(), 690);
}

#[test]
fn a_tenth_more_is_a_tenth_more_in_whole_seconds() {
    let tenth = Extension { multiplier: Some(1.1), ..Extension::default() };
    assert_eq!(tenth.extra(3600).as_millis(), 360_000);
    assert_eq!(tenth.extra(3605).as_millis(), 361_000, "360.5, rounded");
}

#[test]
fn an_extension_is_bounded_and_takes_nothing_away() {
    let stands = Extension { added_sec: 86_000, multiplier: Some(2.0) };
    for (extra, fine) in [
        (Extra::AddSec(0), false),
        (Extra::AddSec(400), true),
        (Extra::AddSec(401), false),
        (Extra::Multiplier(1.9), false),
        (Extra::Multiplier(2.0), true),
        (Extra::Multiplier(4.0), true),
        (Extra::Multiplier(4.1), false),
        (Extra::Multiplier(f64::NAN), false),
        (Extra::Multiplier(f64::INFINITY), false),
    ] {
        assert_eq!(stands.and(extra, &limits()).is_ok(), fine, "{extra:?}");
    }
    let fresh = Extension::default();
    assert!(fresh.and(Extra::AddSec(14_400), &limits()).is_ok());
    assert!(fresh.and(Extra::AddSec(14_401), &limits()).is_err());
    assert!(fresh.and(Extra::Multiplier(0.5), &limits()).is_err());
    let used_up = Extension { added_sec: 86_400, ..fresh };
    assert_eq!(
        used_up.and(Extra::AddSec(1), &limits()),
        Err(AssessmentError::TooMuchAdded { most_sec: 86_400 })
    );
    assert_eq!(
        stands.and(Extra::Multiplier(1.5), &limits()),
        Err(AssessmentError::HigherStands { stands: 2.0 })
    );
}

#[test]
fn more_time_counts_before_the_start_while_it_runs_and_while_it_is_paused() {
    let exam = exam();
    let mut before = ann(&exam);
    let given = |expires_at| Ok(Extended { expires_at, fresh: true });
    assert_eq!(before.extend(&exam, Extra::Multiplier(1.5), nine(), &limits()), given(None));
    assert_eq!(before.start(&exam, sec(60), &limits()).unwrap().attempt.expires_at, sec(60 + 1800));
    let mut running = started(&exam, sec(60));
    let until = Some(sec(60 + 1800));
    assert_eq!(running.extend(&exam, Extra::Multiplier(1.5), sec(900), &limits()), given(until));
    let again = running.extend(&exam, Extra::Multiplier(1.5), sec(901), &limits());
    assert_eq!(again, Ok(Extended { expires_at: until, fresh: false }), "nothing to tell");
    let mut paused = started(&exam, sec(60));
    paused.current_mut().unwrap().pause(sec(100), &limits()).unwrap();
    let extended = paused.extend(&exam, Extra::Multiplier(1.5), sec(900), &limits());
    assert_eq!(extended, given(None), "until when is not known");
    paused.current_mut().unwrap().resume(sec(1000), &limits()).unwrap();
    assert_eq!(paused.current().unwrap().expires_at, sec(60 + 1800 + 900));
}

#[test]
fn who_starts_late_has_more_time_at_the_end_as_well() {
    let exam = exam();
    let mut sitting = ann(&exam);
    sitting.extend(&exam, Extra::AddSec(300), nine(), &limits()).unwrap();
    let mut closed_for_others = sitting.clone();
    assert_eq!(sitting.start(&exam, sec(3500), &limits()).unwrap().attempt.expires_at, sec(3900));
    let start = closed_for_others.start(&exam, sec(3700), &limits());
    assert_eq!(start.unwrap().attempt.expires_at, sec(3900));
}

#[test]
fn what_has_ended_is_not_extended() {
    let exam = exam();
    let mut ran_out = started(&exam, nine());
    let refused = ran_out.extend(&exam, Extra::AddSec(60), sec(1200), &limits()).unwrap_err();
    assert_eq!(refused.code(), Code::Expired);
    assert_eq!(ran_out.extension, Extension::default());
    let mut submitted = started(&exam, nine());
    hand_in(submitted.current_mut().unwrap(), sec(5));
    let refused = submitted.extend(&exam, Extra::AddSec(60), sec(6), &limits());
    assert_eq!(refused, Err(AssessmentError::AlreadySubmitted));
}

#[test]
fn who_and_how_much_are_each_said_in_one_way() {
    let ben = || Some(vec![user("ben")]);
    let said = |student_ids, all, add_sec, multiplier| {
        ExtendTime { assessment_id: None, student_ids, all, add_sec, multiplier }.said(&limits())
    };
    assert_eq!(said(None, Some(true), Some(60), None), Ok((Whom::All, Extra::AddSec(60))));
    assert_eq!(
        said(ben(), Some(false), None, Some(1.5)),
        Ok((Whom::Students(vec![user("ben")]), Extra::Multiplier(1.5)))
    );
    let whom = Err(AssessmentError::OneOf { fields: ["studentIds", "all"] });
    assert_eq!(said(None, None, Some(60), None), whom);
    assert_eq!(said(ben(), Some(true), Some(60), None), whom);
    let extra = Err(AssessmentError::OneOf { fields: ["addSec", "multiplier"] });
    assert_eq!(said(ben(), None, None, None), extra);
    assert_eq!(said(ben(), None, Some(60), Some(1.5)), extra);
    for (add_sec, multiplier) in
        [(Some(0), None), (Some(14_401), None), (None, Some(0.9)), (None, Some(4.1)), (None, Some(f64::NAN))]
    {
        let refused = said(ben(), None, add_sec, multiplier).unwrap_err();
        assert_eq!(refused.code(), Code::ValidationError, "for nobody: {add_sec:?} {multiplier:?}");
    }
}

#[test]
fn nobody_is_named_twice_and_no_list_is_everyone_only_where_it_says_so() {
    let twice = Some(vec![user("ben"), user("ann"), user("ben")]);
    assert_eq!(Whom::these_or_all(twice, &limits()), Err(AssessmentError::Twice(user("ben"))));
    assert_eq!(Whom::these_or_all(None, &limits()), Ok(Whom::All));
    assert_eq!(Whom::these_or_all(Some(vec![]), &limits()), Ok(Whom::Students(vec![])));
}

fn some_extra() -> impl Strategy<Value = Extra> {
    prop_oneof![(0..20_000_u32).prop_map(Extra::AddSec), (0.0..5.0_f64).prop_map(Extra::Multiplier),]
}

proptest! {
    #[test]
    fn whatever_is_given_or_refused_nobody_ever_has_less_time(
        extras in prop::collection::vec((0..200_u64, some_extra()), 0..12), start in 0..3599_u64,
    ) {
        let exam = exam();
        let mut sitting = started(&exam, sec(start));
        let (mut now, mut expires) = (start, sitting.attempts[0].expires_at);
        for (later, extra) in extras {
            now += later;
            let before = (sitting.extension, expires);
            let given = sitting.extend(&exam, extra, sec(now), &limits());
            expires = sitting.attempts[0].expires_at;
            prop_assert!(expires >= before.1);
            if given.is_err() {
                prop_assert_eq!((sitting.extension, expires), before);
            }
        }
        // Given in between, it comes to the same as given before the start.
        let mut beforehand = ann(&exam);
        beforehand.extension = sitting.extension;
        let attempt = beforehand.start(&exam, sec(start), &limits()).unwrap().attempt.clone();
        prop_assert_eq!(attempt.expires_at, expires);
    }
}
