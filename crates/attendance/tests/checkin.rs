//! Check-in: codes that change, who is late, and closing.

use homeroom_attendance::{
    AttendanceError, Checkin, CheckinView, Closing, FamilyView, InterventionRules, InterventionView,
    Interventions, Limits, OpenCheckin, Origin, Secret, StaffView, Status, StudentDay, Viewer,
};
use homeroom_contract::{ClassId, Code, FieldError, Timestamp};
use proptest::prelude::*;
use std::time::Duration;

use crate::school::{class, day, days, now, on, principal, set, teacher, today, unmarked, user};

fn asked(rotate_sec: u32, late_after_min: u32, minutes: u64) -> OpenCheckin {
    OpenCheckin { class_id: None, rotate_sec, late_after_min, closes_at: after(minutes * 60_000) }
}

fn open_with(asked: &OpenCheckin, before: Option<&Checkin>) -> Result<Checkin, AttendanceError> {
    let limits = Limits::default();
    Checkin::open(class(), asked, before, Secret::new([7; 32]), &teacher(), now(), on(&limits, today()))
}

/// Codes of 30 seconds, late after 10 minutes, closing after 45.
fn open() -> Checkin {
    open_with(&asked(30, 10, 45), None).unwrap()
}

/// So many milliseconds after the opening.
fn after(ms: u64) -> Timestamp {
    now().plus(Duration::from_millis(ms))
}

fn shown(checkin: &Checkin, ms: u64) -> String {
    checkin.code_at(after(ms)).unwrap().code
}

/// Ann sends that code so many milliseconds after the opening.
fn ann_sends(checkin: &Checkin, code: &str, ms: u64) -> Result<Option<Status>, AttendanceError> {
    let mut ann = unmarked("ann");
    checkin.check_in(code, &mut ann, 1, after(ms), &Limits::default()).map(|_| ann.status())
}

#[test]
fn a_code_has_six_digits_and_changes_when_it_expires() {
    let checkin = open();
    let first = checkin.code_at(after(0)).unwrap();
    assert_eq!((first.code.len(), first.expires_at), (6, after(30_000)));
    assert_eq!(checkin.code_at(after(29_999)), Some(first.clone()));
    let second = checkin.code_at(first.expires_at).unwrap();
    assert_ne!(second.code, first.code);
    assert_eq!(second.expires_at, after(60_000));
    let of_another = Checkin { secret: Secret::new([8; 32]), ..checkin };
    assert_ne!(shown(&of_another, 0), first.code, "it depends on the secret");
}

#[test]
fn the_last_code_expires_when_the_check_in_ends() {
    let checkin = open_with(&asked(300, 0, 7), None).unwrap();
    assert_eq!(checkin.code_at(after(6 * 60_000)).unwrap().expires_at, after(7 * 60_000));
    assert_eq!(checkin.code_at(after(7 * 60_000)), None);
}

#[test]
fn the_code_before_is_good_for_five_seconds_more() {
    let checkin = open();
    let first = shown(&checkin, 0);
    assert_eq!(ann_sends(&checkin, &first, 29_999), Ok(Some(Status::Present)));
    assert_eq!(ann_sends(&checkin, &first, 34_999), Ok(Some(Status::Present)));
    assert_eq!(ann_sends(&checkin, &first, 35_000), Err(AttendanceError::OldCode));
    assert_eq!(AttendanceError::OldCode.code(), Code::Expired);
    assert_eq!(ann_sends(&checkin, &first, 60_000), Err(AttendanceError::OldCode), "it is two codes ago");
    let second = shown(&checkin, 30_000);
    assert_eq!(ann_sends(&checkin, &second, 29_999), Err(AttendanceError::WrongCode), "not yet");
    let last = 45 * 60_000 - 1;
    for code in [&first, &second] {
        assert_eq!(ann_sends(&checkin, code, last), Err(AttendanceError::OldCode), "long after");
    }
}

#[test]
fn who_comes_after_the_last_minute_is_late() {
    let checkin = open();
    let (in_time, late) = (600_000, 600_001);
    assert_eq!(ann_sends(&checkin, &shown(&checkin, in_time), in_time), Ok(Some(Status::Present)));
    let mut ann = unmarked("ann");
    let change = checkin
        .check_in(&shown(&checkin, late), &mut ann, 1, after(late), &Limits::default())
        .unwrap()
        .unwrap();
    assert_eq!((change.new.status, change.new.arrival_at), (Status::Late, Some(after(late))));
    assert_eq!((change.origin, &change.by), (Origin::CheckIn, &user("ann")));
}

