//! The reader's face: open a source, take its records file by file, end with the report.

use std::marker::PhantomData;
use std::path::Path;

use super::records::{
    AcademicSession, Category, Class, Course, Demographics, Enrollment, LineItem, Org, Row, StudentResult,
    User, UserRole,
};
use super::{File, Limits, Mode, Report, SourceError, Version};

/// A record that a file has rows of.
pub trait Record: Sized {
    /// The file.
    const FILE: File;
}

/// An open source.
#[derive(Debug)]
pub struct Reader {
    version: Version,
}

impl Reader {
    /// Opens a zip or a folder, checks it as a whole (names, sizes, links), reads its manifest and the head of every file.
    pub fn open(_path: &Path, _limits: Limits) -> Result<Self, SourceError> {
        Err(SourceError::Empty)
    }

    /// The version of the standard that the files follow.
    pub fn version(&self) -> Version {
        self.version
    }

    /// How a file is to be taken. A file refused as a whole is known as [`Mode::Absent`] only after its rows were asked for.
    pub fn mode(&self, _file: File) -> Mode {
        Mode::Absent
    }

    /// The records of one file, one by one, none if it isn't there. Refused rows are left out and go to the report. To read
    /// a file again begins its part of the report anew, so a source can be checked first and applied in a second pass.
    pub fn rows<R: Record>(&mut self) -> Result<Rows<'_, R>, SourceError> {
        Ok(Rows { reader: PhantomData, records: PhantomData })
    }

    /// All records at once. For a source as large as a country's, take [`Reader::rows`] of one file after the other.
    pub fn contents(&mut self) -> Result<Contents, SourceError> {
        Ok(Contents::default())
    }

    /// Counts the rows of every file that wasn't read, and ends with the report.
    pub fn finish(self) -> Result<Report, SourceError> {
        Err(SourceError::Empty)
    }
}

/// The records of one file. An error ends it: nothing of the source is to be used then.
#[derive(Debug)]
pub struct Rows<'a, R> {
    reader: PhantomData<&'a mut Reader>,
    records: PhantomData<R>,
}

impl<R: Record> Iterator for Rows<'_, R> {
    type Item = Result<Row<R>, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        None
    }
}

macro_rules! records {
    ($($field:ident: $record:ident = $file:ident,)*) => {
        $(impl Record for $record { const FILE: File = File::$file; })*

        /// Everything that is kept of a source.
        #[derive(Debug, Default, Clone, PartialEq)]
        #[expect(missing_docs, reason = "each is the records of the file of that name")]
        pub struct Contents { $(pub $field: Vec<Row<$record>>,)* }
    };
}

records! {
    orgs: Org = Orgs,
    academic_sessions: AcademicSession = AcademicSessions,
    users: User = Users,
    roles: UserRole = Roles,
    courses: Course = Courses,
    classes: Class = Classes,
    enrollments: Enrollment = Enrollments,
    demographics: Demographics = Demographics,
    categories: Category = Categories,
    line_items: LineItem = LineItems,
    results: StudentResult = Results,
}
