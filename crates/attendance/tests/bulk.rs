//! A whole class's day at once.

use std::collections::BTreeMap;

use homeroom_attendance::{
    AttendanceError, BulkOutcome, Limits, RecordToMark, Status, StudentDay, Summary, mark_all,
};
use homeroom_contract::{ClassId, Code, FieldError, UserId};
use proptest::prelude::*;

use crate::school::{class, day, now, on, some_status, teacher, today, user};

type Register = BTreeMap<UserId, StudentDay>;

fn register(students: &[&str]) -> Register {
    let unmarked = |id: &&str| (user(id), StudentDay::unmarked(class(), user(id), today()));
    students.iter().map(unmarked).collect()
}

fn to_mark(student: &str, status: Status) -> RecordToMark {
    RecordToMark::new(user(student), status)
}

fn mark(records: Vec<RecordToMark>, days: &mut Register) -> Result<BulkOutcome, AttendanceError> {
    mark_all(records, &class(), today(), days, &teacher(), now(), on(&Limits::default(), today()))
}

#[test]
fn what_cannot_be_marked_is_listed_and_the_rest_is_saved() {
    let mut days = register(&["ann", "bob", "cleo"]);
    mark(vec![to_mark("bob", Status::Late)], &mut days).unwrap();
    let records = vec![
        to_mark("ann", Status::Partial),
        RecordToMark { expected_version: Some(0), ..to_mark("bob", Status::Absent) },
        to_mark("stranger", Status::Absent),
        RecordToMark { arrival_at: Some(now()), ..to_mark("cleo", Status::Absent) },
    ];
    let BulkOutcome { marked, reply } = mark(records, &mut days).unwrap();
    assert_eq!(marked.len(), 1);
    assert_eq!(
        reply.saved.iter().map(|saved| (saved.student_id.as_str(), saved.version)).collect::<Vec<_>>(),
        [("ann", 1)]
    );
    assert_eq!(reply.summary, Summary { present: 1, partial: 1, ..Summary::default() });
    let failed: Vec<_> =
        reply.failed.iter().map(|failed| (failed.student_id.as_str(), failed.code)).collect();
    let expected =
        [("bob", Code::VersionConflict), ("stranger", Code::NotFound), ("cleo", Code::ValidationError)];
    assert_eq!(failed, expected);
    let current = reply.failed[0].current.clone().unwrap();
    assert_eq!((current.version, current.record.map(|record| record.status)), (1, Some(Status::Late)));
    assert_eq!(days[&user("cleo")].version(), 0);
}

#[test]
fn no_student_comes_twice() {
    let mut days = register(&["ann", "bob"]);
    let twice =
        vec![to_mark("ann", Status::Late), to_mark("bob", Status::Late), to_mark("ann", Status::Absent)];
    assert_eq!(mark(twice, &mut days), Err(AttendanceError::Twice(user("ann"))));
    assert_eq!(days, register(&["ann", "bob"]), "nothing is marked then");
}

#[test]
fn a_bulk_mark_has_a_bound() {
    let many = |count: usize| (0..count).map(|n| to_mark(&format!("s{n}"), Status::Present)).collect();
    assert_eq!(mark(many(500), &mut Register::new()).map(|bulk| bulk.reply.failed.len()), Ok(500));
    let refused = mark(many(501), &mut Register::new());
    assert_eq!(refused, Err(FieldError::TooMany { field: "records", most: 500 }.into()));
}

#[test]
fn a_locked_day_is_refused_as_a_whole() {
    let limits = Limits::default();
    let rules = on(&limits, day("2026-11-18"));
    let refused = mark_all(vec![], &class(), today(), &mut register(&[]), &teacher(), now(), rules);
    assert_eq!(refused, Err(AttendanceError::Locked));
}

/// Ten minutes after midnight a handler has the days of today, and the bulk is of yesterday, or of another class.
#[test]
fn only_the_days_in_question_are_marked() {
    let limits = Limits::default();
    let of = |class_id: &str, student: &str, date: &str| {
        StudentDay::unmarked(ClassId::new(class_id).unwrap(), user(student), day(date))
    };
    for other in [of("c1", "ann", "2026-11-17"), of("c2", "ann", "2026-11-16"), of("c1", "bob", "2026-11-16")]
    {
        let mut days = Register::from([(user("ann"), other)]);
        let before = days.clone();
        let records = vec![to_mark("ann", Status::Absent)];
        let rules = on(&limits, day("2026-11-17"));
        let refused = mark_all(records, &class(), today(), &mut days, &teacher(), now(), rules);
        assert_eq!(refused, Err(AttendanceError::OtherDay));
        assert_eq!(days, before);
    }
    assert_eq!(AttendanceError::OtherDay.code(), Code::Internal);
}

proptest! {
    /// The four counts are all; the two others are among the present.
    #[test]
    fn the_counts_add_up(statuses in prop::collection::vec(some_status(), 0..60)) {
        let summary: Summary = statuses.iter().copied().collect();
        let sum = summary.present + summary.absent + summary.late + summary.excused;
        prop_assert_eq!(sum as usize, statuses.len());
        let purely = statuses.iter().filter(|status| **status == Status::Present).count();
        prop_assert_eq!(summary.present, u32::try_from(purely).unwrap() + summary.partial + summary.early_departure);
    }

    /// Every record is either saved or listed, and what the summary counts is what was saved.
    #[test]
    fn nothing_is_lost(marks in prop::collection::btree_map("[a-h]", some_status(), 0..8)) {
        let mut days = register(&["a", "b", "c", "d"]);
        let records = marks.iter().map(|(student, status)| to_mark(student, *status)).collect();
        let BulkOutcome { marked, reply } = mark(records, &mut days).unwrap();
        prop_assert_eq!(reply.saved.len() + reply.failed.len(), marks.len());
        prop_assert_eq!(reply.summary, marked.iter().map(|(record, _)| record.status).collect());
        for (record, _) in &marked {
            prop_assert_eq!(days[&record.student_id].status(), marks.get(record.student_id.as_str()).copied());
        }
    }
}
