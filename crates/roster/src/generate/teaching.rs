//! Courses, classes and who is in them: a timetable without collisions. A cohort has all its lessons together; a subject is
//! taught to five cohorts by one teacher; the lesson of subject `s` for cohort `c` is in period `(s + c) mod 7`.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use chrono::{Days, NaiveDate};
use homeroom_contract::{ClassId, OrgId, UserId};

use crate::oneroster::{Class, ClassKind, Course, Enrollment, EnrollmentRole, RoleKind, SourcedId};

use super::calendar::Calendar;
use super::dice::Dice;
use super::ids::id;
use super::people::{People, student_id};
use super::schools::{Cohort, Level, School};
use super::subjects::{HOMEROOM, Span, Subject, subjects};

/// How many cohorts a teacher of a department has.
const COHORTS_EACH: usize = 5;
const PERIODS: usize = 7;

/// A class with what its gradebook is made from.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) class: ClassId,
    pub(super) school: OrgId,
    pub(super) teacher: UserId,
    pub(super) students: Range<u32>,
    /// Students who left or have not come yet.
    pub(super) away: Vec<u32>,
    pub(super) begin: NaiveDate,
    pub(super) end: NaiveDate,
    pub(super) is_graded: bool,
}

/// What teaching adds to the district.
#[derive(Debug, Default)]
pub(super) struct Teaching {
    pub(super) courses: Vec<Course>,
    pub(super) classes: Vec<Class>,
    pub(super) enrollments: Vec<Enrollment>,
    pub(super) sections: Vec<Section>,
    known_courses: BTreeSet<SourcedId>,
}

/// The staff of one school, beside its teachers.
pub(super) struct Office {
    pub(super) site_administrator: UserId,
    pub(super) proctor: UserId,
    pub(super) aides: Vec<UserId>,
}

impl Teaching {
    /// Adds the classes of one school, and hires its teachers.
    pub(super) fn add_school(
        &mut self,
        people: &mut People,
        dice: &mut Dice,
        calendar: &Calendar,
        district: &OrgId,
        school: &School,
        office: &Office,
    ) {
        let subjects = subjects(school.level);
        // Where there are few cohorts two teachers share all subjects.
        let is_small = school.level != Level::Elementary && school.cohorts.len() <= 2;
        let mut teachers: BTreeMap<(usize, usize), UserId> = BTreeMap::new();
        let mut former: Option<UserId> = None;
        for (nth_cohort, cohort) in school.cohorts.iter().enumerate() {
            for (nth_subject, subject) in subjects.iter().enumerate() {
                // Each cohort has another of its teachers for its advisory lesson, since they are all at once.
                let is_homeroom = subject.code == HOMEROOM;
                let department =
                    subject.department.map(|own| if is_homeroom { nth_cohort % COHORTS_EACH } else { own });
                let desk = match department {
                    None => (usize::MAX, nth_cohort),
                    Some(department) if is_small => (department % 2, 0),
                    Some(department) => (department, nth_cohort / COHORTS_EACH),
                };
                let teacher = teachers
                    .entry(desk)
                    .or_insert_with(|| people.hire(dice, RoleKind::Teacher, &school.id))
                    .clone();
                let course = self.course(calendar, district, cohort, subject);
                let class = self.class(calendar, school, cohort, (nth_cohort, nth_subject), subject, course);
                let section = new_section(calendar, school, cohort, subject, class, teacher.clone());
                let place = self.sections.len();
                self.staff(
                    &section,
                    office,
                    former.as_ref().filter(|former| **former != teacher),
                    place,
                    nth_cohort,
                    dice,
                );
                let section = self.students(dice, calendar, section);
                self.sections.push(section);
                former = Some(teacher);
            }
        }
    }

    fn course(
        &mut self,
        calendar: &Calendar,
        district: &OrgId,
        cohort: &Cohort,
        subject: &Subject,
    ) -> SourcedId {
        let course: SourcedId = id(format!("{district}-{}{}", subject.code, cohort.code()));
        if self.known_courses.insert(course.clone()) {
            self.courses.push(Course {
                id: course.clone(),
                school_year: Some(calendar.year.id.clone()),
                title: format!("{} {}", subject.title, cohort.code()),
                code: Some(format!("{}{}", subject.code, cohort.code())),
                grades: vec![cohort.code().to_owned()],
                org: district.clone(),
                subjects: vec![subject.title.to_owned()],
            });
        }
        course
    }

