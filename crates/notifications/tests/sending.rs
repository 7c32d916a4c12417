//! Who may send what to whom. The district `d1` has the schools `s1` and `s2`; Ann is at `s1`.

use crate::support::{org, service, tenant, user};
use homeroom_contract::{OrgId, Role, TenantId};
use homeroom_notifications::{Lineage, NotificationType, Priority, RoleHeld, SEND_SCOPE, Sender, Target};

const EVERYTHING: [(NotificationType, Priority); 4] = [
    (NotificationType::General, Priority::Normal),
    (NotificationType::General, Priority::Urgent),
    (NotificationType::SystemAnnouncement, Priority::Low),
    (NotificationType::SystemAnnouncement, Priority::Urgent),
];

fn school(id: &str) -> Lineage {
    Lineage { org: org(id), above: vec![org("d1"), org("state")] }
}

fn district() -> Lineage {
    Lineage { org: org("d1"), above: vec![org("state")] }
}

/// Every kind of target, by a short name, with the orgs that it is of.
fn targets() -> Vec<(&'static str, Target, Vec<Lineage>)> {
    vec![
        ("ann", Target::User { id: user("ann") }, vec![school("s1")]),
        ("parents of s1", Target::Role { id: org("s1"), role: Role::Parent }, vec![school("s1")]),
        ("s1", Target::School { id: org("s1") }, vec![school("s1")]),
        ("admins of d1", Target::Role { id: org("d1"), role: Role::DistrictAdmin }, vec![district()]),
        ("d1", Target::District { id: org("d1") }, vec![district()]),
        ("all", Target::All, vec![district()]),
    ]
}

/// The targets that may be sent all of that.
fn reached(sender: Sender<'_>, what: &[(NotificationType, Priority)]) -> Vec<&'static str> {
    let all = targets().into_iter().filter(|(_, target, places)| {
        what.iter().all(|(kind, priority)| sender.check(target, *kind, *priority, &tenant(), places).is_ok())
    });
    all.map(|(name, ..)| name).collect()
}

/// The targets that may be sent any of that.
fn touched(sender: Sender<'_>, what: &[(NotificationType, Priority)]) -> Vec<&'static str> {
    let any = targets().into_iter().filter(|(_, target, places)| {
        what.iter().any(|(kind, priority)| sender.check(target, *kind, *priority, &tenant(), places).is_ok())
    });
    any.map(|(name, ..)| name).collect()
}

fn holding(role: Role, at: &str) -> Vec<RoleHeld> {
    vec![RoleHeld { role, org: org(at) }]
}

#[test]
fn students_parents_aides_proctors_and_guests_send_nothing_to_anybody() {
    for role in [Role::Student, Role::Parent, Role::Aide, Role::Proctor, Role::Guest] {
        for place in ["s1", "s2", "d1", "state"] {
            let roles = holding(role, place);
            assert!(touched(Sender::Person(&roles), &EVERYTHING).is_empty(), "{role:?} at {place}");
        }
    }
    assert!(touched(Sender::Person(&[]), &EVERYTHING).is_empty(), "nor does who holds no role");
}

#[test]
fn who_administers_an_org_sends_anything_there_and_below_and_nothing_beside_or_above() {
    let in_school = ["ann", "parents of s1", "s1"];
    let everywhere = ["ann", "parents of s1", "s1", "admins of d1", "d1", "all"];
    for role in [Role::SchoolAdmin, Role::DistrictAdmin, Role::SystemAdmin] {
        let reach = |place| {
            let roles = holding(role, place);
            let sender = Sender::Person(&roles);
            assert_eq!(reached(sender, &EVERYTHING), touched(sender, &EVERYTHING), "all or nothing");
            reached(sender, &EVERYTHING)
        };
        assert_eq!(reach("s1"), in_school);
        assert_eq!(reach("d1"), everywhere);
        assert_eq!(reach("state"), everywhere);
        assert!(reach("s2").is_empty());
    }
}

#[test]
fn teachers_and_counselors_send_to_one_person_of_their_school_what_passes_nobodys_choice() {
    for role in [Role::Teacher, Role::Counselor] {
        let at = |place| holding(role, place);
        assert_eq!(touched(Sender::Person(&at("s1")), &EVERYTHING), ["ann"]);
        assert_eq!(reached(Sender::Person(&at("s1")), &EVERYTHING[..1]), ["ann"]);
        assert!(
            touched(Sender::Person(&at("s1")), &EVERYTHING[1..]).is_empty(),
            "urgent, or an announcement"
        );
        for elsewhere in ["s2", "d1", "state"] {
            assert!(touched(Sender::Person(&at(elsewhere)), &EVERYTHING).is_empty(), "{elsewhere}");
        }
    }
}

#[test]
fn the_best_of_several_roles_counts() {
    let roles = [holding(Role::Parent, "s1"), holding(Role::SchoolAdmin, "s1")].concat();
    assert_eq!(reached(Sender::Person(&roles), &EVERYTHING), ["ann", "parents of s1", "s1"]);
}

#[test]
fn a_service_sends_with_that_very_scope_only() {
    let with = service("grades", &["gradebook:write", SEND_SCOPE]);
    assert_eq!(reached(Sender::Service(&with), &EVERYTHING).len(), targets().len());
    let without =
        service("notifications:send", &["gradebook:write", "notifications:sen", "notifications:send:x"]);
    assert!(touched(Sender::Service(&without), &EVERYTHING).is_empty());
}

#[test]
fn facts_about_another_org_give_no_right_to_this_one() {
    let roles = holding(Role::SchoolAdmin, "s2");
    let target = Target::School { id: org("s1") };
    let allowed = |places: &[Lineage]| {
        Sender::Person(&roles)
            .check(&target, NotificationType::General, Priority::Low, &tenant(), places)
            .is_ok()
    };
    assert!(!allowed(&[school("s2")]), "it is the target's own org that counts");
    assert!(!allowed(&[]));
}

#[test]
fn everyone_is_the_people_of_ones_own_tenant() {
    let roles = holding(Role::SchoolAdmin, "s1");
    let (general, urgent) = (NotificationType::General, Priority::Urgent);
    let alone: OrgId = org("s1");
    let place = [Lineage { org: alone.clone(), above: vec![] }];
    let check =
        |tenant: &TenantId| Sender::Person(&roles).check(&Target::All, general, urgent, tenant, &place);
    assert!(check(&TenantId::new("s1").unwrap()).is_ok(), "a school without a district is its own tenant");
    assert!(check(&tenant()).is_err());
}
