//! A student's day: versions, what a status allows, corrections and their cutoff, history.

use homeroom_attendance::{
    AttendanceError, Author, Change, Correction, JoinAttendance, Limits, Mark, Origin, RecordView, SetMark,
    Status, StudentDay,
};
use homeroom_contract::{Code, Failure, FieldError, Patch, Timestamp};
use proptest::prelude::*;
use std::time::Duration;

use crate::school::{at, class, day, now, on, principal, set, some_status, teacher, today, unmarked, user};

fn mark(day: &mut StudentDay, set: SetMark) -> Result<Change, AttendanceError> {
    day.mark(set, &teacher(), now(), on(&Limits::default(), today()))
}

fn correction(status: Status) -> Correction {
    Correction {
        status,
        reason: "Was in the library".to_owned(),
        arrival_at: Patch::Keep,
        departure_at: Patch::Keep,
        expected_version: None,
    }
}

/// When the day is over everywhere on Earth, so that no time on it is ahead.
fn later() -> Timestamp {
    at("2026-11-17T12:00:00Z")
}

fn timed(status: Status, arrival: Option<&str>, departure: Option<&str>) -> Mark {
    Mark { arrival_at: arrival.map(at), departure_at: departure.map(at), ..Mark::of(status) }
}

#[test]
fn each_mark_and_correction_raises_the_version_by_one_and_says_what_changed() {
    let mut ann = unmarked("ann");
    assert_eq!(ann.version(), 0);
    let reason = Some("Dentist".to_owned());
    let absent = Mark { reason, ..Mark::of(Status::Absent) };
    let first = mark(&mut ann, SetMark { mark: absent.clone(), expected_version: Some(0) }).unwrap();
    assert_eq!((first.version, first.origin, first.old.clone()), (1, Origin::Mark, None));

    let limits = Limits::default();
    let later = at("2026-11-16T11:00:00Z");
    let second = ann.correct(correction(Status::Present), &principal(), later, on(&limits, today())).unwrap();
    let kept = Change {
        record_id: first.record_id.clone(),
        version: 2,
        origin: Origin::Correction,
        by: user("paul"),
        at: later,
        old: Some(absent),
        new: Mark::of(Status::Present),
        reason: Some("Was in the library".to_owned()),
    };
    assert_eq!(second, kept, "who, when, from what to what, and why");
    assert_eq!(RecordView::of(&ann), Some(RecordView::after(&ann, &second)));
}

#[test]
fn a_stale_version_is_refused_with_what_stands_and_changes_nothing() {
    let mut ann = unmarked("ann");
    let expecting = |version| SetMark { expected_version: Some(version), ..set(Status::Late) };
    let Err(AttendanceError::Stale(current)) = mark(&mut ann, expecting(1)) else { panic!("accepted") };
    assert_eq!((current.version, current.record), (0, None), "it was never marked");

    mark(&mut ann, set(Status::Absent)).unwrap();
    let before = ann.clone();
    let Err(stale) = mark(&mut ann, expecting(0)) else { panic!("accepted") };
    let failure = Failure::from(stale);
    assert_eq!(failure.code, Code::VersionConflict);
    let current: serde_json::Value = serde_json::from_str(failure.current.unwrap().get()).unwrap();
    assert_eq!((&current["version"], &current["record"]["status"]), (&1.into(), &"ABSENT".into()));

    let stale = Correction { expected_version: Some(2), ..correction(Status::Present) };
    let refused = ann.correct(stale, &teacher(), now(), on(&Limits::default(), today()));
    assert_eq!(refused.map_err(|error| error.code()), Err(Code::VersionConflict));
    assert_eq!(ann, before);
}

#[test]
fn without_an_expected_version_the_last_mark_wins() {
    let mut ann = unmarked("ann");
    mark(&mut ann, set(Status::Absent)).unwrap();
    mark(&mut ann, set(Status::Late)).unwrap();
    assert_eq!((ann.version(), ann.status()), (2, Some(Status::Late)));
}

#[test]
fn a_time_goes_with_the_status_that_has_it() {
    let (came, left) = (Some("2026-11-16T09:10:00Z"), Some("2026-11-16T11:00:00Z"));
    let limits = Limits::default();
    for status in Status::ALL {
        let arrival = timed(status, came, None).checked(today(), later(), &limits);
        let departure = timed(status, None, left).checked(today(), later(), &limits);
        let refused = |field| Err(AttendanceError::NotForStatus { field, status });
        match status {
            Status::Late => assert!(arrival.is_ok() && departure == refused("departureAt")),
            Status::EarlyDeparture => assert!(departure.is_ok() && arrival == refused("arrivalAt")),
            Status::Partial => assert!(timed(status, came, left).checked(today(), later(), &limits).is_ok()),
            _ => assert_eq!((arrival, departure), (refused("arrivalAt"), refused("departureAt"))),
        }
        assert!(Mark::of(status).checked(today(), later(), &limits).is_ok(), "a time may always be left out");
    }
}