    fn class(
        &mut self,
        calendar: &Calendar,
        school: &School,
        cohort: &Cohort,
        (nth_cohort, nth_subject): (usize, usize),
        subject: &Subject,
        course: SourcedId,
    ) -> ClassId {
        let number = nth_cohort + 1;
        let code = format!("{}{}-{number:02}", subject.code, cohort.code());
        let class: ClassId = id(format!("{}-{code}-{}", school.id, calendar.year.school_year));
        let is_homeroom = subject.code == HOMEROOM;
        // The two electives take turns in the same period.
        let slot = if subject.span == Span::Semester(1) { nth_subject - 1 } else { nth_subject };
        let terms = match subject.span {
            Span::Semester(which) => calendar.semesters.get(which).into_iter().collect::<Vec<_>>(),
            Span::Year if school.level == Level::Elementary => calendar.terms.iter().collect(),
            Span::Year => calendar.semesters.iter().collect(),
        };
        self.classes.push(Class {
            id: class.clone(),
            title: format!("{} {} ({number})", subject.title, cohort.code()),
            code: Some(code),
            kind: if is_homeroom { ClassKind::Homeroom } else { ClassKind::Scheduled },
            course,
            school: school.id.clone(),
            terms: terms.into_iter().map(|term| term.id.clone()).collect(),
            grades: vec![cohort.code().to_owned()],
            subjects: vec![subject.title.to_owned()],
            periods: vec![if is_homeroom {
                "HR".to_owned()
            } else {
                ((slot + nth_cohort) % PERIODS + 1).to_string()
            }],
            location: Some(format!("Room {}", 100 + (nth_cohort * PERIODS + nth_subject) % 300)),
        });
        class
    }

    /// The teacher, and now and then a co-teacher, an aide, a proctor, an administrator, a substitute who is gone.
    fn staff(
        &mut self,
        section: &Section,
        office: &Office,
        colleague: Option<&UserId>,
        place: usize,
        nth_cohort: usize,
        dice: &mut Dice,
    ) {
        self.enroll(section, section.teacher.clone(), EnrollmentRole::Teacher, Some(true));
        if place % 9 == 1
            && let Some(colleague) = colleague
        {
            self.enroll(section, colleague.clone(), EnrollmentRole::Teacher, Some(false));
        } else if place % 30 == 2
            && let Some(colleague) = colleague
        {
            self.enroll(section, colleague.clone(), EnrollmentRole::Teacher, Some(false));
            self.amend(|enrollment| {
                enrollment.end = Some(section.begin + Days::new(u64::from(dice.between(5, 20))));
            });
        }
        if place.is_multiple_of(3)
            && let Some(aide) = office.aides.get(nth_cohort % office.aides.len().max(1))
        {
            if place.is_multiple_of(9) {
                self.enroll(section, aide.clone(), EnrollmentRole::Ext("ext:aide".into()), None);
            } else {
                self.enroll(section, aide.clone(), EnrollmentRole::Teacher, Some(false));
            }
        }
        if place.is_multiple_of(10) {
            self.enroll(section, office.proctor.clone(), EnrollmentRole::Proctor, None);
        }
        if place.is_multiple_of(40) {
            self.enroll(section, office.site_administrator.clone(), EnrollmentRole::Administrator, None);
        }
    }

    /// The students. A few left early, a few will come.
    fn students(&mut self, dice: &mut Dice, calendar: &Calendar, mut section: Section) -> Section {
        let today = calendar.today;
        for student in section.students.clone() {
            self.enroll(&section, student_id(student), EnrollmentRole::Student, None);
            // The first one is there to log in as.
            if student == 0 {
                continue;
            }
            let (left, coming) = (dice.in_thousand(8), dice.in_thousand(6));
            let (gone, come) = (section.begin + Days::new(12), today + Days::new(14));
            if left && gone < today {
                self.amend(|enrollment| enrollment.end = Some(gone));
                section.away.push(student);
            } else if coming && come < section.end && section.begin < come {
                self.amend(|enrollment| enrollment.begin = Some(come));
                section.away.push(student);
            }
        }
        section
    }

    fn enroll(&mut self, section: &Section, user: UserId, role: EnrollmentRole, primary: Option<bool>) {
        self.enrollments.push(Enrollment {
            id: id(format!("{}.{user}.{}", section.class, role.as_str())),
            class: section.class.clone(),
            school: section.school.clone(),
            user,
            role,
            primary,
            begin: Some(section.begin),
            end: Some(section.end),
        });
    }

    fn amend(&mut self, change: impl FnOnce(&mut Enrollment)) {
        if let Some(last) = self.enrollments.last_mut() {
            change(last);
        }
    }
}

/// A class before anyone is in it.
fn new_section(
    calendar: &Calendar,
    school: &School,
    cohort: &Cohort,
    subject: &Subject,
    class: ClassId,
    teacher: UserId,
) -> Section {
    let held = match subject.span {
        Span::Semester(which) => calendar.semesters.get(which).unwrap_or(&calendar.year),
        Span::Year => &calendar.year,
    };
    Section {
        class,
        school: school.id.clone(),
        teacher,
        students: cohort.students.clone(),
        away: Vec::new(),
        begin: held.start,
        end: held.end,
        is_graded: subject.code != HOMEROOM,
    }
}
