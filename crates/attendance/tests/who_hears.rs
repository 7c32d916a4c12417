//! Who receives what, for all marks: a student's own to that family, no code and no other student's to any.

use std::collections::{BTreeMap, BTreeSet};

use homeroom_attendance::{
    AttendanceBulkMarked, AttendanceCorrected, AttendanceMarked, AttendanceRoom, Checkin, CheckinClosed,
    CheckinCodeShown, CheckinOpened, Correct, InterventionRules, InterventionTriggered,
    InterventionWithdrawn, Interventions, Limits, OpenCheckin, PatternDetected, PatternRules, Patterns,
    RecordToMark, RecordView, Secret, Status, StudentDay, mark_all,
};
use homeroom_contract::{Delivery, DomainEvent, Room, UserId};
use proptest::prelude::*;
use std::time::Duration;

use crate::school::{class, days, now, on, place, set, some_status, teacher, today, user};

const STUDENTS: [&str; 4] = ["ann", "bob", "cleo", "dan"];

fn students() -> Vec<UserId> {
    STUDENTS.iter().map(|id| user(id)).collect()
}

fn text(delivery: &Delivery) -> &str {
    delivery.payload.as_ref().unwrap().get()
}

/// Whether that is one of its values.
fn says(delivery: &Delivery, value: &str) -> bool {
    text(delivery).contains(&format!("\"{value}\""))
}

/// Whether some family gets it.
fn to_families(delivery: &Delivery) -> bool {
    delivery.rooms.iter().any(|room| matches!(AttendanceRoom::read(room), Some(AttendanceRoom::Student(_))))
}

fn rooms_of(deliveries: &[Delivery]) -> Vec<&str> {
    deliveries.iter().flat_map(|delivery| &delivery.rooms).map(Room::as_str).collect()
}

/// A check-in of 45 minutes, with codes of 30 seconds.
fn checkin() -> Checkin {
    let limits = Limits::default();
    let asked = OpenCheckin::new(class(), 30, 5, now().plus(Duration::from_mins(45)));
    Checkin::open(class(), &asked, None, Secret::new([7; 32]), &teacher(), now(), on(&limits, today()))
        .unwrap()
}

fn unmarked_students() -> Vec<StudentDay> {
    students().into_iter().map(|id| StudentDay::unmarked(class(), id, today())).collect()
}

/// A check-in that was opened, its first code and the next one, and its end, at which all were missing.
fn checkin_events() -> (Vec<Delivery>, [String; 2]) {
    let mut checkin = checkin();
    let first = checkin.code_at(now()).unwrap();
    let second = checkin.code_at(first.expires_at).unwrap();
    let codes = [first.code.clone(), second.code.clone()];
    let mut deliveries = CheckinOpened::new(&place(), &checkin, students()).deliveries();
    for shown in [first, second] {
        deliveries.extend(CheckinCodeShown::new(&place(), &checkin, shown).deliveries());
    }
    let closing = checkin.close(&mut unmarked_students(), &teacher(), now()).unwrap();
    deliveries.extend(CheckinClosed::new(&place(), &checkin, students(), &closing).deliveries());
    (deliveries, codes)
}

#[test]
fn no_code_and_nobody_who_was_missing_goes_to_a_family() {
    let (deliveries, codes) = checkin_events();
    let (families, staff): (Vec<_>, Vec<_>) = deliveries.iter().partition(|delivery| to_families(delivery));
    let names =
        |deliveries: &[&Delivery]| deliveries.iter().map(|delivery| delivery.event).collect::<Vec<_>>();
    for delivery in &families {
        let said = codes.iter().map(String::as_str).chain(STUDENTS).find(|secret| says(delivery, secret));
        assert_eq!(said, None, "{}", text(delivery));
    }
    assert_eq!(names(&families), ["attendance.session-opened", "attendance.session-closed"]);
    assert_eq!(
        names(&staff),
        ["attendance.checkin-code", "attendance.checkin-code", "attendance.session-closed"]
    );
    let heard = |said: &str| staff.iter().any(|delivery| says(delivery, said));
    assert!(codes.iter().map(String::as_str).chain(STUDENTS).all(heard));
    assert!(staff.iter().all(|delivery| delivery.rooms == [Room::class_staff(&class())]));
    let families = STUDENTS.map(|id| format!("student:{id}"));
    let mut everybody = vec!["class:c1:staff"];
    everybody.extend(families.iter().map(String::as_str));
    assert_eq!(rooms_of(&deliveries[..1]), everybody, "all hear until when it is open");
    assert!(says(&deliveries[0], &checkin().closes_at.to_string()));
    assert!(says(&deliveries[0], &checkin().late_after().to_string()));
}

