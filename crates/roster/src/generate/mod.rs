//! A made-up district, as large as wanted and the same for the same seed, written as a `OneRoster` 1.2 bulk source.

use std::io;
use std::path::Path;

use chrono::NaiveDate;
use homeroom_contract::{AcademicSessionId, ClassId, OrgId, UserId};

/// What to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// How many students, at least 1.
    pub students: u32,
    /// What the made-up things depend on. The same plan makes the same district, on every machine.
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
    cast: Cast,
}

/// People who belong together, to log in as.
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
    /// A parent of that student.
    pub parent: UserId,
    /// The head of the school.
    pub principal: UserId,
    /// A district administrator.
    pub district_administrator: UserId,
}

impl District {
    /// Makes it.
    pub fn generate(_plan: &Plan) -> Self {
        unimplemented!("on its way")
    }

    /// A teacher with a class, a student of it, that student's parent, the school's principal.
    pub fn cast(&self) -> &Cast {
        &self.cast
    }

    /// Writes it as a zip.
    pub fn write_zip(&self, _path: &Path) -> io::Result<()> {
        unimplemented!("on its way")
    }

    /// Writes it as a folder of CSV files, which is made if it isn't there.
    pub fn write_folder(&self, _path: &Path) -> io::Result<()> {
        unimplemented!("on its way")
    }
}
