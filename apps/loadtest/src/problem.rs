//! Why there is no verdict.

use std::io;
use std::path::PathBuf;

use homeroom_roster::oneroster::SourceError;

/// Why a day could not be played, or showed nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    #[error("no secret to sign tokens with: give --secret-file, or JWT_SECRET in the environment")]
    NoSecret,
    #[error("the secret has fewer than 32 bytes; no gateway takes such a one")]
    ShortSecret,
    #[error("{} can't be read: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{} can't be written: {source}", path.display())]
    Unwritable { path: PathBuf, source: io::Error },
    #[error("{} is not to be used: {source}", path.display())]
    Roster { path: PathBuf, source: SourceError },
    #[error("the export has {count} districts ({names}): say which with --district")]
    Districts { count: usize, names: String },
    #[error("the export has no district {0}")]
    NoDistrict(String),
    #[error("nobody teaches anybody there today: {0}")]
    NoLessons(&'static str),
    #[error(
        "{people} people need {needed} open files, and this process may have {allowed}: raise it with `ulimit -n`, or take \
         fewer with --people"
    )]
    OpenFiles { people: usize, needed: u64, allowed: u64 },
    #[error("nobody gets in: {0}")]
    NobodyIn(String),
    #[error("the gateway acknowledged nothing, so nothing was shown; failures of commands: {0}")]
    NothingAcknowledged(String),
    #[error("no threads to run on: {0}")]
    Threads(io::Error),
}
