//! The rooms: how they are written, who is in which, and which a target has.

use std::collections::BTreeSet;

use crate::support::{keyed, notification, org, tenant, user};
use homeroom_contract::{OrgId, Role, Room, UserId};
use homeroom_notifications::{
    AtConnect, Notification, NotificationError, NotificationRoom, NotificationType, Priority, RoleGroup,
    RoleHeld, Target,
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

fn held(role: Role, at: &str) -> RoleHeld {
    RoleHeld { role, org: org(at) }
}

/// The rooms of somebody in `d1`, as they are written.
fn rooms(id: &str, students: &[UserId], at_schools: &[RoleHeld], administers: &[OrgId]) -> Vec<String> {
    let (user_id, tenant) = (user(id), tenant());
    let here = AtConnect { user_id: &user_id, tenant: &tenant, students, at_schools, administers };
    here.rooms().into_iter().map(|room| room.room().to_string()).collect()
}

#[test]
fn each_is_in_the_rooms_of_what_the_roster_says_and_in_no_others() {
    let at_s1 = |role| [held(role, "s1")];
    assert_eq!(
        rooms("ann", &[user("ann")], &at_s1(Role::Student), &[]),
        ["user:ann", "student:ann", "school:s1", "school:s1:students", "district:d1"]
    );
    assert_eq!(
        rooms("mum", &[user("ann"), user("bob")], &[held(Role::Parent, "s1"), held(Role::Parent, "s2")], &[]),
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
    assert_eq!(
        rooms("tina", &[], &[held(Role::Teacher, "s1"), held(Role::Aide, "s1")], &[]),
        ["user:tina", "school:s1", "school:s1:aides", "school:s1:teachers", "district:d1"]
    );
    assert_eq!(
        rooms("dora", &[], &[], &[org("d1")]),
        ["user:dora", "district:d1", "district:d1:admins"],
        "who runs the district isn't in every school"
    );
    assert_eq!(rooms("gus", &[], &at_s1(Role::Guest), &[]), ["user:gus", "district:d1"]);
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

#[test]
fn a_target_has_the_room_that_its_people_are_in() {
    let room = |target: &Target| target.room(&tenant()).map(|room| room.to_string());
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
            Role::DistrictAdmin => assert_eq!(room(&target).unwrap(), "district:s1:admins"),
            _ => {
                assert_eq!(target.check(Priority::Low), Ok(()));
                let inside = rooms("x", &[], &[held(role, "s1")], &[]);
                assert!(inside.contains(&room(&target).unwrap()), "{role:?} is in the room of the target");
            }
        }
    }
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