#[test]
fn nobody_checks_in_once_it_is_over() {
    let mut checkin = open();
    let last = 45 * 60_000 - 1;
    assert_eq!(ann_sends(&checkin, &shown(&checkin, last), last), Ok(Some(Status::Late)));
    assert_eq!(ann_sends(&checkin, &shown(&checkin, last), last + 1), Err(AttendanceError::Closed));
    let code = shown(&checkin, 0);
    checkin.close([], &teacher(), after(1)).unwrap();
    assert_eq!(ann_sends(&checkin, &code, 2), Err(AttendanceError::Closed));
    assert_eq!(checkin.code_at(after(2)), None);
}

#[test]
fn ten_wrong_codes_are_enough() {
    let (checkin, limits) = (open(), Limits::default());
    let (right, second) = (shown(&checkin, 0), shown(&checkin, 30_000));
    let send = |code: &str, attempt, ms| {
        checkin.check_in(code, &mut unmarked("ann"), attempt, after(ms), &limits).map(drop)
    };
    assert_eq!(send(&right, 10, 0), Ok(()));
    assert_eq!(send(&second, 10, 0), Err(AttendanceError::WrongCode));
    assert_eq!(send(&right, 11, 0), Err(AttendanceError::TooManyWrongCodes), "even with the right one");
    assert_eq!(AttendanceError::TooManyWrongCodes.code(), Code::Locked);
    let none = Limits { wrong_codes: 0, ..limits.clone() };
    let refused = checkin.check_in(&right, &mut unmarked("ann"), 1, after(0), &none);
    assert_eq!(refused, Err(AttendanceError::TooManyWrongCodes));
}

/// As a handler has it: each attempt is counted before, and counted back unless it was wrong.
#[test]
fn only_what_is_wrong_stays_counted() {
    let (checkin, limits) = (open(), Limits::default());
    let (old, right) = (shown(&checkin, 0), shown(&checkin, 60_000));
    let mut counted = 0;
    let mut send = |code: &str, ms| {
        counted += 1;
        let answer = checkin.check_in(code, &mut unmarked("ann"), counted, after(ms), &limits);
        if !answer.as_ref().is_err_and(AttendanceError::uses_up_attempt) {
            counted -= 1;
        }
        (answer.map(drop), counted)
    };
    let over = 45 * 60_000;
    for _ in 0..20 {
        assert_eq!(send(&right, 60_000), (Ok(()), 0));
        assert_eq!(send(&old, 60_000), (Err(AttendanceError::OldCode), 0));
        assert_eq!(send(&right, over), (Err(AttendanceError::Closed), 0));
    }
    for wrong in 1..=10 {
        assert_eq!(send("none", 60_000), (Err(AttendanceError::WrongCode), wrong));
    }
    assert_eq!(send(&right, 60_000).0, Err(AttendanceError::TooManyWrongCodes));
}

/// A session that was opened before midnight is still of that day after it.
#[test]
fn only_the_days_of_the_session_are_marked() {
    let limits = Limits::default();
    let of = |class_id: &str, date: &str| {
        StudentDay::unmarked(ClassId::new(class_id).unwrap(), user("ann"), day(date))
    };
    for other in [of("c1", "2026-11-17"), of("c2", "2026-11-16")] {
        let (mut checkin, mut given) = (open(), other.clone());
        let code = shown(&checkin, 1);
        let refused = checkin.check_in(&code, &mut given, 1, after(1), &limits);
        assert_eq!(refused, Err(AttendanceError::OtherDay));
        let mut bob = unmarked("bob");
        let closed = checkin.close([&mut bob, &mut given], &teacher(), after(2)).map(drop);
        assert_eq!(closed, Err(AttendanceError::OtherDay));
        let run_out = checkin.run_out([&mut bob, &mut given], after(45 * 60_000)).map(drop);
        assert_eq!(run_out, Err(AttendanceError::OtherDay));
        assert_eq!((given, bob.version(), checkin.closed_at), (other, 0, None), "nothing has happened");
    }
}

#[test]
fn what_staff_have_marked_stands_and_checking_in_twice_is_once() {
    let (checkin, limits) = (open(), Limits::default());
    let mut ann = unmarked("ann");
    ann.mark(set(Status::Excused), &teacher(), now(), on(&limits, today())).unwrap();
    let code = shown(&checkin, 1);
    assert_eq!(checkin.check_in(&code, &mut ann, 1, after(1), &limits), Ok(None));
    assert_eq!((ann.status(), ann.version()), (Some(Status::Excused), 1));

    let mut bob = unmarked("bob");
    assert!(checkin.check_in(&code, &mut bob, 1, after(1), &limits).unwrap().is_some());
    assert_eq!(checkin.check_in(&code, &mut bob, 1, after(2), &limits), Ok(None));
    assert_eq!((bob.status(), bob.version()), (Some(Status::Present), 1));
}

