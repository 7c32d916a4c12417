//! The rows of a `OneRoster` source as types: what other parts of Homeroom keep of them, and nothing more (passwords, phone
//! numbers and all of demographics but the birth date are never taken out of the file).
//!
//! What always holds: identifiers are well formed, enumerations and dates were understood, a begin is not after its end.
//! What a record refers to may be absent: the reader looks at one row at a time, the import at the whole roster.

mod classes;
mod gradebook;
mod people;
mod words;

use std::fmt;

use homeroom_contract::{InvalidId, Timestamp, UserId};

pub use classes::{AcademicSession, Class, Course, Enrollment, Org};
pub use gradebook::{Category, LineItem, StudentResult};
pub use people::{Demographics, User, UserRole};
pub use words::{ClassKind, EnrollmentRole, OrgKind, RoleKind, ScoreStatus, SessionKind, Status};

/// One row that was read: the record and what every row has.
#[derive(Debug, Clone, PartialEq)]
pub struct Row<R> {
    /// The physical line of the file, from 1, that the row begins on.
    pub line: u32,
    /// Whether the record stands or is gone. Blank (as in bulk files) is [`Status::Active`].
    pub status: Status,
    /// When the source changed it last; always there in delta files.
    pub modified: Option<Timestamp>,
    /// The record itself.
    pub record: R,
}

/// The identifier of a thing that only the roster itself names: a role, a course, an enrollment, a result. 1 to 255
/// characters, case-sensitive, unique within its file and district.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourcedId(UserId);

impl SourcedId {
    /// Takes a string of 1 to 255 characters without control characters.
    pub fn new(text: impl AsRef<str>) -> Result<Self, InvalidId> {
        // The rule is the one of every identifier in the contract.
        UserId::new(text).map(Self)
    }

    /// The identifier as it is written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl std::str::FromStr for SourcedId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        Self::new(text)
    }
}

impl fmt::Display for SourcedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for SourcedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SourcedId({})", self.as_str())
    }
}