#[test]
fn who_leaves_has_come_before() {
    let limits = Limits::default();
    let partial = |arrival, departure| {
        timed(Status::Partial, Some(arrival), Some(departure)).checked(today(), later(), &limits).map(drop)
    };
    assert_eq!(partial("2026-11-16T09:00:00.000Z", "2026-11-16T09:00:00.001Z"), Ok(()));
    for departure in ["2026-11-16T09:00:00.000Z", "2026-11-16T08:59:59.999Z"] {
        assert_eq!(partial("2026-11-16T09:00:00.000Z", departure), Err(AttendanceError::LeftBeforeArrival));
    }
}

#[test]
fn a_time_is_on_its_day_in_some_time_zone() {
    let limits = Limits::default();
    let came =
        |arrival| timed(Status::Late, Some(arrival), None).checked(today(), later(), &limits).map(drop);
    for on_that_day in ["2026-11-15T10:00:00.000Z", "2026-11-17T11:59:59.999Z"] {
        assert_eq!(came(on_that_day), Ok(()), "{on_that_day}");
    }
    for on_another in ["2026-11-15T09:59:59.999Z", "2026-11-17T12:00:00.000Z"] {
        assert_eq!(
            came(on_another),
            Err(AttendanceError::NotOnThatDay { field: "arrivalAt" }),
            "{on_another}"
        );
    }
}

#[test]
fn reasons_say_something_and_have_an_end() {
    let limits = Limits::default();
    let marked = |reason: String| {
        Mark { reason: Some(reason), ..Mark::of(Status::Excused) }
            .checked(today(), later(), &limits)
            .map(drop)
    };
    let corrected = |reason: String| {
        let mut ann = unmarked("ann");
        mark(&mut ann, set(Status::Absent)).unwrap();
        let correction = Correction { reason, ..correction(Status::Present) };
        ann.correct(correction, &teacher(), now(), on(&limits, today())).map(drop)
    };
    for check in [&marked as &dyn Fn(String) -> Result<(), AttendanceError>, &corrected] {
        assert_eq!(check("ü".repeat(500)), Ok(()));
        assert_eq!(check("ü".repeat(501)), Err(FieldError::TooLong { field: "reason", most: 500 }.into()));
        assert_eq!(check(" ".to_owned()), Err(FieldError::Blank { field: "reason" }.into()));
    }
}

#[test]
fn a_day_is_changed_until_the_end_of_the_next_one_and_later_by_administrators() {
    let limits = Limits::default();
    let record = {
        let mut ann = unmarked("ann");
        mark(&mut ann, set(Status::Absent)).unwrap();
        ann
    };
    let tried = |today: &str, author: &Author| {
        let rules = on(&limits, day(today));
        let marked = record.clone().mark(set(Status::Late), author, now(), rules).map(drop);
        let corrected = record.clone().correct(correction(Status::Late), author, now(), rules).map(drop);
        assert_eq!(marked, corrected, "a mark doesn't go around the cutoff");
        corrected
    };
    assert_eq!(tried("2026-11-16", &teacher()), Ok(()));
    assert_eq!(tried("2026-11-17", &teacher()), Ok(()));
    assert_eq!(tried("2026-11-18", &teacher()), Err(AttendanceError::Locked));
    assert_eq!(tried("2026-11-18", &principal()), Ok(()));
    assert_eq!(AttendanceError::Locked.code(), Code::Locked);
}

#[test]
fn no_day_is_marked_ahead_nor_after_400_days() {
    let limits = Limits::default();
    let marked = |today: &str| {
        unmarked("ann").mark(set(Status::Excused), &principal(), now(), on(&limits, day(today))).map(drop)
    };
    assert_eq!(marked("2027-12-21"), Ok(()), "400 days later");
    let out = |min: &str, max: &str| {
        Err(FieldError::OutOfRange { field: "date", min: min.to_owned(), max: max.to_owned() }.into())
    };
    assert_eq!(marked("2027-12-22"), out("2026-11-17", "2027-12-22"));
    assert_eq!(marked("2026-11-15"), out("2025-10-11", "2026-11-15"));
}

#[test]
fn there_is_nothing_to_correct_in_a_day_never_marked() {
    let refused = unmarked("ann").correct(
        correction(Status::Late),
        &principal(),
        now(),
        on(&Limits::default(), today()),
    );
    assert_eq!(refused, Err(AttendanceError::NotFound("record")));
}

