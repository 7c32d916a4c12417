//! Importing a `OneRoster` source: everything in one transaction, or nothing.

mod gradebook;
mod options;
mod report;

pub use gradebook::{
    Absent, GradebookFiles, GradebookRows, GradebookTally, KnownToGradebook, Origin, Part, Tally,
};
pub use options::{ImportOptions, InvalidLimit, RefusedLimit};
pub use report::{FileOutcome, ImportError, ImportReport, Outcome};

use std::path::Path;

use homeroom_contract::Timestamp;

use crate::Roster;

impl Roster {
    /// Imports the `OneRoster` zip or folder at that path: all of it in one transaction, or nothing. Without a gradebook its
    /// three files are left alone.
    ///
    /// `Ok` is a report, also if too many rows were refused and nothing was applied: see [`ImportReport::outcome`].
    pub async fn import(
        &self,
        _source: &Path,
        _options: &ImportOptions,
        _gradebook: Option<&dyn GradebookFiles>,
        _at: Timestamp,
    ) -> Result<ImportReport, ImportError> {
        Err(ImportError::TenantUnclear)
    }
}
