//! The reader's face: open a source, take its records file by file, end with the report.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use homeroom_contract::OrgId;

use super::csv::{Cells, Csv};
use super::findings::Findings;
use super::opening::Opening;
use super::parse::{Context, Parse};
use super::records::{
    AcademicSession, Category, Class, Course, Demographics, Enrollment, LineItem, Org, OrgKind, Row,
    StudentResult, User, UserRole,
};
use super::report::FileReport;
use super::rows::{Place, Rows};
use super::source::Source;
use super::{File, Limits, Mode, Report, SourceError, Version};

/// A record that a file has rows of. Only the records of this module are.
pub trait Record: Parse {}

impl<R: Parse> Record for R {}

/// An open source.
#[derive(Debug)]
pub struct Reader {
    source: Source,
    limits: Limits,
    version: Version,
    /// The files that are there.
    modes: BTreeMap<File, Mode>,
    context: Context,
    findings: Findings,
}

impl Reader {
    /// Opens a zip or a folder, checks it as a whole (names, sizes, links), reads its manifest and the head of every file.
    pub fn open(path: &Path, limits: Limits) -> Result<Self, SourceError> {
        let mut source = Source::open(path, &limits)?;
        let mut findings = Findings::new(&limits);
        let Opening { version, modes, has_roles } = Opening::look(&mut source, &limits, findings.source())?;
        let roles_in_users = version == Version::V1p1 && !has_roles;
        let context = Context { roles_in_users, high_orgs: HashSet::new() };
        let mut reader = Self { source, limits, version, modes, context, findings };
        if roles_in_users {
            reader.context.high_orgs = reader.high_orgs()?;
        }
        Ok(reader)
    }

    /// The version of the standard that the files follow.
    pub fn version(&self) -> Version {
        self.version
    }

    /// How a file is to be taken; [`Mode::Absent`] also for one that is refused as a whole or has no rows. In 1.1 the roles
    /// are taken as the users are, since they are in the same file.
    pub fn mode(&self, file: File) -> Mode {
        self.modes.get(&self.holder(file)).copied().unwrap_or(Mode::Absent)
    }

    /// The file that holds the records of another: roles are in `users.csv` in 1.1.
    fn holder(&self, file: File) -> File {
        if file == File::Roles && self.context.roles_in_users { File::Users } else { file }
    }

    /// The records of one file, one by one, none if it isn't there. Refused rows are left out and go to the report. To read
    /// a file again begins its part of the report anew, so a source can be checked first and applied in a second pass.
    pub fn rows<R: Record>(&mut self) -> Result<Rows<'_, R>, SourceError> {
        let holder = self.holder(R::FILE);
        self.rows_in(holder != R::FILE)
    }

    fn rows_in<R: Record>(&mut self, is_second_pass: bool) -> Result<Rows<'_, R>, SourceError> {
        let file = self.holder(R::FILE);
        let is_there = self.modes.contains_key(&file);
        let mode = self.mode(file);
        if is_there && !is_second_pass {
            self.findings.begin(FileReport { file, mode, rows: 0, accepted: 0, refused: 0, skipped: false });
        }
        let place = Place { file, mode, version: self.version, limits: self.limits, is_second_pass };
        let bytes = if is_there { self.source.file(&file.file_name())? } else { None };
        Rows::new(bytes, place, &self.context, &mut self.findings)
    }

    /// All records of a file, as long as there is room for them.
    fn collect<R: Record>(&mut self, room: &mut u64) -> Result<Vec<Row<R>>, SourceError> {
        let limit = self.limits.max_records;
        let mut records = Vec::new();
        for row in self.rows::<R>()? {
            let row = row?;
            let size = 1 + row.record.entries() as u64;
            *room = room.checked_sub(size).ok_or(SourceError::TooManyRecords(limit))?;
            records.push(row);
        }
        Ok(records)
    }

    /// The orgs that 1.1's administrators run a district at. What is wrong in `orgs.csv` is said when it is read.
    fn high_orgs(&mut self) -> Result<HashSet<OrgId>, SourceError> {
        let mut high = HashSet::new();
        for row in self.rows_in::<Org>(true)? {
            let org = row?.record;
            if matches!(org.kind, OrgKind::District | OrgKind::Local | OrgKind::State | OrgKind::National) {
                high.insert(org.id);
            }
        }
        Ok(high)
    }

    /// Reads every file that wasn't read yet, keeping nothing, and ends with the report.
    pub fn finish(mut self) -> Result<Report, SourceError> {
        self.drain()?;
        let rest: Vec<File> =
            self.modes.keys().copied().filter(|file| !self.findings.is_begun(*file)).collect();
        for file in rest {
            let rows = self.count(file)?;
            let mode = self.mode(file);
            self.findings.begin(FileReport { file, mode, rows, accepted: 0, refused: 0, skipped: true });
        }
        Ok(self.findings.report(self.version))
    }

    /// How many rows a file has, whatever is in them. Too many that can't be cut into cells end it as refused ones would.
    fn count(&mut self, file: File) -> Result<u32, SourceError> {
        let name = file.file_name();
        let broken = |cause| SourceError::Broken { file: name.clone(), cause };
        let Limits { max_rows, max_refused, .. } = self.limits;
        let (mut rows, mut faults, mut cells) = (0_u32, 0, Cells::default());
        if let Some(bytes) = self.source.file(&name)? {
            let mut csv = Csv::new(bytes, self.limits.max_row_bytes, self.limits.max_cells);
            while let Some(row) = csv.next(&mut cells).map_err(broken)? {
                rows += 1;
                faults += usize::from(row.is_err());
                if rows > max_rows {
                    return Err(SourceError::TooManyRows { file: name, limit: max_rows });
                }
                if faults > max_refused {
                    let report = Box::new(self.findings.report(self.version));
                    return Err(SourceError::TooManyRefused { limit: max_refused, report });
                }
            }
        }
        Ok(rows.saturating_sub(1))
    }
}

macro_rules! records {
    ($($field:ident: $record:ident = $file:ident,)*) => {
        /// Everything that is kept of a source.
        #[derive(Debug, Default, Clone, PartialEq)]
        #[expect(missing_docs, reason = "each is the records of the file of that name")]
        pub struct Contents { $(pub $field: Vec<Row<$record>>,)* }

        impl Reader {
            /// All records at once, not more than [`Limits::max_records`]. To hold one at a time, take [`Reader::rows`] of one file
            /// after the other.
            pub fn contents(&mut self) -> Result<Contents, SourceError> {
                let mut room = self.limits.max_records;
                $(let $field = self.collect::<$record>(&mut room)?;)*
                Ok(Contents { $($field,)* })
            }

            fn drain(&mut self) -> Result<(), SourceError> {
                $(if self.modes.contains_key(&File::$file) && !self.findings.is_begun(File::$file) {
                    for row in self.rows::<$record>()? {
                        row?;
                    }
                })*
                Ok(())
            }
        }
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
