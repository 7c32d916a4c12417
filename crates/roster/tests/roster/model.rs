//! A small random district, and the rules of roster.md over it as plain loops: slow, and easy to compare with the text.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use crate::district::Source;

/// The orgs: id (the district's is the tenant's), type, index of the parent.
const ORGS: [(&str, &str, Option<usize>); 5] = [
    ("st", "state", None),
    ("", "district", Some(0)),
    ("s1", "school", Some(1)),
    ("s2", "school", Some(1)),
    ("dep", "department", Some(3)),
];
pub(crate) const PEOPLE: usize = 6;
pub(crate) const CLASSES: usize = 3;
const ROLES: [&str; 13] = [
    "aide",
    "counselor",
    "districtAdministrator",
    "guardian",
    "parent",
    "principal",
    "relative",
    "siteAdministrator",
    "student",
    "systemAdministrator",
    "teacher",
    "proctor",
    "ext:head",
];
const ENROLLED: [&str; 6] = ["administrator", "proctor", "student", "teacher", "ext:aide", "ext:guest"];

/// Days from today; the end doesn't count.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    begin: Option<i8>,
    end: Option<i8>,
    stands: bool,
}

impl Span {
    fn holds(self) -> bool {
        self.stands && self.begin.is_none_or(|begin| begin <= 0) && self.end.is_none_or(|end| end > 0)
    }