/// The class's staff and that student's family, and nobody else: no administrator, no counselor, no other family.
fn assert_for_one(marked: &AttendanceMarked, student: &str) {
    let deliveries = marked.deliveries();
    let [delivery] = deliveries.as_slice() else { panic!("{deliveries:?}") };
    assert_eq!(
        (delivery.event, rooms_of(&deliveries)),
        ("attendance.marked", vec!["class:c1:staff", &format!("student:{student}")])
    );
    assert_eq!(STUDENTS.iter().filter(|name| says(delivery, name)).collect::<Vec<_>>(), [&student]);
}

#[test]
fn a_single_mark_goes_to_staff_and_that_family() {
    let limits = Limits::default();
    let mut ann = StudentDay::unmarked(class(), user("ann"), today());
    let change = ann.mark(set(Status::Absent), &teacher(), now(), on(&limits, today())).unwrap();
    let marked = AttendanceMarked::new(&place(), RecordView::after(&ann, &change), &change);
    assert_for_one(&marked, "ann");
    let mut bob = StudentDay::unmarked(class(), user("bob"), today());
    let (checkin, first) = (checkin(), checkin().code_at(now()).unwrap());
    let change = checkin.check_in(&first.code, &mut bob, 1, now(), &limits).unwrap().unwrap();
    assert_for_one(&AttendanceMarked::new(&place(), RecordView::after(&bob, &change), &change), "bob");
}

#[test]
fn who_was_missing_when_it_closed_is_told_of_one_by_one() {
    let (mut checkin, mut days) = (checkin(), unmarked_students());
    let code = checkin.code_at(now()).unwrap().code;
    checkin.check_in(&code, &mut days[1], 1, now(), &Limits::default()).unwrap();
    let closing = checkin.close(&mut days, &teacher(), now()).unwrap();
    let marks = AttendanceMarked::each_missing(&place(), &closing);
    let missing = ["ann", "cleo", "dan"];
    assert_eq!(marks.len(), missing.len());
    for (marked, student) in marks.iter().zip(missing) {
        assert_for_one(marked, student);
        assert_eq!((marked.record.status, &marked.old), (Status::Absent, &None));
    }
}

#[test]
fn what_saved_nothing_is_no_event() {
    let rules = Limits::default();
    let records = vec![RecordToMark::new(user("stranger"), Status::Absent)];
    let bulk =
        mark_all(records, &class(), today(), &mut BTreeMap::new(), &teacher(), now(), on(&rules, today()));
    let bulk = bulk.unwrap();
    assert_eq!((AttendanceBulkMarked::new(&place(), &bulk), bulk.reply.failed.len()), (None, 1));
    assert_eq!(AttendanceMarked::each_of(&place(), &bulk), []);
}

/// 500 records with the longest reasons: what staff get in one event is some 100 bytes for each.
#[test]
fn a_bulk_mark_is_told_in_brief() {
    let limits = Limits::default();
    let ids: Vec<UserId> = (0..limits.records).map(|n| user(&format!("student-{n}"))).collect();
    let mut days: BTreeMap<_, _> =
        ids.iter().map(|id| (id.clone(), StudentDay::unmarked(class(), id.clone(), today()))).collect();
    let reason = Some("ü".repeat(limits.reason_chars));
    let one = |id: &UserId| RecordToMark {
        reason: reason.clone(),
        ..RecordToMark::new(id.clone(), Status::Excused)
    };
    let records = ids.iter().map(one).collect();
    let bulk =
        mark_all(records, &class(), today(), &mut days, &teacher(), now(), on(&limits, today())).unwrap();
    let told = AttendanceBulkMarked::new(&place(), &bulk).unwrap();
    assert_eq!(told.records.len(), 500);
    assert!(text(&told.deliveries()[0]).len() < 500 * 150);
    assert!(serde_json::to_string(&told).unwrap().len() < 500 * 150, "nor is it more in the journal");
}

