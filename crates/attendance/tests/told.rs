//! Every event of the domain as the journal keeps it, and who receives what of it: made by the rules, so that each can be.

use std::collections::{BTreeMap, BTreeSet};

use homeroom_attendance::{
    AttendanceBulkMarked, AttendanceCorrected, AttendanceMarked, Change, Checkin, CheckinClosed,
    CheckinCodeShown, CheckinId, CheckinOpened, Correct, Intervention, InterventionId, InterventionRules,
    InterventionTriggered, InterventionWithdrawn, Interventions, Limits, MarkAttendance, PatternDetected,
    PatternRules, Patterns, Record, RecordId, RecordToMark, RecordView, Secret, Status, StudentDay, mark_all,
};
use homeroom_contract::Timestamp;
use homeroom_testkit::wire::told;
use serde_json::Value;

use crate::school::{at, class, days, now, on, place, principal, teacher, today, user};

/// A check-in of that morning that is still open.
fn checkin() -> Checkin {
    Checkin {
        session_id: CheckinId::new("s7").unwrap(),
        class_id: class(),
        date: today(),
        secret: Secret::new([7; 32]),
        rotate_sec: 30,
        late_after_min: 10,
        opened_by: user("tina"),
        opened_at: opened_at(),
        closes_at: at("2026-11-16T08:45:00Z"),
        closed_at: None,
    }
}

fn opened_at() -> Timestamp {
    at("2026-11-16T08:00:00Z")
}

/// A student whose day has a record of that id: who was missing at a check-in of before.
fn missing(student: &str, record_id: &str) -> StudentDay {
    let mut day = StudentDay::unmarked(class(), user(student), today());
    checkin().close([&mut day], &teacher(), opened_at()).unwrap();
    let record = day.record.take().unwrap();
    StudentDay { record: Some(Record { record_id: RecordId::new(record_id).unwrap(), ..record }), ..day }
}

fn marked(day: &StudentDay, change: &Change) -> AttendanceMarked {
    AttendanceMarked::new(&place(), RecordView::after(day, change), change)
}

#[test]
fn who_receives_what_of_marks() {
    let limits = Limits::default();
    let rules = on(&limits, today());
    let mut ann = missing("ann", "r1");
    let sent = MarkAttendance {
        reason: Some("Dentist".to_owned()),
        arrival_at: Some(at("2026-11-16T09:10:00Z")),
        departure_at: Some(at("2026-11-16T11:00:00Z")),
        ..MarkAttendance::new(class(), user("ann"), today(), Status::Partial)
    };
    let change = ann.mark(sent.into(), &teacher(), now(), rules).unwrap();
    let one = told(&marked(&ann, &change));

    let correct = Correct::new(RecordId::new("r1").unwrap(), Status::Present, "Was in the library");
    let change = ann.correct(correct.into(), &principal(), at("2026-11-16T12:00:00Z"), rules).unwrap();
    let corrected = AttendanceCorrected::new(&place(), RecordView::after(&ann, &change), &change).unwrap();

    let mut days =
        BTreeMap::from([(user("bob"), missing("bob", "r2")), (user("cleo"), missing("cleo", "r3"))]);
    let excused = RecordToMark {
        reason: Some("Sister's wedding".to_owned()),
        ..RecordToMark::new(user("cleo"), Status::Excused)
    };
    let records = vec![RecordToMark::new(user("bob"), Status::Late), excused];
    let bulk = mark_all(records, &class(), today(), &mut days, &teacher(), now(), rules).unwrap();
    let mut all = vec![one, told(&corrected), told(&AttendanceBulkMarked::new(&place(), &bulk).unwrap())];
    all.extend(AttendanceMarked::each_of(&place(), &bulk).iter().map(told));
    insta::assert_json_snapshot!(all);
}

#[test]
fn who_receives_what_of_check_ins() {
    let (mut checkin, limits) = (checkin(), Limits::default());
    let students = vec![user("ann"), user("bob")];
    let opened = told(&CheckinOpened::new(&place(), &checkin, students.clone()));
    let shown = checkin.code_at(opened_at()).unwrap();
    let first = told(&CheckinCodeShown::new(&place(), &checkin, shown.clone()));
    let mut ann = missing("ann", "r1");
    let change = checkin.check_in(&shown.code, &mut ann, 1, opened_at(), &limits).unwrap().unwrap();
    let checked_in = told(&marked(&ann, &change));
    let mut bob = StudentDay::unmarked(class(), user("bob"), today());
    let closing = checkin.run_out([&mut ann, &mut bob], checkin.closes_at).unwrap().unwrap();
    let closed = told(&CheckinClosed::new(&place(), &checkin, students, &closing));
    insta::assert_json_snapshot!([opened, first, checked_in, closed]);
}

fn named(id: &str, told: &Intervention) -> Intervention {
    Intervention { intervention_id: InterventionId::new(id).unwrap(), ..told.clone() }
}

#[test]
fn who_receives_what_of_absences() {
    let (place, rules, ann) =
        (place(), InterventionRules { percents: vec![20], ..InterventionRules::default() }, user("ann"));
    let told_of = Interventions::default().settle(&days("PPPPPPPAAA"), &rules, now()).triggered;
    let mut standing =
        Interventions::of(["i1", "i2"].into_iter().zip(&told_of).map(|(id, told)| named(id, told)));
    let triggered =
        standing.standing().iter().map(|told| InterventionTriggered::new(&place, ann.clone(), told.clone()));
    let mut all: Vec<Value> = triggered.map(|event| told(&event)).collect();
    let withdrawn = standing.settle(&days("PPPPPPPPPP"), &rules, now()).withdrawn;
    all.extend(
        withdrawn.into_iter().map(|gone| told(&InterventionWithdrawn::new(&place, ann.clone(), gone))),
    );

    let elsewhere: BTreeSet<_> = days("P......P......P").into_keys().collect();
    let found = Patterns::default().settle(&days("APPPP..APPPP..ALLL"), &elsewhere, &PatternRules::default());
    all.extend(found.into_iter().map(|found| told(&PatternDetected::new(&place, ann.clone(), found))));
    assert_eq!(all.len(), 2 + 2 + 3);
    insta::assert_json_snapshot!(all);
}
