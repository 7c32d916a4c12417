//! The rooms: how they are written, who is in which, and which a target has.

use std::collections::BTreeSet;

use crate::support::{guardian, held, keyed, member, notification, org, place, tenant, user};
use homeroom_contract::{Role, Room};
use homeroom_notifications::{
    Member, Notification, NotificationBroadcast, NotificationError, NotificationRoom, NotificationType,
    Place, Priority, RoleGroup, RoleHeld, Target,
};
use proptest::prelude::*;

const ROLES: [Role; 10] = [
    Role::Guest,
    Role::Student,
    Role::Parent,
    Role::Proctor,
    Role::Aide,
    Role::Counselor,
    Role::Teacher,
    Role::SchoolAdmin,
    Role::DistrictAdmin,
    Role::SystemAdmin,
];

/// The rooms of somebody in `d1`, as they are written.
fn rooms(member: &Member) -> Vec<String> {
    member.rooms(&place("d1")).into_iter().map(|room| room.room().to_string()).collect()
}

/// Mum has Ann at `s1` and Bob at `s2`.
fn mum() -> Member {
    guardian("mum", &["ann", "bob"], &["s1", "s2"])
}

#[test]
fn each_is_in_the_rooms_of_what_the_roster_says_and_in_no_others() {
    let ann = Member { students: vec![user("ann")], ..member("ann", &[held(Role::Student, "s1")]) };
    assert_eq!(rooms(&ann), ["user:ann", "student:ann", "school:s1", "school:s1:students", "district:d1"]);
    assert_eq!(
        rooms(&mum()),
        [
            "user:mum",
            "student:ann",
            "student:bob",
            "school:s1",
            "school:s2",
            "school:s1:parents",
            "school:s2:parents",
            "district:d1"
        ]
    );
    let tina = member("tina", &[held(Role::Teacher, "s1"), held(Role::Aide, "s1")]);
    assert_eq!(
        rooms(&tina),
        ["user:tina", "school:s1", "school:s1:aides", "school:s1:teachers", "district:d1"]
    );
    let dora = ["user:dora", "district:d1", "district:d1:admins"];
    for place in ["d1", "state"] {
        let here = member("dora", &[held(Role::DistrictAdmin, place)]);
        assert_eq!(rooms(&here), dora, "who runs the district isn't in every school");
    }
}

#[test]
fn who_holds_no_role_and_has_no_child_is_in_no_room_but_the_own() {
    for roles in
        [vec![], vec![held(Role::Guest, "s1")], vec![held(Role::Parent, "s1"), held(Role::Parent, "d1")]]
    {
        assert_eq!(rooms(&member("gus", &roles)), ["user:gus"]);
    }
}

/// The roster may have a guardian's role at the district, or at a school that the child has left.
#[test]
fn a_guardian_is_where_the_children_are_whatever_the_role_says() {
    let stale = Member { roles: vec![held(Role::Parent, "s9"), held(Role::Parent, "d1")], ..mum() };
    assert_eq!(rooms(&stale), rooms(&mum()));
    let places: Vec<_> = stale.places().map(|place| place.org.to_string()).collect();
    assert_eq!(places, ["s1", "s2"]);
}

#[test]
fn only_a_school_has_the_rooms_of_a_school_and_only_the_tenant_those_of_a_district() {
    let clerk = member("cleo", &[held(Role::Teacher, "d1"), held(Role::SchoolAdmin, "d1")]);
    assert_eq!(rooms(&clerk), ["user:cleo", "district:d1"]);
    let odd = member("odd", &[held(Role::DistrictAdmin, "s1")]);
    assert_eq!(rooms(&odd), ["user:odd", "district:d1"], "a role of districts at a school");
    let alone = Place { above: vec![], ..place("s1") };
    let own = member("odd", &[RoleHeld { role: Role::DistrictAdmin, at: alone.clone() }]);
    let own: Vec<_> = own.rooms(&alone).into_iter().map(|room| room.room().to_string()).collect();
    assert_eq!(own, ["user:odd", "district:s1", "district:s1:admins"], "a school that is its own tenant");
}

#[test]
fn the_words_are_those_of_the_other_namespaces() {
    let written = |group| NotificationRoom::SchoolRole(org("s1"), group).room();
    assert_eq!(written(RoleGroup::Admins), Room::school_admins(&org("s1")));
    assert_eq!(written(RoleGroup::Counselors), Room::school_counselors(&org("s1")));
    let words: BTreeSet<_> = ROLES.into_iter().filter_map(RoleGroup::of).map(RoleGroup::as_str).collect();
    assert_eq!(
        words.into_iter().collect::<Vec<_>>(),
        ["admins", "aides", "counselors", "parents", "proctors", "students", "teachers"]
    );
}

#[test]
fn a_room_is_read_as_it_is_written_and_nothing_else_is() {
    for group in RoleGroup::ALL {
        assert_eq!(group.to_string().parse(), Ok(group));
        let room = NotificationRoom::SchoolRole(org("s:1"), group);
        assert_eq!(NotificationRoom::read(&room.room()), Some(room));
    }
    for text in
        ["school:s1:Teachers", "school:s1:staff", "school:s1:teachers:x", "district:d1:teachers", "class:c1"]
    {
        assert_eq!(NotificationRoom::read(&Room::parse(text).unwrap()), None, "{text}");
    }
}

