//! A made-up district, as large as wanted and the same for the same plan, written as a `OneRoster` 1.2 bulk source.
//!
//! ```
//! use chrono::NaiveDate;
//! use homeroom_roster::generate::{District, Plan};
//!
//! let today = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
//! let district = District::generate(&Plan::new(120, today));
//! let folder = tempfile::tempdir().unwrap();
//! district.write_zip(&folder.path().join("district.zip"))?;
//! println!("log in as {} or {}", district.cast().teacher, district.cast().student);
//! # Ok::<_, std::io::Error>(())
//! ```
//!
//! There is everything that access depends on: schools of three levels, classes of a year and of a semester, co-teachers, aides,
//! proctors, substitutes who are gone, students who left or have not come yet, disabled accounts, families with children at
//! several schools whose links are declared on one side or the other, and relatives without rights.

mod calendar;
mod dice;
mod families;
mod gradebook;
mod ids;
mod names;
mod people;
mod schools;
mod sheets;
mod subjects;
mod teaching;
mod write;

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use chrono::NaiveDate;
use homeroom_contract::{AcademicSessionId, ClassId, OrgId, UserId};

use crate::oneroster::{
    AcademicSession, Category, Class, Course, Demographics, Enrollment, LineItem, Org, OrgKind, RoleKind,
    StudentResult, User, UserRole,
};

use self::calendar::Calendar;
use self::dice::Dice;
use self::ids::id;
use self::people::{People, student_id};
use self::schools::School;
use self::teaching::{Office, Teaching};
use self::write::{Folder, Target, write_manifest, write_sheet};

/// What to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// How many students, at least 1.
    pub students: u32,
    /// What the made-up things depend on; also the district's number, so that districts of different seeds can live together.
    /// The same plan makes the same district, on every machine.
    pub seed: u64,
    /// The day that the district lives on: the school year, its terms and what was graded so far go around it.
    pub today: NaiveDate,
    /// Whether there are line items and results.
    pub gradebook: bool,
}

impl Plan {
    /// A district of that size on that day, with seed 1 and a gradebook.
    pub fn new(students: u32, today: NaiveDate) -> Self {
        Self { students, seed: 1, today, gradebook: true }
    }
}

/// A made-up district.
#[derive(Debug)]
pub struct District {
    plan: Plan,
    calendar: Calendar,
    orgs: Vec<Org>,
    users: Vec<User>,
    roles: Vec<UserRole>,
    demographics: Vec<Demographics>,
    teaching: Teaching,
    cast: Cast,
}

/// People who belong together, to log in as. All may log in, today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cast {
    /// The district: the tenant.
    pub district: OrgId,
    /// The school of the others.
    pub school: OrgId,
    /// A class of the teacher that is held today.
    pub class: ClassId,
    /// The grading period of that class that is open today.
    pub session: AcademicSessionId,
    /// Its primary teacher.
    pub teacher: UserId,
    /// A student enrolled in it.
    pub student: UserId,
    /// Another student enrolled in it, if there is one.
    pub classmate: Option<UserId>,
    /// A parent of the first student.
    pub parent: UserId,
    /// The head of the school.
    pub principal: UserId,
    /// A district administrator.
    pub district_administrator: UserId,
}

impl Cast {
    fn has(&self, user: &UserId) -> bool {
        let Self { teacher, student, parent, principal, district_administrator, .. } = self;
        [teacher, student, parent, principal, district_administrator].contains(&user)
            || self.classmate.as_ref() == Some(user)
    }
}

/// One part of the chance for everything but the gradebook; each class has its own.
const ROSTER: u64 = 0;
const GRADEBOOK: u64 = 1 << 32;

impl District {
    /// Makes it. Takes about 2 KB of memory for each student; the gradebook is made when it is written.
    pub fn generate(plan: &Plan) -> Self {
        let mut dice = Dice::new(plan.seed, ROSTER);
        let name = name(plan.seed);
        let district: OrgId = id(&name);
        let calendar = Calendar::around(plan.today);
        let schools = schools::schools(&name, plan.students);
        let mut people = People::new(&name);
        let administrator = people.hire(&mut dice, RoleKind::DistrictAdministrator, &district);
        for _ in 0..plan.students / 5000 {
            people.hire(&mut dice, RoleKind::DistrictAdministrator, &district);
        }
        people.hire(&mut dice, RoleKind::SystemAdministrator, &district);
        let mut teaching = Teaching::default();
        let mut principal = None;
        for school in &schools {
            let (head, office) = hire_office(&mut people, &mut dice, school);
            principal.get_or_insert(head);
            teaching.add_school(&mut people, &mut dice, &calendar, &district, school, &office);
        }
        let parents_from = people.users.len();
        let demographics = families::add_families(&mut people, &mut dice, &schools, &calendar);
        let parent = first_parent(&people, parents_from);
        let cast = cast(&district, &calendar, &teaching, principal, parent, administrator);
        let orgs = orgs(plan.seed, district, &schools);
        let People { mut users, roles, .. } = people;
        for user in users.iter_mut().filter(|user| cast.has(&user.id)) {
            user.enabled = true;
        }
        Self { plan: plan.clone(), calendar, orgs, users, roles, demographics, teaching, cast }
    }

    /// A teacher with a class, students of it, a student's parent, the school's principal.
    pub fn cast(&self) -> &Cast {
        &self.cast
    }

