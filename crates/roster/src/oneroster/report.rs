//! What is said about a source: every refused row with its place and reason, and what was tolerated.
//!
//! One rule decides between the two: what can be read in exactly one way is tolerated, counted and shown as a warning
//! (`TRUE`, `Scheduled`, a space around a number, an empty header cell at the end); what can be read in two ways or not at
//! all (`1/05/2023`) refuses the row, if the value is one that is kept.

use std::fmt;

use serde::Serialize;

use super::files::File;

macro_rules! reasons {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $code)] $variant,)* }

        impl $name {
            /// The stable code, in kebab case.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }
        }
    };
}

reasons! {
    /// Why a row, or with line 1 a whole file, is refused.
    Reason {
        /// A column that is needed isn't in the header. The whole file is refused.
        MissingColumn = "missing-column",
        /// The header names a column almost like one that isn't there. The whole file is refused.
        MisspeltColumn = "misspelt-column",
        /// The header names a column twice. The whole file is refused.
        RepeatedColumn = "repeated-column",
        /// The header is that of another file. The whole file is refused.
        OtherFile = "other-file",
        /// The file has no header, or it can't be read. The whole file is refused.
        NoHeader = "no-header",
        /// Not UTF-8.
        Encoding = "encoding",
        /// Quotes that RFC 4180 doesn't allow: one inside an unquoted cell, text after a closing one, one never closed.
        Quotes = "quotes",
        /// Fewer cells than the header.
        TooFewCells = "too-few-cells",
        /// More cells than the header.
        TooManyCells = "too-many-cells",
        /// The row is longer than allowed.
        RowTooLong = "row-too-long",
        /// A required value is blank.
        Blank = "blank",
        /// Not an identifier of 1 to 255 characters.
        Identifier = "identifier",
        /// Not one of the words of the enumeration.
        Enumeration = "enumeration",
        /// Not a date of the form 2026-03-02.
        Date = "date",
        /// Not an instant of the form 2026-03-02T08:15:00Z.
        DateTime = "date-time",
        /// Not a year of four digits.
        Year = "year",
        /// Not a number, or not one that makes sense there.
        Number = "number",
        /// The end is before the begin.
        DatesReversed = "dates-reversed",
        /// The file has a row of the same sourcedId already.
        Repeated = "repeated",
        /// It refers to a thing that is neither in the source nor in the roster.
        UnknownReference = "unknown-reference",
        /// It refers to a row that was itself refused.
        RefusedReference = "refused-reference",
        /// It contradicts what it refers to, or the roster.
        Conflict = "conflict",
    }
}

reasons! {
    /// What was tolerated.
    Notice {
        /// There is no manifest.csv; the files themselves were looked at.
        NoManifest = "no-manifest",
        /// The manifest has a property or value that isn't the standard's.
        ManifestValue = "manifest-value",
        /// The manifest says otherwise than the files; the files were believed.
        ManifestDisagrees = "manifest-disagrees",
        /// A file that isn't one of the standard's; it was left alone.
        UnknownFile = "unknown-file",
        /// A file with a header and no rows. The standard doesn't allow it; it was taken as absent.
        NoRows = "no-rows",
        /// Cells of the header without a name, at its end.
        EmptyColumns = "empty-columns",
        /// A column that isn't the standard's; it was left alone.
        UnknownColumn = "unknown-column",
        /// A column that isn't needed is not there; it was taken as blank.
        AbsentColumn = "absent-column",
        /// The columns are in another order than the standard's.
        ColumnOrder = "column-order",
        /// A word in another case than the standard's.
        Case = "case",
        /// Spaces around a value.
        Spaces = "spaces",
        /// Blank entries in a list.
        BlankEntries = "blank-entries",
        /// A fraction where the standard has whole numbers.
        Fraction = "fraction",
        /// A row of a bulk file with a status or dateLastModified.
        StatusInBulk = "status-in-bulk",
        /// A value that isn't right, in a column that isn't kept.
        Unkept = "unkept",
        /// A word that only 1.1 (or common practice) has.
        OldWord = "old-word",
    }
}

/// A row that is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Refusal {
    /// The file.
    pub file: File,
    /// The physical line, from 1, that the row begins on. With line 1 (the header) the whole file is refused.
    pub line: u32,
    /// The column, if it is about one.
    pub column: Option<String>,
    /// Why.
    pub reason: Reason,
    /// Why, as a sentence for a person.
    pub message: String,
    /// The row's own sourcedId, as far as it could be read: a thing whose row was refused is not absent from the file.
    pub sourced_id: Option<String>,
}

impl Refusal {
    /// Whether it is about the header, so that nothing of the file could be read.
    pub fn is_of_whole_file(&self) -> bool {
        self.line == 1
    }
}

impl fmt::Display for Refusal {
    /// `users.csv:17: grades: …  [enumeration]`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.file, self.line)?;
        if let Some(column) = &self.column {
            write!(f, "{column}: ")?;
        }
        write!(f, "{} [{}]", self.message, self.reason.code())
    }
}

/// Something that was tolerated, counted over a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Warning {
    /// The file's name.
    pub file: String,
    /// The line of the first time.
    pub first_line: u32,
    /// The column, if it is about one.
    pub column: Option<String>,
    /// What.
    pub notice: Notice,
    /// What, as a sentence for a person, of the first time.
    pub message: String,
    /// How many times.
    pub count: u32,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.file, self.first_line)?;
        if let Some(column) = &self.column {
            write!(f, "{column}: ")?;
        }
        write!(f, "{} [{}", self.message, self.notice.code())?;
        if self.count > 1 { write!(f, ", {} times]", self.count) } else { write!(f, "]") }
    }
}

/// The version of the standard that the files follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Version {
    /// `OneRoster` 1.1: roles are in `users.csv`.
    #[serde(rename = "1.1")]
    V1p1,
    /// `OneRoster` 1.2.
    #[serde(rename = "1.2")]
    V1p2,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V1p1 => "1.1",
            Self::V1p2 => "1.2",
        })
    }
}

/// How a file is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// It isn't in the source, has no rows, or was refused as a whole: nothing follows from what it doesn't say.
    Absent,
    /// It has everything: what was imported before and isn't in it is gone.
    Bulk,
    /// It has what changed.
    Delta,
}

/// What came of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FileReport {
    /// The file.
    pub file: File,
    /// How it is taken.
    pub mode: Mode,
    /// Data rows seen.
    pub rows: u32,
    /// Rows that were read.
    pub accepted: u32,
    /// Rows that were refused; a refused header counts as one.
    pub refused: u32,
    /// The file is known, but nothing of it is kept: its rows were only counted.
    pub skipped: bool,
}

/// Everything that is said about a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The version that was found.
    pub version: Version,
    /// The files that are there, in the order of reading.
    pub files: Vec<FileReport>,
    /// The refused rows, by file and line.
    pub refusals: Vec<Refusal>,
    /// What was tolerated.
    pub warnings: Vec<Warning>,
}
