//! A small export with everything in it that must not count.

use homeroom_contract::InvalidId;
use homeroom_roster::oneroster::{ClassKind, SourcedId};

use super::*;

fn id<T: std::str::FromStr<Err = InvalidId>>(text: &str) -> T {
    text.parse().unwrap()
}

fn day(number: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, number).unwrap()
}

fn org(name: &str, kind: OrgKind, parent: Option<&str>) -> Org {
    Org { id: id(name), name: name.to_owned(), kind, identifier: None, parent: parent.map(id) }
}

fn session(name: &str, kind: SessionKind, end: NaiveDate) -> AcademicSession {
    let start = day(1);
    AcademicSession {
        id: id(name),
        title: name.to_owned(),
        kind,
        start,
        end,
        parent: None,
        school_year: 2027,
    }
}

fn user(name: &str, agents: &[&str]) -> User {
    User {
        id: id(name),
        enabled: name != "disabled",
        username: name.to_owned(),
        given_name: name.to_owned(),
        family_name: name.to_owned(),
        middle_name: None,
        preferred_given_name: None,
        preferred_middle_name: None,
        preferred_family_name: None,
        identifier: None,
        email: None,
        agents: agents.iter().map(|agent| id(agent)).collect(),
        grades: Vec::new(),
        primary_org: None,
        pronouns: None,
    }
}

fn role(user: &str, kind: RoleKind, org: &str) -> UserRole {
    let sourced = format!("{user}-{}", kind.as_str());
    UserRole { id: id(&sourced), user: id(user), kind, primary: true, org: id(org), begin: None, end: None }
}

fn enrolled(user: &str, role: EnrollmentRole, primary: Option<bool>, end: Option<NaiveDate>) -> Enrollment {
    Enrollment {
        id: SourcedId::new(format!("{user}-{}", role.as_str())).unwrap(),
        class: id("c"),
        school: id("school"),
        user: id(user),
        role,
        primary,
        begin: None,
        end,
    }
}

fn export() -> Export {
    let (teacher, student) = (EnrollmentRole::Teacher, EnrollmentRole::Student);
    Export {
        orgs: vec![
            org("state", OrgKind::State, None),
            org("district", OrgKind::District, Some("state")),
            org("school", OrgKind::School, Some("district")),
            org("other", OrgKind::School, Some("district")),
        ],
        sessions: vec![
            session("year", SessionKind::SchoolYear, day(30)),
            session("over", SessionKind::GradingPeriod, day(20)),
            session("open", SessionKind::GradingPeriod, day(30)),
        ],
        users: vec![
            user("ann", &["mother", "aunt"]),
            user("father", &["ann"]),
            user("mother", &[]),
            user("aunt", &[]),
            user("disabled", &[]),
        ],
        roles: vec![
            role("mother", RoleKind::Parent, "school"),
            role("father", RoleKind::Guardian, "school"),
            role("aunt", RoleKind::Relative, "school"),
            role("helper", RoleKind::Aide, "school"),
            role("second", RoleKind::Teacher, "school"),
            role("head", RoleKind::Principal, "school"),
            role("stranger", RoleKind::Principal, "other"),
            role("chief", RoleKind::DistrictAdministrator, "district"),
            role("minister", RoleKind::SystemAdministrator, "state"),
            UserRole { end: Some(day(20)), ..role("retired", RoleKind::Principal, "school") },
        ],
        classes: vec![Class {
            id: id("c"),
            title: "C".to_owned(),
            code: None,
            kind: ClassKind::Scheduled,
            course: id("course"),
            school: id("school"),
            terms: vec![id("year")],
            grades: Vec::new(),
            subjects: Vec::new(),
            periods: Vec::new(),
            location: None,
        }],
        enrollments: vec![
            enrolled("first", teacher.clone(), Some(true), None),
            enrolled("second", teacher.clone(), Some(false), None),
            enrolled("helper", teacher.clone(), Some(false), None),
            enrolled("aide", EnrollmentRole::Ext("ext:aide".into()), None, None),
            enrolled("watch", EnrollmentRole::Proctor, None, None),
            enrolled("clerk", EnrollmentRole::Administrator, None, None),
            enrolled("gone", teacher, Some(true), Some(day(20))),
            enrolled("ann", student.clone(), None, None),
            enrolled("left", student, None, Some(day(20))),
        ],
    }
}

fn names<'a>(users: impl IntoIterator<Item = &'a UserId>) -> Vec<&'a str> {
    users.into_iter().map(UserId::as_str).collect()
}

#[test]
fn who_is_in_a_class_today_and_as_what() {
    let district = export().district(None, day(20)).unwrap();
    let class = &district.classes[&id::<ClassId>("c")];
    assert_eq!(names(&class.teachers), ["first", "second"]);
    assert_eq!(names(&class.staff), ["aide", "clerk", "first", "helper", "second"]);
    assert_eq!(names(&class.students), ["ann"]);
    assert!(!district.enabled.contains(&id::<UserId>("disabled")));
    assert_eq!(district.session.as_str(), "open");
}

#[test]
fn a_guardian_is_a_link_in_either_row_and_a_role() {
    let district = export().district(None, day(20)).unwrap();
    assert_eq!(names(&district.guardians[&id::<UserId>("ann")]), ["father", "mother"]);
}

#[test]
fn an_administrator_is_over_the_schools_below_that_have_classes() {
    let district = export().district(None, day(20)).unwrap();
    assert_eq!(names(district.admins.keys()), ["chief", "head", "minister"]);
}

#[test]
fn the_tenant_is_the_district_unless_another_is_named() {
    assert_eq!(export().district(None, day(20)).unwrap().tenant.as_str(), "district");
    let unknown = export().district(Some(&id("elsewhere")), day(20)).unwrap_err();
    assert!(matches!(unknown, Problem::NoDistrict(_)));

    let mut two = export();
    two.orgs[2].parent = None;
    let mut class = two.classes[0].clone();
    (class.id, class.school) = (id("d"), id("other"));
    two.classes.push(class);
    assert!(matches!(two.district(None, day(20)).unwrap_err(), Problem::Districts { count: 2, .. }));
    assert_eq!(two.district(Some(&id("school")), day(20)).unwrap().classes.len(), 1);
}

#[test]
fn orgs_that_go_round_in_a_circle_end() {
    let mut round = export();
    round.orgs[0].parent = Some(id("school"));
    round.district(None, day(20)).unwrap();
}