    fn cells(self) -> String {
        let today = NaiveDate::from_ymd_opt(2025, 10, 15).unwrap();
        let week = today - Days::new(7);
        let day = |offset: Option<i8>| {
            offset
                .map(|offset| (week + Days::new(u64::try_from(offset + 7).unwrap())).to_string())
                .unwrap_or_default()
        };
        format!("{},{}", day(self.begin), day(self.end))
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Human {
    enabled: bool,
    stands: bool,
    agents: Vec<usize>,
}

#[derive(Debug, Clone)]
pub(crate) struct Held {
    person: usize,
    org: usize,
    role: &'static str,
    span: Span,
}

#[derive(Debug, Clone)]
pub(crate) struct Enrolled {
    person: usize,
    class: usize,
    role: &'static str,
    primary: bool,
    span: Span,
}

#[derive(Debug, Clone)]
pub(crate) struct Model {
    orgs: Vec<bool>,
    people: Vec<Human>,
    roles: Vec<Held>,
    classes: Vec<(usize, bool)>,
    enrollments: Vec<Enrolled>,
}

fn span() -> impl Strategy<Value = Span> {
    let day = || prop_oneof![2 => Just(None), 1 => (-1_i8..=1).prop_map(Some)];
    (day(), day(), prop::bool::weighted(0.9)).prop_map(|(begin, end, stands)| match (begin, end) {
        (Some(begin), Some(end)) if end < begin => Span { begin: Some(end), end: Some(begin), stands },
        (begin, end) => Span { begin, end, stands },
    })
}

pub(crate) fn model() -> impl Strategy<Value = Model> {
    let often = || prop::bool::weighted(0.9);
    let human = (often(), often(), prop::collection::vec(0..PEOPLE, 0..3)).prop_map(
        |(enabled, stands, mut agents)| {
            agents.sort_unstable();
            agents.dedup();
            Human { enabled, stands, agents }
        },
    );
    let held = (0..PEOPLE, 0..ORGS.len(), prop::sample::select(&ROLES[..]), span())
        .prop_map(|(person, org, role, span)| Held { person, org, role, span });
    let enrolled = (0..PEOPLE, 0..CLASSES, prop::sample::select(&ENROLLED[..]), any::<bool>(), span())
        .prop_map(|(person, class, role, primary, span)| Enrolled { person, class, role, primary, span });
    (
        prop::collection::vec(often(), ORGS.len()),
        prop::collection::vec(human, PEOPLE),
        prop::collection::vec(held, 4..14),
        prop::collection::vec((2..ORGS.len(), often()), CLASSES),
        prop::collection::vec(enrolled, 4..16),
    )
        .prop_map(|(mut orgs, people, roles, classes, enrollments)| {
            // Without its district there would be nothing to ask about.
            orgs[1] = true;
            Model { orgs, people, roles, classes, enrollments }
        })
}

fn org_id(district: &str, org: usize) -> &str {
    if org == 1 { district } else { ORGS[org].0 }
}

const STAMP: &str = "2025-10-01T00:00:00Z";

impl Model {
    /// Everything, also what doesn't stand, as a bulk source for a district of that id.
    pub(crate) fn source(&self, district: &str) -> Source {
        self.rows(district, Source::empty(), "", |_| true)
    }

    /// A delta that takes away what doesn't stand; none if all does.
    pub(crate) fn gone(&self, district: &str) -> Option<Source> {
        let all = self
            .orgs
            .iter()
            .chain(self.people.iter().map(|it| &it.stands))
            .chain(self.classes.iter().map(|it| &it.1));
        let spans = self
            .roles
            .iter()
            .map(|it| &it.span.stands)
            .chain(self.enrollments.iter().map(|it| &it.span.stands));
        let mut all = all.chain(spans);
        all.any(|stands| !stands)
            .then(|| self.rows(district, Source::delta(), "tobedeleted", |stands| !stands))
    }

    fn rows(
        &self,
        district: &str,
        mut source: Source,
        status: &str,
        wanted: impl Fn(bool) -> bool,
    ) -> Source {
        let head = if status.is_empty() { ",".to_owned() } else { format!("{status},{STAMP}") };
        for (org, _) in self.orgs.iter().enumerate().filter(|(_, stands)| wanted(**stands)) {
            let (_, kind, parent) = ORGS[org];
            let parent = parent.map(|parent| org_id(district, parent)).unwrap_or_default();
            source = source.row("orgs", &format!("{},{head},Org,{kind},,{parent}", org_id(district, org)));
        }
        for (id, human) in self.people.iter().enumerate().filter(|(_, human)| wanted(human.stands)) {
            let agents: Vec<String> = human.agents.iter().map(|agent| format!("p{agent}")).collect();
            let (enabled, agents) = (human.enabled, agents.join(","));
            let row = format!("p{id},{head},{enabled},u{id},,Given,Family,,,,,,\"{agents}\",,,,,,,,,");
            source = source.row("users", &row);
        }
        for (id, held) in self.roles.iter().enumerate().filter(|(_, held)| wanted(held.span.stands)) {
            let Held { person, org, role, span } = held;
            let (days, org) = (span.cells(), org_id(district, *org));
            source = source.row("roles", &format!("r{id},{head},p{person},primary,{role},{days},{org},"));
        }
        if status.is_empty() {
            source = source
                .row("academicSessions", "y,,,Year,schoolYear,2025-08-01,2026-08-01,,2026")
                .row("courses", &format!("c,,,y,Course,,,{district},,"));
        }
        for (id, (school, _)) in self.classes.iter().enumerate().filter(|(_, class)| wanted(class.1)) {
            let school = org_id(district, *school);
            source = source.row("classes", &format!("c{id},{head},Class,,c,,scheduled,,{school},y,,,"));
        }
        for (id, enrolled) in self.enrollments.iter().enumerate().filter(|(_, it)| wanted(it.span.stands)) {
            let Enrolled { person, class, role, primary, span } = enrolled;
            let (days, school) = (span.cells(), org_id(district, self.classes[*class].0));
            let row = format!("e{id},{head},c{class},{school},p{person},{role},{primary},{days}");
            source = source.row("enrollments", &row);
        }
        source
    }

    /// The org and those above it, as far as they stand.
    fn above(&self, org: usize) -> Vec<usize> {
        let mut above = Vec::new();
        let mut at = Some(org);
        while let Some(org) = at.filter(|org| self.orgs[*org]) {
            above.push(org);
            at = ORGS[org].2;
        }
        above
    }

    /// Whether the person may do anything at all.
    pub(crate) fn acts(&self, person: usize) -> bool {
        self.people[person].stands && self.people[person].enabled
    }

    /// Whether the person is in the roster.
    pub(crate) fn stands(&self, person: usize) -> bool {
        self.people[person].stands
    }

    fn roles_of(&self, person: usize) -> impl Iterator<Item = &Held> {
        self.roles.iter().filter(move |held| held.person == person && held.span.holds())
    }

    /// The roles that the person holds at the org or above it.
    fn roles_over(&self, person: usize, org: usize) -> Vec<&'static str> {
        let above = self.above(org);
        self.roles_of(person).filter(|held| above.contains(&held.org)).map(|held| held.role).collect()
    }

    fn enrolled(&self, person: usize, class: usize) -> Vec<&Enrolled> {
        let all = self.enrollments.iter();
        all.filter(|it| it.person == person && it.class == class && it.span.holds()).collect()
    }

    /// Whether the class is there: neither it nor its school is gone.
    pub(crate) fn is_class(&self, class: usize) -> bool {
        let (school, stands) = self.classes[class];
        stands && self.orgs[school]
    }

    pub(crate) fn school_of(&self, class: usize) -> &'static str {
        ORGS[self.classes[class].0].0
    }

    pub(crate) fn is_student_in(&self, person: usize, class: usize) -> bool {
        self.stands(person) && self.enrolled(person, class).iter().any(|it| it.role == "student")
    }