#[test]
fn a_correction_keeps_what_still_fits() {
    let partial = Mark {
        reason: Some("Dentist".to_owned()),
        ..timed(Status::Partial, Some("2026-11-16T09:00:00Z"), Some("2026-11-16T11:00:00Z"))
    };
    let to = |correction: Correction| {
        let mut ann = unmarked("ann");
        mark(&mut ann, SetMark { mark: partial.clone(), expected_version: None }).unwrap();
        ann.correct(correction, &teacher(), now(), on(&Limits::default(), today())).map(|change| change.new)
    };
    let late = timed(Status::Late, Some("2026-11-16T09:00:00Z"), None);
    assert_eq!(
        to(correction(Status::Late)),
        Ok(late),
        "a late one has no departure, and the old reason goes"
    );
    assert_eq!(to(correction(Status::Present)), Ok(Mark::of(Status::Present)));
    let sooner =
        Correction { departure_at: Patch::Set(at("2026-11-16T10:00:00Z")), ..correction(Status::Partial) };
    let left = Mark { departure_at: Some(at("2026-11-16T10:00:00Z")), ..partial.clone() };
    assert_eq!(to(sooner), Ok(left));
    let early =
        Correction { departure_at: Patch::Set(at("2026-11-16T08:00:00Z")), ..correction(Status::Partial) };
    assert_eq!(to(early), Err(AttendanceError::LeftBeforeArrival));
    let said = Correction { arrival_at: Patch::Set(now()), ..correction(Status::Absent) };
    assert_eq!(to(said), Err(AttendanceError::NotForStatus { field: "arrivalAt", status: Status::Absent }));
    let cleared =
        Correction { arrival_at: Patch::Clear, departure_at: Patch::Clear, ..correction(Status::Partial) };
    let without = Mark { arrival_at: None, departure_at: None, ..partial.clone() };
    assert_eq!(to(cleared), Ok(without), "a time that was wrong can be taken away");
}

#[test]
fn a_correction_is_refused_only_for_what_is_new() {
    let reason = Some("ü".repeat(500));
    let late = Mark { reason, ..timed(Status::Late, Some("2026-11-16T09:00:00Z"), None) };
    let mut ann = unmarked("ann");
    mark(&mut ann, SetMark { mark: late.clone(), expected_version: None }).unwrap();
    let shorter = Limits { reason_chars: 20, ..Limits::default() };
    let sooner = at("2026-11-16T08:55:00Z");
    let earlier = Correction { arrival_at: Patch::Set(sooner), ..correction(Status::Late) };
    let change = ann.correct(earlier, &teacher(), now(), on(&shorter, today())).unwrap();
    assert_eq!(
        change.new,
        Mark { arrival_at: Some(sooner), ..late },
        "the old reason was fine when it was given"
    );
    let too_long = Correction { reason: "ü".repeat(21), ..correction(Status::Late) };
    let refused = ann.correct(too_long, &teacher(), now(), on(&shorter, today()));
    assert_eq!(refused, Err(FieldError::TooLong { field: "reason", most: 20 }.into()));
}

#[test]
fn who_has_come_came_before_now_and_may_leave_later() {
    let limits = Limits::default();
    let instant = |ms: i64| Timestamp::from_unix_millis(now().unix_millis() + ms);
    let mark_of = |arrival, departure| Mark {
        arrival_at: Some(instant(arrival)),
        departure_at: Some(instant(departure)),
        ..Mark::of(Status::Partial)
    };
    assert!(mark_of(60_000, 3_600_000).checked(today(), now(), &limits).is_ok());
    assert_eq!(mark_of(60_001, 3_600_000).checked(today(), now(), &limits), Err(AttendanceError::NotYetCome));
    let mut ann = unmarked("ann");
    mark(&mut ann, set(Status::Late)).unwrap();
    let mut to = |ms| {
        let said = Correction { arrival_at: Patch::Set(instant(ms)), ..correction(Status::Late) };
        ann.correct(said, &teacher(), now(), on(&limits, today())).map(drop)
    };
    assert_eq!((to(60_001), to(60_000)), (Err(AttendanceError::NotYetCome), Ok(())), "of a correction too");
}

/// Far settings are no end of the calendar, from which a day would come out as the first or the last one that may be changed.
#[test]
fn a_setting_as_far_as_it_goes_sets_no_bound() {
    let limits = Limits { cutoff_days: u32::MAX, days_back: u32::MAX, ..Limits::default() };
    let years_later = on(&limits, day("2036-11-16"));
    let mut ann = unmarked("ann");
    assert!(ann.mark(set(Status::Absent), &teacher(), now(), years_later).is_ok());
    assert!(ann.correct(correction(Status::Late), &teacher(), now(), years_later).is_ok());
}

