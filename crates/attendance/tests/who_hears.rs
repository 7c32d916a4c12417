//! Who receives what, for all marks: a student's own to that family, no code and no other student's to any.

use std::collections::BTreeMap;

use homeroom_attendance::{
    AttendanceBulkMarked, AttendanceCorrected, AttendanceMarked, AttendanceRoom, Checkin, CheckinClosed,
    CheckinCodeRotated, CheckinOpened, Correct, InterventionRules, InterventionTriggered,
    InterventionWithdrawn, Interventions, Limits, OpenCheckin, PatternDetected, PatternRules, Patterns,
    RecordToMark, RecordView, Secret, Status, StudentDay, mark_all,
};
use homeroom_contract::{Delivery, DomainEvent, Room, UserId};
use proptest::prelude::*;
use std::time::Duration;

use crate::school::{class, days, now, on, place, some_status, teacher, today, user};

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

/// A check-in that was opened, with its code, and some time later the next one.
fn checkin_events() -> (Vec<Delivery>, [String; 2]) {
    let limits = Limits::default();
    let asked = OpenCheckin {
        class_id: None,
        rotate_sec: 30,
        late_after_min: 5,
        closes_at: now().plus(Duration::from_mins(45)),
    };
    let mut checkin =
        Checkin::open(class(), &asked, None, Secret::new([7; 32]), &teacher(), now(), on(&limits, today()))
            .unwrap();
    let first = checkin.code_at(now()).unwrap();
    let second = checkin.code_at(first.expires_at).unwrap();
    let codes = [first.code.clone(), second.code.clone()];
    let mut deliveries = CheckinOpened::new(&place(), &checkin, first, students()).deliveries();
    deliveries.extend(CheckinCodeRotated::new(&place(), checkin.session_id.clone(), second).deliveries());
    let mut missing: Vec<_> =
        students().into_iter().map(|id| StudentDay::unmarked(class(), id, today())).collect();
    let closing = checkin.close(&mut missing, &user("tina"), now()).unwrap();
    let session = checkin.session_id.clone();
    deliveries.extend(CheckinClosed::new(&place(), session, user("tina"), students(), &closing).deliveries());
    (deliveries, codes)
}

#[test]
fn no_code_and_nobody_who_was_missing_goes_to_a_family() {
    let (deliveries, codes) = checkin_events();
    let (families, staff): (Vec<_>, Vec<_>) = deliveries.iter().partition(|delivery| to_families(delivery));
    for delivery in &families {
        let said = codes.iter().map(String::as_str).chain(STUDENTS).find(|secret| says(delivery, secret));
        assert_eq!(said, None, "{}", text(delivery));
    }
    assert_eq!(
        families.iter().map(|delivery| delivery.event).collect::<Vec<_>>(),
        ["attendance.session-opened", "attendance.session-closed",]
    );
    let heard = |said: &str| staff.iter().any(|delivery| says(delivery, said));
    assert!(codes.iter().map(String::as_str).chain(STUDENTS).all(heard));
    assert!(staff.iter().all(|delivery| delivery.rooms == [Room::class_staff(&class())]));
}

#[test]
fn interventions_and_patterns_go_to_counselors_and_administrators_alone() {
    let (mut interventions, rules) = (Interventions::default(), InterventionRules::default());
    let triggered = interventions.settle(&days("AAAAAAAAAA"), &rules, now()).triggered;
    let withdrawn = interventions.settle(&days("PPPPPPPPPP"), &rules, now()).withdrawn;
    let found = Patterns::default().settle(&days("LLL"), &PatternRules::default());
    let (student_id, place) = (user("ann"), place());
    let mut deliveries = Vec::new();
    for intervention in triggered {
        let event =
            InterventionTriggered { place: place.clone(), student_id: student_id.clone(), intervention };
        deliveries.push(event.deliveries());
    }
    for intervention in withdrawn {
        let event =
            InterventionWithdrawn { place: place.clone(), student_id: student_id.clone(), intervention };
        deliveries.push(event.deliveries());
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
        let bulk = mark_all(records, today(), &mut register, &teacher(), now(), on(&limits, today())).unwrap();
        let summary = AttendanceBulkMarked::new(&place, today(), user("tina"), &bulk).deliveries();
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