    /// How many people there are, students, staff and guardians together.
    pub fn people(&self) -> usize {
        self.users.len()
    }

    /// Writes it as a zip, over one that is there. The same plan gives the same bytes.
    pub fn write_zip(&self, path: &Path) -> io::Result<()> {
        let mut zip = zip::ZipWriter::new(BufWriter::new(fs::File::create(path)?));
        self.write(&mut zip)?;
        zip.finish()?.flush()
    }

    /// Writes it as a folder of CSV files, which is made if it isn't there.
    pub fn write_folder(&self, path: &Path) -> io::Result<()> {
        fs::create_dir_all(path)?;
        let mut folder = Folder { path, file: None };
        self.write(&mut folder)?;
        folder.file.take().map_or(Ok(()), |mut last| last.flush())
    }

    fn write(&self, target: &mut dyn Target) -> io::Result<()> {
        let Teaching { courses, classes, enrollments, .. } = &self.teaching;
        let mut written = Vec::new();
        written.extend(write_sheet::<Org>(target, &self.orgs)?);
        written.extend(write_sheet::<AcademicSession>(target, self.calendar.sessions())?);
        written.extend(write_sheet::<User>(target, &self.users)?);
        written.extend(write_sheet::<UserRole>(target, &self.roles)?);
        written.extend(write_sheet::<Course>(target, courses)?);
        written.extend(write_sheet::<Class>(target, classes)?);
        written.extend(write_sheet::<Enrollment>(target, enrollments)?);
        written.extend(write_sheet::<Demographics>(target, &self.demographics)?);
        if self.plan.gradebook {
            written.extend(write_sheet::<Category>(target, gradebook::categories(&name(self.plan.seed)))?);
            written.extend(write_sheet::<LineItem>(target, self.line_items())?);
            written.extend(write_sheet::<StudentResult>(target, self.results())?);
        }
        write_manifest(target, &written)
    }

    fn line_items(&self) -> impl Iterator<Item = LineItem> {
        let district = name(self.plan.seed);
        let sections = self.teaching.sections.iter();
        sections.flat_map(move |section| gradebook::line_items(&district, &self.calendar, section))
    }

    fn results(&self) -> impl Iterator<Item = StudentResult> {
        let district = name(self.plan.seed);
        (0..).zip(&self.teaching.sections).flat_map(move |(nth, section)| {
            let items = gradebook::line_items(&district, &self.calendar, section);
            let mut dice = Dice::new(self.plan.seed, GRADEBOOK + nth);
            gradebook::results(&mut dice, &self.calendar, section, &items)
        })
    }
}

/// The district's identifier.
fn name(seed: u64) -> String {
    format!("D{}", u128::from(seed) + 1000)
}

fn orgs(seed: u64, district: OrgId, schools: &[School]) -> Vec<Org> {
    let state: OrgId = id("ST-EX");
    let parent = Some(district.clone());
    let mut orgs = vec![
        Org {
            id: state.clone(),
            name: "Example State".into(),
            kind: OrgKind::State,
            identifier: None,
            parent: None,
        },
        Org {
            id: district,
            name: format!("Example Unified School District {seed}"),
            kind: OrgKind::District,
            identifier: Some(name(seed)),
            parent: Some(state),
        },
    ];
    orgs.extend(schools.iter().map(|school| Org {
        id: school.id.clone(),
        name: school.name.clone(),
        kind: OrgKind::School,
        identifier: None,
        parent: parent.clone(),
    }));
    orgs
}

/// Hires the staff of a school that doesn't teach, the principal first.
fn hire_office(people: &mut People, dice: &mut Dice, school: &School) -> (UserId, Office) {
    let students: u32 = school.cohorts.iter().map(|cohort| cohort.students.end - cohort.students.start).sum();
    let principal = people.hire(dice, RoleKind::Principal, &school.id);
    let office = Office {
        site_administrator: people.hire(dice, RoleKind::SiteAdministrator, &school.id),
        proctor: people.hire(dice, RoleKind::Proctor, &school.id),
        aides: (0..school.cohorts.len().div_ceil(6))
            .map(|_| people.hire(dice, RoleKind::Aide, &school.id))
            .collect(),
    };
    for _ in 0..students.div_ceil(250) {
        people.hire(dice, RoleKind::Counselor, &school.id);
    }
    (principal, office)
}

/// The first parent of the first student: the first guardian who was added.
fn first_parent(people: &People, from: usize) -> Option<UserId> {
    let family = people.users.get(from..).unwrap_or_default();
    family.iter().find(|user| user.id.as_str().starts_with('G')).map(|user| user.id.clone())
}

#[expect(clippy::expect_used, reason = "there is at least one student, so a school, a class and a parent")]
fn cast(
    district: &OrgId,
    calendar: &Calendar,
    teaching: &Teaching,
    principal: Option<UserId>,
    parent: Option<UserId>,
    district_administrator: UserId,
) -> Cast {
    let section = teaching.sections.first().expect("a class");
    let others = section.students.clone().skip(1);
    Cast {
        district: district.clone(),
        school: section.school.clone(),
        class: section.class.clone(),
        session: calendar.open_period().id.clone(),
        teacher: section.teacher.clone(),
        student: student_id(0),
        classmate: others.filter(|student| !section.away.contains(student)).map(student_id).next(),
        parent: parent.expect("a parent"),
        principal: principal.expect("a principal"),
        district_administrator,
    }
}

#[cfg(test)]
mod tests;