#[test]
fn a_date_is_of_a_year_that_a_school_may_have() {
    let limits = Limits { days_back: u32::MAX, ..Limits::default() };
    let marked = |date: &str| {
        let mut ann = StudentDay::unmarked(class(), user("ann"), day(date));
        ann.mark(set(Status::Absent), &principal(), now(), on(&limits, day("+3001-01-01"))).map(drop)
    };
    let seen = |date: &str| {
        let join = JoinAttendance { class_id: None, date: Some(day(date)) };
        join.day(today()).map(|seen| assert_eq!(seen, day(date)))
    };
    for check in [&marked as &dyn Fn(&str) -> Result<(), AttendanceError>, &seen] {
        for good in ["1800-01-01", "2999-12-31"] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in ["1799-12-31", "3000-01-01", "-0001-01-01", "+262142-12-31"] {
            assert_eq!(check(bad), Err(AttendanceError::BadYear { field: "date" }), "{bad}");
        }
    }
    assert_eq!(JoinAttendance::of(class()).day(today()), Ok(today()));
    assert_eq!(AttendanceError::BadYear { field: "date" }.code(), Code::ValidationError);
}

#[test]
fn only_an_administrator_is_one() {
    let (tina, paul) = (Author::staff(user("tina")), Author::admin(user("paul")));
    assert_eq!((tina.by(), tina.is_admin()), (&user("tina"), false));
    assert_eq!((paul.by(), paul.is_admin()), (&user("paul"), true));
}

#[test]
fn who_meets_another_comes_back_soon() {
    let failure = Failure::from(AttendanceError::Contended);
    assert_eq!((failure.code, failure.retry_after), (Code::Busy, Some(Duration::from_millis(200))));
}

#[test]
fn a_day_and_its_history_are_read_as_they_were_kept() {
    let mut ann = unmarked("ann");
    let late =
        SetMark { mark: timed(Status::Late, Some("2026-11-16T09:10:00Z"), None), expected_version: None };
    mark(&mut ann, late).unwrap();
    let change =
        ann.correct(correction(Status::Excused), &teacher(), now(), on(&Limits::default(), today())).unwrap();
    let kept = serde_json::to_string(&(&ann, &change)).unwrap();
    assert_eq!(serde_json::from_str::<(StudentDay, Change)>(&kept).unwrap(), (ann, change));
}

#[test]
fn limits_are_settings() {
    let limits: Limits = serde_json::from_str(r#"{"cutoff_days":0}"#).unwrap();
    assert_eq!(limits, Limits { cutoff_days: 0, ..Limits::default() });
    let tomorrow =
        unmarked("ann").mark(set(Status::Absent), &teacher(), now(), on(&limits, day("2026-11-17")));
    assert_eq!(tomorrow, Err(AttendanceError::Locked), "the cutoff is the end of the day then");
    assert!(serde_json::from_str::<Limits>(r#"{"cutoff":0}"#).is_err(), "a key that isn't one");
}

#[test]
fn a_status_is_read_as_it_is_written() {
    for status in Status::ALL {
        assert_eq!(Status::parse(status.as_str()), Some(status));
        assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
    }
    assert_eq!(Status::parse("present"), None);
}

fn some_mark() -> impl Strategy<Value = Mark> {
    let time = || prop::option::of((-20_i64..40).prop_map(|hour| hour * 3_600_000));
    let midnight = at("2026-11-16T00:00:00Z").unix_millis();
    (some_status(), time(), time()).prop_map(move |(status, arrival, departure)| {
        let instant = |ms: i64| Timestamp::from_unix_millis(midnight + ms);
        Mark { arrival_at: arrival.map(instant), departure_at: departure.map(instant), ..Mark::of(status) }
    })
}

proptest! {
    /// Whatever is tried, what is refused changes nothing; what isn't raises the version by one, continues the history without a
    /// gap, and leaves a mark that may stand.
    #[test]
    fn a_history_has_no_gap(marks in prop::collection::vec((some_mark(), prop::option::of(0..4_i64), any::<bool>()), 0..12)) {
        let limits = Limits::default();
        let (mut ann, mut last) = (unmarked("ann"), None);
        for (mark, expected_version, corrects) in marks {
            let before = ann.clone();
            let done = if corrects {
                let correction = Correction {
                    arrival_at: mark.arrival_at.map_or(Patch::Keep, Patch::Set),
                    departure_at: mark.departure_at.map_or(Patch::Keep, Patch::Set),
                    expected_version,
                    ..correction(mark.status)
                };
                ann.correct(correction, &teacher(), now(), on(&limits, today()))
            } else {
                ann.mark(SetMark { mark, expected_version }, &teacher(), now(), on(&limits, today()))
            };
            let Ok(change) = done else {
                prop_assert_eq!(&ann, &before);
                continue;
            };
            prop_assert!(expected_version.is_none_or(|version| version == before.version()));
            prop_assert_eq!(change.version, before.version() + 1);
            prop_assert_eq!(&change.old, &last);
            prop_assert_eq!(change.new.clone().checked(today(), now(), &limits), Ok(change.new.clone()));
            last = Some(change.new);
        }
    }
}