    /// Whether that adult is a guardian of that person.
    pub(crate) fn is_guardian(&self, adult: usize, child: usize) -> bool {
        let linked = self.people[adult].agents.contains(&child) || self.people[child].agents.contains(&adult);
        let role = self.roles_of(adult).any(|held| matches!(held.role, "parent" | "guardian"));
        adult != child && linked && role && self.acts(adult) && self.stands(child)
    }

    pub(crate) fn is_admin_over(&self, person: usize, org: usize) -> bool {
        let admin = |role: &&str| role.ends_with("Administrator") || *role == "principal";
        self.acts(person) && self.roles_over(person, org).iter().any(admin)
    }

    pub(crate) fn is_counselor_over(&self, person: usize, org: usize) -> bool {
        self.acts(person) && self.roles_over(person, org).contains(&"counselor")
    }

    pub(crate) fn admin_of_class(&self, person: usize, class: usize) -> bool {
        self.is_admin_over(person, self.classes[class].0)
    }

    pub(crate) fn counselor_of_class(&self, person: usize, class: usize) -> bool {
        self.is_counselor_over(person, self.classes[class].0)
    }

    fn enrolled_as(&self, person: usize, class: usize, role: &str) -> bool {
        self.acts(person) && self.enrolled(person, class).iter().any(|it| it.role == role)
    }

    pub(crate) fn is_class_admin(&self, person: usize, class: usize) -> bool {
        self.enrolled_as(person, class, "administrator")
    }

    pub(crate) fn is_proctor(&self, person: usize, class: usize) -> bool {
        self.enrolled_as(person, class, "proctor")
    }

    /// Enrolled as a teacher and, unless primary, not somebody who is an aide there and nothing more.
    pub(crate) fn teaches(&self, person: usize, class: usize) -> bool {
        let roles = self.roles_over(person, self.classes[class].0);
        let an_aide = roles.contains(&"aide") && !roles.contains(&"teacher");
        let enrolled = self.enrolled(person, class);
        let mut teaching = enrolled.iter().filter(|it| it.role == "teacher");
        self.acts(person) && teaching.any(|it| it.primary || !an_aide)
    }

    pub(crate) fn helps(&self, person: usize, class: usize) -> bool {
        let teacher = self.enrolled_as(person, class, "teacher");
        self.enrolled_as(person, class, "ext:aide") || (teacher && !self.teaches(person, class))
    }

    /// The schools of a student: where the role is held, and those of the classes.
    fn schools_of(&self, student: usize) -> Vec<usize> {
        let roles = self.roles_of(student).filter(|held| held.role == "student").map(|held| held.org);
        let classes = (0..CLASSES).filter(|class| {
            self.is_class(*class) && self.enrolled(student, *class).iter().any(|it| it.role == "student")
        });
        roles.chain(classes.map(|class| self.classes[class].0)).collect()
    }

    pub(crate) fn admin_of_student(&self, person: usize, student: usize) -> bool {
        self.schools_of(student).into_iter().any(|school| self.is_admin_over(person, school))
    }

    pub(crate) fn counselor_of_student(&self, person: usize, student: usize) -> bool {
        self.schools_of(student).into_iter().any(|school| self.is_counselor_over(person, school))
    }

    /// Whether they share a class in which the one is staff and the other a student.
    pub(crate) fn staff_of_student(&self, person: usize, student: usize) -> bool {
        (0..CLASSES).any(|class| {
            let staff = ["teacher", "ext:aide", "administrator"]
                .iter()
                .any(|role| self.enrolled_as(person, class, role));
            self.is_class(class) && staff && self.is_student_in(student, class)
        })
    }

    /// Whether the person is a student anywhere.
    pub(crate) fn is_student(&self, person: usize) -> bool {
        let role = self.roles_of(person).any(|held| held.role == "student" && self.orgs[held.org]);
        let class = (0..CLASSES).any(|class| self.is_class(class) && self.is_student_in(person, class));
        self.acts(person) && (role || class)
    }

    /// The schools where the person holds one of these roles.
    pub(crate) fn schools_as(&self, person: usize, words: &[&str]) -> Vec<&'static str> {
        let held = self.roles_of(person).filter(|held| words.contains(&held.role) && self.orgs[held.org]);
        let mut schools: Vec<&str> = held
            .filter(|held| ORGS[held.org].1 == "school" && self.acts(person))
            .map(|held| ORGS[held.org].0)
            .collect();
        schools.sort_unstable();
        schools.dedup();
        schools
    }

    /// The orgs, as a tenant of that id names them, and whether they stand.
    pub(crate) fn orgs<'a>(&'a self, district: &'a str) -> impl Iterator<Item = (usize, &'a str, bool)> {
        (0..ORGS.len()).map(move |org| (org, org_id(district, org), self.orgs[org]))
    }
}
