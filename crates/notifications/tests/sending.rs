//! Who may send what to whom. The district `d1` has the schools `s1` and `s2`; Ann is at `s1`.

use crate::support::{guardian, held, member, org, place, service, tenant, user};
use homeroom_contract::{Role, TenantId};
use homeroom_notifications::{
    Found, Member, NotificationError, NotificationType, Place, Priority, RoleHeld, SEND_SCOPE, Sender, Target,
};

const EVERYTHING: [(NotificationType, Priority); 4] = [
    (NotificationType::General, Priority::Normal),
    (NotificationType::General, Priority::Urgent),
    (NotificationType::SystemAnnouncement, Priority::Low),
    (NotificationType::SystemAnnouncement, Priority::Urgent),
];

/// What the roster has under the id of a target.
enum Row {
    Person(Member),
    Org(Place),
}

impl Row {
    fn found(&self, seen: bool) -> Found<'_> {
        match self {
            Self::Person(member) => Found::Person { member, seen },
            Self::Org(place) => Found::Org(place),
        }
    }
}

fn ann() -> Member {
    member("ann", &[held(Role::Student, "s1")])
}

/// Every kind of target, by a short name, with what the roster has there. Mum's child Ann is at `s1`.
fn targets() -> Vec<(&'static str, Target, Row)> {
    let mum = Member { roles: vec![held(Role::Parent, "s2")], ..guardian("mum", &["ann"], &["s1"]) };
    let role = |id: &str, role| Target::Role { id: org(id), role };
    let (school, district) = (|| Row::Org(place("s1")), || Row::Org(place("d1")));
    vec![
        ("ann", Target::User { id: user("ann") }, Row::Person(ann())),
        ("mum", Target::User { id: user("mum") }, Row::Person(mum)),
        ("parents of s1", role("s1", Role::Parent), school()),
        ("s1", Target::School { id: org("s1") }, school()),
        ("admins of d1", role("d1", Role::DistrictAdmin), district()),
        ("d1", Target::District { id: org("d1") }, district()),
        ("all", Target::All, district()),
    ]
}

/// The targets that may be sent that, if `how` many of it may.
fn sent(
    sender: Sender<'_>,
    what: &[(NotificationType, Priority)],
    seen: bool,
    how: fn(usize, usize) -> bool,
) -> Vec<&'static str> {
    let fits = targets().into_iter().filter(|(_, target, row)| {
        let may = |(kind, priority): &&(NotificationType, Priority)| {
            sender.check(target, *kind, *priority, &tenant(), Some(&row.found(seen))).is_ok()
        };
        how(what.iter().filter(may).count(), what.len())
    });
    fits.map(|(name, ..)| name).collect()
}

