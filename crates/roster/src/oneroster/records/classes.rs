//! Orgs, sessions, courses, classes, and who is in a class.

use chrono::NaiveDate;
use homeroom_contract::{AcademicSessionId, ClassId, OrgId, UserId};

use super::{ClassKind, EnrollmentRole, OrgKind, SessionKind, SourcedId};

/// A school, a district or another org (`orgs.csv`).
#[derive(Debug, Clone, PartialEq)]
pub struct Org {
    /// The org's identifier.
    pub id: OrgId,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: OrgKind,
    /// A number or code that people use for it.
    pub identifier: Option<String>,
    /// The org above it.
    pub parent: Option<OrgId>,
}

/// A school year, semester, term or grading period (`academicSessions.csv`).
#[derive(Debug, Clone, PartialEq)]
pub struct AcademicSession {
    /// The session's identifier.
    pub id: AcademicSessionId,
    /// Its title.
    pub title: String,
    /// What it is.
    pub kind: SessionKind,
    /// The first day.
    pub start: NaiveDate,
    /// The first day after it (exclusive).
    pub end: NaiveDate,
    /// The session that it is a part of.
    pub parent: Option<AcademicSessionId>,
    /// The calendar year in which the school year ends.
    pub school_year: i32,
}

/// A course: what a class teaches (`courses.csv`).
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    /// The course's identifier.
    pub id: SourcedId,
    /// The school year that it is given in.
    pub school_year: Option<AcademicSessionId>,
    /// Its title.
    pub title: String,
    /// Its code.
    pub code: Option<String>,
    /// For which grades.
    pub grades: Vec<String>,
    /// The org that gives it.
    pub org: OrgId,
    /// Its subjects.
    pub subjects: Vec<String>,
}

/// A class (`classes.csv`).
#[derive(Debug, Clone, PartialEq)]
pub struct Class {
    /// The class's identifier.
    pub id: ClassId,
    /// Its title.
    pub title: String,
    /// Its code.
    pub code: Option<String>,
    /// How it is held.
    pub kind: ClassKind,
    /// The course that it belongs to.
    pub course: SourcedId,
    /// The school.
    pub school: OrgId,
    /// The terms in which it is held, at least one.
    pub terms: Vec<AcademicSessionId>,
    /// For which grades.
    pub grades: Vec<String>,
    /// Its subjects.
    pub subjects: Vec<String>,
    /// When in the day it is held, in the school's words.
    pub periods: Vec<String>,
    /// The room.
    pub location: Option<String>,
}

/// A person in a class (`enrollments.csv`).
#[derive(Debug, Clone, PartialEq)]
pub struct Enrollment {
    /// The enrollment's identifier.
    pub id: SourcedId,
    /// The class.
    pub class: ClassId,
    /// The class's school.
    pub school: OrgId,
    /// The person.
    pub user: UserId,
    /// What the person is there.
    pub role: EnrollmentRole,
    /// Whether a teacher is the primary one, if the source says.
    pub primary: Option<bool>,
    /// The first day that it counts.
    pub begin: Option<NaiveDate>,
    /// The first day that it doesn't count any more.
    pub end: Option<NaiveDate>,
}