proptest! {
    #[test]
    fn no_id_opens_another_room(one in "[a-z:%]{1,12}", other in "[a-z:%]{1,12}", group in 0..7_usize) {
        let group = RoleGroup::ALL[group];
        let (school, role) = (
            NotificationRoom::School(org(&one)).room(),
            NotificationRoom::SchoolRole(org(&other), group).room(),
        );
        prop_assert_ne!(&school, &role);
        prop_assert_eq!(NotificationRoom::read(&school), Some(NotificationRoom::School(org(&one))));
        prop_assert_eq!(NotificationRoom::read(&role), Some(NotificationRoom::SchoolRole(org(&other), group)));
    }
}

fn room(target: &Target) -> Option<String> {
    target.room(&tenant()).map(|room| room.to_string())
}

#[test]
fn a_target_has_the_room_that_its_people_are_in() {
    assert_eq!(room(&Target::User { id: user("ann") }).unwrap(), "user:ann");
    assert_eq!(room(&Target::School { id: org("s1") }).unwrap(), "school:s1");
    assert_eq!(room(&Target::District { id: org("d1") }).unwrap(), "district:d1");
    assert_eq!(room(&Target::All).unwrap(), "district:d1", "everyone of a tenant is in its district's room");
    for role in ROLES {
        let target = Target::Role { id: org("s1"), role };
        match role {
            Role::Guest | Role::SystemAdmin => {
                assert_eq!(target.check(Priority::Urgent), Err(NotificationError::NoSuchGroup), "{role:?}");
                assert_eq!(room(&target), None);
            }
            Role::DistrictAdmin => {
                let district = Target::Role { id: org("d1"), role };
                assert_eq!(room(&district).unwrap(), "district:d1:admins");
            }
            _ => {
                assert_eq!(target.check(Priority::Low), Ok(()));
                let inside = if role == Role::Parent { mum() } else { member("x", &[held(role, "s1")]) };
                assert!(
                    rooms(&inside).contains(&room(&target).unwrap()),
                    "{role:?} is in the room of the target"
                );
            }
        }
    }
}

#[test]
fn a_district_that_isnt_the_tenants_has_no_room() {
    for id in ["s1", "d2"] {
        assert_eq!(room(&Target::District { id: org(id) }), None);
        assert_eq!(room(&Target::Role { id: org(id), role: Role::DistrictAdmin }), None);
    }
}

/// What is sent reaches who would be in the room, and nobody else.
#[test]
fn who_is_meant_is_who_is_in_the_room() {
    let role = |id: &str, role| Target::Role { id: org(id), role };
    let all = |member: &Member| {
        let targets = [
            Target::User { id: user("mum") },
            Target::School { id: org("s1") },
            role("s1", Role::Parent),
            role("s1", Role::Student),
            role("d1", Role::DistrictAdmin),
            role("d1", Role::Parent),
            role("s1", Role::Guest),
            Target::District { id: org("d1") },
            Target::All,
        ];
        targets.map(|target| member.is_meant_by(&target, &place("d1")))
    };
    assert_eq!(all(&mum()), [true, true, true, false, false, false, false, true, true]);
    assert_eq!(all(&member("gus", &[held(Role::Guest, "s1")])), [false; 9]);
    let dora = member("dora", &[held(Role::DistrictAdmin, "d1")]);
    assert_eq!(all(&dora), [false, false, false, false, true, false, false, true, true]);
}

#[test]
fn only_what_is_told_at_once_is_told_to_a_room() {
    let alarm = Notification {
        kind: NotificationType::SystemAnnouncement,
        priority: Priority::Urgent,
        ..notification(1)
    };
    let of = |target, notification| NotificationBroadcast::of(tenant(), target, notification);
    let school = Target::School { id: org("s1") };
    let event = of(school.clone(), alarm.clone()).unwrap();
    assert_eq!((event.tenant_id(), event.target(), event.notification()), (&tenant(), &school, &alarm));
    assert_eq!(of(school, notification(1)), None, "a grade is each person's own");
    assert_eq!(of(Target::User { id: user("ann") }, alarm.clone()), None);
    assert_eq!(of(Target::District { id: org("d2") }, alarm), None, "there is no such room");
}

#[test]
fn only_what_nobody_can_hold_back_and_what_replaces_nothing_is_told_at_once() {
    let school = Target::School { id: org("s1") };
    let alarm = Notification {
        kind: NotificationType::SystemAnnouncement,
        priority: Priority::Urgent,
        ..notification(1)
    };
    assert!(school.is_told_at_once(&alarm));
    assert!(Target::All.is_told_at_once(&alarm));
    assert!(!Target::User { id: user("ann") }.is_told_at_once(&alarm), "one person is told in user:{{id}}");
    let key = keyed(1, "storm").dedupe_key;
    assert!(!school.is_told_at_once(&Notification { dedupe_key: key, ..alarm.clone() }));
    assert!(!school.is_told_at_once(&Notification { priority: Priority::High, ..alarm.clone() }));
    assert!(!school.is_told_at_once(&Notification { kind: NotificationType::General, ..alarm }));
}