/// The targets that may be sent all of that.
fn reached(sender: Sender<'_>, what: &[(NotificationType, Priority)]) -> Vec<&'static str> {
    sent(sender, what, true, |may, all| may == all)
}

/// The targets that may be sent any of that.
fn touched(sender: Sender<'_>, what: &[(NotificationType, Priority)]) -> Vec<&'static str> {
    sent(sender, what, true, |may, _| may > 0)
}

fn holding(role: Role, at: &str) -> Vec<RoleHeld> {
    vec![held(role, at)]
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
    let in_school = ["ann", "mum", "parents of s1", "s1"];
    let everywhere = ["ann", "mum", "parents of s1", "s1", "admins of d1", "d1", "all"];
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
        assert_eq!(touched(Sender::Person(&at("s1")), &EVERYTHING), ["ann", "mum"]);
        assert_eq!(reached(Sender::Person(&at("s1")), &EVERYTHING[..1]), ["ann", "mum"]);
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
    assert_eq!(reached(Sender::Person(&roles), &EVERYTHING), ["ann", "mum", "parents of s1", "s1"]);
}

#[test]
fn a_service_sends_with_that_very_scope_only() {
    let with = service("grades", &["gradebook:write", SEND_SCOPE]);
    assert_eq!(reached(Sender::Service(&with), &EVERYTHING).len(), targets().len());
    let without =
        service("notifications:send", &["gradebook:write", "notifications:sen", "notifications:send:x"]);
    assert!(touched(Sender::Service(&without), &EVERYTHING).is_empty());
}

/// A teacher of the school whose class the student isn't in.
#[test]
fn whom_a_teacher_or_counselor_doesnt_see_they_send_nothing() {
    for role in [Role::Teacher, Role::Counselor] {
        let roles = holding(role, "s1");
        assert!(sent(Sender::Person(&roles), &EVERYTHING, false, |may, _| may > 0).is_empty(), "{role:?}");
    }
    let runs = holding(Role::SchoolAdmin, "s1");
    assert_eq!(sent(Sender::Person(&runs), &EVERYTHING, false, |may, all| may == all).len(), 4);
}

fn check(sender: Sender<'_>, target: &Target, found: Option<&Found<'_>>) -> Result<(), NotificationError> {
    sender.check(target, NotificationType::General, Priority::Urgent, &tenant(), found)
}

#[test]
fn what_is_not_there_is_not_found_for_whoever_may_send() {
    let (runs, grades) = (holding(Role::DistrictAdmin, "d1"), service("grades", &[SEND_SCOPE]));
    let (bob, school, district) = (member("bob", &[held(Role::Student, "s1")]), place("s2"), place("d2"));
    for sender in [Sender::Person(&runs), Sender::Service(&grades)] {
        for (_, target, _) in targets() {
            let what = match target {
                Target::User { .. } => "person",
                Target::School { .. } | Target::Role { role: Role::Parent, .. } => "school",
                _ => "district",
            };
            let missing = Err(NotificationError::NotFound(what));
            assert_eq!(check(sender, &target, None), missing, "{target:?}");
            for other in
                [Found::Person { member: &bob, seen: true }, Found::Org(&school), Found::Org(&district)]
            {
                assert_eq!(check(sender, &target, Some(&other)), missing, "{target:?} is {other:?}");
            }
        }
    }
}

#[test]
fn who_may_send_nothing_learns_nothing_of_who_is_there() {
    let (student, lunch) = (holding(Role::Student, "s1"), service("lunch", &["gradebook:write"]));
    for sender in [Sender::Person(&student), Sender::Service(&lunch)] {
        for (_, target, row) in targets() {
            assert_eq!(check(sender, &target, None), Err(NotificationError::NotAllowed));
            assert_eq!(check(sender, &target, Some(&row.found(true))), Err(NotificationError::NotAllowed));
        }
    }
}

/// Each of these has a room that nobody is in.
#[test]
fn a_district_is_no_school_and_a_school_no_district() {
    let (runs, grades) = (holding(Role::DistrictAdmin, "state"), service("grades", &[SEND_SCOPE]));
    let role = |id: &str, role| Target::Role { id: org(id), role };
    for sender in [Sender::Person(&runs), Sender::Service(&grades)] {
        for (target, what) in [
            (role("d1", Role::Parent), "school"),
            (Target::School { id: org("d1") }, "school"),
            (Target::School { id: org("state") }, "school"),
            (Target::District { id: org("s1") }, "district"),
            (Target::District { id: org("state") }, "district"),
            (role("s1", Role::DistrictAdmin), "district"),
        ] {
            let place = place(target.org(&tenant()).unwrap().as_str());
            let found = Found::Org(&place);
            assert_eq!(
                check(sender, &target, Some(&found)),
                Err(NotificationError::NotFound(what)),
                "{target:?}"
            );
        }
    }
}

#[test]
fn a_school_without_a_district_is_its_own_tenant_and_district() {
    let alone = Place { above: vec![], ..place("s1") };
    let runs = [RoleHeld { role: Role::SchoolAdmin, at: alone.clone() }];
    let found = Found::Org(&alone);
    for target in [
        Target::All,
        Target::School { id: org("s1") },
        Target::District { id: org("s1") },
        Target::Role { id: org("s1"), role: Role::DistrictAdmin },
    ] {
        let (kind, urgent) = (NotificationType::General, Priority::Urgent);
        let check = |tenant| Sender::Person(&runs).check(&target, kind, urgent, tenant, Some(&found));
        assert_eq!(check(&TenantId::new("s1").unwrap()), Ok(()), "{target:?}");
    }
}