#[test]
fn a_later_check_in_takes_back_what_closing_the_first_one_did() {
    let mut first = open();
    let mut ann = unmarked("ann");
    first.close([&mut ann], &teacher(), after(1000)).unwrap();
    assert_eq!(ann.status(), Some(Status::Absent));
    let second = open_with(&asked(60, 0, 5), Some(&first)).unwrap();
    second.check_in(&shown(&second, 2000), &mut ann, 1, after(2000), &Limits::default()).unwrap();
    assert_eq!((ann.status(), ann.version()), (Some(Status::Late), 2));
}

#[test]
fn a_class_has_one_check_in_at_a_time() {
    let mut first = open();
    let refused = open_with(&asked(30, 10, 45), Some(&first)).map(drop);
    assert_eq!(refused, Err(AttendanceError::AlreadyOpen(first.session_id.clone())));
    first.close([], &teacher(), now()).unwrap();
    assert!(open_with(&asked(30, 10, 45), Some(&first)).is_ok());
}

/// Between the end of its time and the sweep nobody can check in, and another one can be opened.
#[test]
fn one_whose_time_has_come_is_no_hindrance() {
    let mut first = open();
    let end = 45 * 60_000;
    let next = |before: &Checkin, ms| {
        let limits = Limits::default();
        let asked = asked(30, 10, 60);
        let (secret, rules) = (Secret::new([8; 32]), on(&limits, today()));
        Checkin::open(class(), &asked, Some(before), secret, &teacher(), after(ms), rules)
    };
    assert!(!first.is_overdue(after(end - 1)));
    let refused = next(&first, end - 1).map(drop);
    assert_eq!(refused, Err(AttendanceError::AlreadyOpen(first.session_id.clone())));

    assert!(first.is_overdue(after(end)));
    let second = next(&first, end).unwrap();
    let mut ann = unmarked("ann");
    let closing = first.run_out([&mut ann], after(end)).unwrap().unwrap();
    assert_eq!((closing.auto_absent, ann.status()), (vec![user("ann")], Some(Status::Absent)));
    assert!(!first.is_overdue(after(end)));
    second.check_in(&shown(&second, end), &mut ann, 1, after(end), &Limits::default()).unwrap();
    assert_eq!(ann.status(), Some(Status::Present), "who was missing there can still check in here");
}

#[test]
fn it_is_closed_once_by_somebody_or_by_its_time() {
    let end = 45 * 60_000;
    let mut by_paul = open();
    let mut ann = unmarked("ann");
    assert_eq!(by_paul.run_out([&mut ann], after(end - 1)), Ok(None), "not yet");
    let closing = by_paul.close([&mut ann], &principal(), after(end - 1)).unwrap();
    assert_eq!((&closing.by, &closing.marked[0].1.by), (&user("paul"), &user("paul")));
    assert_eq!(by_paul.close([], &teacher(), after(end)).map(drop), Err(AttendanceError::Closed));
    assert_eq!(by_paul.run_out([], after(end)), Ok(None));

    let mut by_time = open();
    let mut bob = unmarked("bob");
    let closing = by_time.run_out([&mut bob], after(end)).unwrap().unwrap();
    assert_eq!((&closing.by, &closing.marked[0].1.by), (&user("tina"), &user("tina")), "who opened it");
    assert_eq!(by_time.closed_at, Some(after(end)));
    assert_eq!(by_time.close([], &teacher(), after(end)).map(drop), Err(AttendanceError::Closed));
    assert!(open().close([], &teacher(), after(end)).is_ok(), "somebody may also come first");
}

#[test]
fn every_setting_of_a_check_in_has_a_range() {
    let tried = |asked: OpenCheckin| open_with(&asked, None).map(drop);
    let out = |field, min: &str, max: &str| {
        Err(FieldError::OutOfRange { field, min: min.to_owned(), max: max.to_owned() }.into())
    };
    for good in [10, 300] {
        assert_eq!(tried(asked(good, 0, 240)), Ok(()));
    }
    for bad in [0, 9, 301] {
        assert_eq!(tried(asked(bad, 0, 240)), out("rotateSec", "10", "300"), "{bad}");
    }
    assert_eq!(tried(asked(30, 240, 240)), Ok(()));
    assert_eq!(tried(asked(30, 241, 240)), out("lateAfterMin", "0", "240"));
    let closing = |closes_at| tried(OpenCheckin { closes_at, ..asked(30, 0, 1) });
    assert_eq!(closing(after(1)), Ok(()));
    assert_eq!(closing(after(240 * 60_000)), Ok(()));
    for bad in [after(0), after(240 * 60_000 + 1)] {
        assert_eq!(closing(bad), Err(AttendanceError::BadClose { most_minutes: 240 }), "{bad}");
    }
}