#[test]
fn interventions_and_patterns_go_to_counselors_and_administrators_alone() {
    let (mut interventions, rules) = (Interventions::default(), InterventionRules::default());
    let triggered = interventions.settle(&days("AAAAAAAAAA"), &rules, now()).triggered;
    let withdrawn = interventions.settle(&days("PPPPPPPPPP"), &rules, now()).withdrawn;
    let found = Patterns::default().settle(&days("LLL"), &BTreeSet::new(), &PatternRules::default());
    let (student_id, place) = (user("ann"), place());
    let mut deliveries = Vec::new();
    for intervention in triggered {
        deliveries.push(InterventionTriggered::new(&place, student_id.clone(), intervention).deliveries());
    }
    for intervention in withdrawn {
        deliveries.push(InterventionWithdrawn::new(&place, student_id.clone(), intervention).deliveries());
    }
    for found in found {
        deliveries.push(PatternDetected::new(&place, student_id.clone(), found).deliveries());
    }
    assert_eq!(deliveries.len(), 4 + 4 + 1);
    for deliveries in deliveries {
        assert_eq!(rooms_of(&deliveries), ["school:s1:counselors", "school:s1:admins"]);
    }
}

#[test]
fn a_room_is_read_as_it_is_written_and_an_id_opens_no_other() {
    let sly = AttendanceRoom::Student(user("x:staff"));
    assert_eq!(sly.room().as_str(), "student:x%3Astaff");
    let all = ["user:u1", "student:ann", "class:c1:staff", "school:s1:counselors", "school:s1:admins"];
    for name in all {
        assert_eq!(
            AttendanceRoom::read(&Room::parse(name).unwrap()).map(|room| room.room().to_string()),
            Some(name.into())
        );
    }
    let classes: Vec<_> = all
        .iter()
        .filter_map(|name| AttendanceRoom::read(&Room::parse(name).unwrap())?.class().cloned())
        .collect();
    assert_eq!(classes, [class()], "the staff room is a class's");
    for name in ["class:c1", "school:s1", "gradebook:c1:t1"] {
        assert_eq!(AttendanceRoom::read(&Room::parse(name).unwrap()), None, "{name}");
    }
}

proptest! {
    /// A bulk mark and a correction of one of its records: staff hear of the first in one event and of the second with its reason;
    /// each family hears of its own, once, and never a reason of the staff's.
    #[test]
    fn a_family_hears_of_its_own_only(
        marks in prop::collection::btree_map(prop::sample::select(STUDENTS.to_vec()), some_status(), 1..4),
    ) {
        let (limits, place) = (Limits::default(), place());
        let mut register: BTreeMap<_, _> =
            students().into_iter().map(|id| (id.clone(), StudentDay::unmarked(class(), id, today()))).collect();
        let records = marks.iter().map(|(student, status)| RecordToMark::new(user(student), *status)).collect();
        let bulk = mark_all(records, &class(), today(), &mut register, &teacher(), now(), on(&limits, today())).unwrap();
        let summary = AttendanceBulkMarked::new(&place, &bulk).unwrap().deliveries();
        prop_assert_eq!(rooms_of(&summary), vec!["class:c1:staff"]);

        let first = bulk.marked[0].0.clone();
        let day = register.get_mut(&first.student_id).unwrap();
        let wrong = Correct::new(first.record_id, Status::Late, "It was somebody else's seat");
        let change = day.correct(wrong.into(), &teacher(), now(), on(&limits, today())).unwrap();
        let corrected = AttendanceCorrected::new(&place, RecordView::after(day, &change), &change).unwrap();
        let corrected = corrected.deliveries();
        prop_assert!(text(&corrected[0]).contains("somebody else's"));
        prop_assert_eq!(rooms_of(&corrected), vec!["class:c1:staff".to_owned(), format!("student:{}", first.student_id)]);

        let each: Vec<_> = AttendanceMarked::each_of(&place, &bulk);
        prop_assert_eq!(each.len(), marks.len());
        let deliveries: Vec<_> = each.iter().flat_map(DomainEvent::deliveries).chain(corrected.into_iter().skip(1)).collect();
        for delivery in &deliveries {
            let own = delivery.rooms[0].parts()[1].to_string();
            prop_assert_eq!(rooms_of(std::slice::from_ref(delivery)), vec![format!("student:{own}")]);
            let others = STUDENTS.iter().filter(|student| **student != own);
            prop_assert!(others.clone().all(|student| !says(delivery, student)));
            prop_assert!(!text(delivery).contains("somebody else's"));
        }
    }
}
