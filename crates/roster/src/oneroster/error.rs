//! Why a whole source can't be read.

use std::io;
use std::path::PathBuf;

use super::report::Report;

/// Why nothing of a source is read. What is wrong with single rows is in the [`Report`] instead.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The path can't be opened.
    #[error("{} can't be opened", path.display())]
    Open {
        /// The path.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// Reading stopped in the middle: a damaged zip, or a disk that failed.
    #[error("{file} can't be read to its end")]
    Broken {
        /// The file in the source.
        file: String,
        /// What happened.
        #[source]
        cause: io::Error,
    },
    /// It is no zip, or a damaged one.
    #[error("not a zip that can be read")]
    NotAZip(#[source] zip::result::ZipError),
    /// There is no file of the standard at its root.
    #[error("there is no OneRoster file at the root")]
    Empty,
    /// More entries than allowed.
    #[error("more than {0} entries")]
    TooManyEntries(usize),
    /// More bytes than allowed, in a file or altogether.
    #[error("{what} has more than {limit} bytes uncompressed")]
    TooLarge {
        /// The file, or "the source".
        what: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// A file that grows more than any roster does: a zip bomb.
    #[error("{file} grows more than {limit} times when uncompressed")]
    Bomb {
        /// The file.
        file: String,
        /// The limit.
        limit: u64,
    },
    /// A file with more rows than allowed.
    #[error("{file} has more than {limit} rows")]
    TooManyRows {
        /// The file.
        file: String,
        /// The limit.
        limit: u32,
    },
    /// More records than can be held at once.
    #[error("there are more than {0} records altogether")]
    TooManyRecords(u64),
    /// An entry in a folder. The standard wants the files at the root of the zip.
    #[error("{0:?} is in a folder: the CSV files have to be at the root of the zip")]
    InFolder(String),
    /// An entry whose name leads somewhere else.
    #[error("the name {0:?} leads out of the source")]
    Climbs(String),
    /// A symbolic link in a zip, or one that leads out of the folder.
    #[error("{0:?} is a link that leads out of the source")]
    Link(String),
    /// Neither a file nor a folder.
    #[error("{0:?} is not an ordinary file")]
    NotAFile(String),
    /// An encrypted entry.
    #[error("{0:?} is encrypted")]
    Encrypted(String),
    /// Two entries of one name.
    #[error("two entries have the same name")]
    SameName,
    /// So many refused rows that the rest isn't worth reading.
    #[error("more than {limit} refused rows{}", first(.report))]
    TooManyRefused {
        /// The limit.
        limit: usize,
        /// What was found until then.
        report: Box<Report>,
    },
}

fn first(report: &Report) -> String {
    report.refusals.first().map(|refusal| format!("; the first is {refusal}")).unwrap_or_default()
}

impl SourceError {
    /// A stable code, in kebab case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Open { .. } => "cannot-open",
            Self::Broken { .. } => "broken",
            Self::NotAZip(_) => "not-a-zip",
            Self::Empty => "empty",
            Self::TooManyEntries(_) => "too-many-entries",
            Self::TooLarge { .. } => "too-large",
            Self::Bomb { .. } => "zip-bomb",
            Self::TooManyRows { .. } => "too-many-rows",
            Self::TooManyRecords(_) => "too-many-records",
            Self::InFolder(_) => "in-folder",
            Self::Climbs(_) => "climbs-out",
            Self::Link(_) => "link",
            Self::NotAFile(_) => "not-a-file",
            Self::Encrypted(_) => "encrypted",
            Self::SameName => "same-name",
            Self::TooManyRefused { .. } => "too-many-refused",
        }
    }
}