#[test]
fn a_newcomer_sees_what_is_open_and_only_who_takes_attendance_the_code() {
    let checkin = open();
    let with = CheckinView::with_code(&checkin, after(1)).unwrap();
    assert_eq!((with.code.clone(), with.expires_at), (Some(shown(&checkin, 1)), Some(after(30_000))));
    let without = CheckinView { code: None, expires_at: None, ..with.clone() };
    let stands = days("AAA");
    let told =
        Interventions::default().settle(&stands, &InterventionRules::default(), now()).triggered.remove(0);
    let interventions = vec![InterventionView::of(user("ann"), &told)];
    let seen = |viewer, ms, interventions: &[InterventionView]| {
        let view = StaffView::new(class(), today(), vec![], vec![]);
        let view = view.seen_by(viewer, Some(&checkin), interventions.to_vec(), after(ms));
        (view.checkin, view.interventions)
    };
    let all = Some(interventions.clone());
    assert_eq!(seen(Viewer::Staff, 1, &interventions), (Some(with.clone()), None));
    assert_eq!(seen(Viewer::Administrator, 1, &interventions), (Some(with), all.clone()));
    assert_eq!(seen(Viewer::Counselor, 1, &interventions), (Some(without.clone()), all));
    assert_eq!(seen(Viewer::Counselor, 1, &[]).1, Some(vec![]), "none stands");
    let family = |ms| FamilyView::new(class(), today(), vec![], vec![], Some(&checkin), after(ms)).checkin;
    assert_eq!(family(1), Some(without));
    let over = 45 * 60_000;
    assert_eq!((seen(Viewer::Staff, over, &[]).0, family(over)), (None, None));
}

#[test]
fn a_session_is_read_as_it_was_kept() {
    let checkin = open();
    let kept = serde_json::to_string(&checkin).unwrap();
    let read: Checkin = serde_json::from_str(&kept).unwrap();
    assert_eq!((&read, read.code_at(after(1))), (&checkin, checkin.code_at(after(1))));
}

proptest! {
    /// Closing marks exactly those `ABSENT` who have no record, and touches no other.
    #[test]
    fn closing_touches_only_who_was_never_marked(
        marked in prop::collection::vec(prop::option::of(crate::school::some_status()), 0..20),
    ) {
        let limits = Limits::default();
        let day = |(n, status): (usize, &Option<Status>)| {
            let mut day = unmarked(&format!("s{n}"));
            if let Some(status) = status {
                day.mark(set(*status), &teacher(), now(), on(&limits, today())).unwrap();
            }
            day
        };
        let before: Vec<StudentDay> = marked.iter().enumerate().map(day).collect();
        let mut days = before.clone();
        let Closing { auto_absent, marked: changes, .. } = open().close(&mut days, &teacher(), after(1)).unwrap();
        let missing: Vec<_> = before.iter().filter(|day| day.version() == 0).map(|day| day.student_id.clone()).collect();
        prop_assert_eq!(&auto_absent, &missing);
        prop_assert_eq!(changes.len(), missing.len());
        for (before, now) in before.iter().zip(&days) {
            if missing.contains(&now.student_id) {
                prop_assert_eq!((now.status(), now.version()), (Some(Status::Absent), 1));
            } else {
                prop_assert_eq!(before, now);
            }
        }
    }

    /// Whenever a code is shown, it is good until it expires, and five seconds more while the check-in is open.
    #[test]
    fn a_code_that_is_shown_is_good(ms in 0..45 * 60_000_u64, later in 0..35_000_u64, rotate_sec in 10..=300_u32) {
        let checkin = open_with(&asked(rotate_sec, 10, 45), None).unwrap();
        let shown = checkin.code_at(after(ms)).unwrap();
        let sent = ms + later;
        let answer = ann_sends(&checkin, &shown.code, sent);
        if after(sent) >= checkin.closes_at {
            prop_assert_eq!(answer, Err(AttendanceError::Closed));
        } else if after(sent) < shown.expires_at.plus(Duration::from_secs(5)) {
            prop_assert!(answer.is_ok());
        }
    }
}
