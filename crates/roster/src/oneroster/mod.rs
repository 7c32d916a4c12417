//! Reading a roster from `OneRoster` CSV (1EdTech, CSV binding 1.2; 1.1 is understood too): a zip or a folder with the files at
//! its root, bulk or delta.
//!
//! ```no_run
//! use homeroom_roster::oneroster::{Enrollment, Limits, Reader, User};
//! # fn main() -> Result<(), homeroom_roster::oneroster::SourceError> {
//! let mut reader = Reader::open("district.zip".as_ref(), Limits::default())?;
//! for row in reader.rows::<User>()? {
//!     println!("{}", row?.record.username);
//! }
//! let enrollments: Vec<_> = reader.rows::<Enrollment>()?.collect::<Result<_, _>>()?;
//! let report = reader.finish()?;
//! println!("OneRoster {}: {} enrollments, {} rows refused", report.version, enrollments.len(), report.refusals.len());
//! # Ok(()) }
//! ```
//!
//! What always holds: whatever the bytes are, reading never panics, and ends with records, or with a [`Report`] that names file,
//! line, column and reason of every row that is refused, or with a [`SourceError`] if the source as a whole is not to be trusted.
//! [`Reader::rows`] holds one row, and of each row before it in the file 40 bytes, to find a `sourcedId` that comes twice;
//! [`Reader::contents`] holds all records, and how many that may be, and what they take, the [`Limits`] say.

mod csv;
mod error;
mod fields;
mod files;
mod findings;
mod formats;
mod header;
mod limits;
mod manifest;
mod opening;
mod parse;
mod reader;
mod records;
mod report;
mod rows;
mod source;

pub use error::SourceError;
pub use files::File;
pub use limits::Limits;
pub use reader::{Contents, Reader, Record};
pub use records::{
    AcademicSession, Category, Class, ClassKind, Course, Demographics, Enrollment, EnrollmentRole, LineItem,
    Org, OrgKind, RoleKind, Row, ScoreStatus, SessionKind, SourcedId, Status, StudentResult, User, UserRole,
};
pub use report::{FileReport, Mode, Notice, Reason, Refusal, Report, Version, Warning};
pub use rows::Rows;

#[cfg(test)]
mod tests;
