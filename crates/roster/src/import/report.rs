//! What an import says about itself: what it changed, file by file, and every row that it refused.

use std::fmt;

use homeroom_contract::{Code, Failure, TenantId};
use homeroom_journal::DatabaseError;
use serde::{Serialize, Serializer};

use super::Tally;
use crate::oneroster::{File, Mode, Refusal, Report, SourceError, Version, Warning};

/// Whether it took effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// It is in the database.
    Applied,
    /// A dry run: it would have been applied, and nothing was.
    DryRun,
    /// Too much of it was refused, or a whole file: nothing was applied.
    Refused,
}

/// What became of one file, over all tenants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FileOutcome {
    /// The file.
    pub file: File,
    /// How it was taken.
    pub mode: Mode,
    /// Data rows seen.
    pub rows: u64,
    /// Rows that were new.
    pub added: u64,
    /// Rows that were there and differ now.
    pub changed: u64,
    /// Rows that were there just so.
    pub unchanged: u64,
    /// Things that are to be deleted now: by a row that says so, or by absence from a bulk file.
    pub removed: u64,
    /// Rows refused. With refusals past the limit nothing was applied, and the other counts are zero.
    pub refused: u64,
    /// Nothing of this file is kept: its rows were counted only.
    pub skipped: bool,
}

impl FileOutcome {
    /// Nothing of it yet.
    pub(super) fn of(file: File, mode: Mode) -> Self {
        Self {
            file,
            mode,
            rows: 0,
            added: 0,
            changed: 0,
            unchanged: 0,
            removed: 0,
            refused: 0,
            skipped: false,
        }
    }
}

/// What an import did, or would have done.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportReport {
    /// Whether it took effect.
    pub outcome: Outcome,
    /// The version of `OneRoster` that was found.
    pub version: Version,
    /// The tenants that it is about.
    #[serde(serialize_with = "written")]
    pub tenants: Vec<TenantId>,
    /// The files, in the order of reading.
    pub files: Vec<FileOutcome>,
    /// The refused rows, by file and line.
    pub refusals: Vec<Refusal>,
    /// What was tolerated.
    pub warnings: Vec<Warning>,
}

fn written<S: Serializer>(tenants: &[TenantId], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(tenants.iter().map(TenantId::as_str))
}

impl ImportReport {
    /// What was said about a source, before anything of it was applied.
    pub(super) fn of(read: Report, outcome: Outcome, tenants: impl IntoIterator<Item = TenantId>) -> Self {
        let files = read.files.iter().map(|file| FileOutcome {
            rows: file.rows.into(),
            refused: file.refused.into(),
            skipped: file.skipped,
            ..FileOutcome::of(file.file, file.mode)
        });
        Self {
            outcome,
            version: read.version,
            tenants: tenants.into_iter().collect(),
            files: files.collect(),
            refusals: read.refusals,
            warnings: read.warnings,
        }
    }

    /// Adds what became of one tenant's rows of a file.
    pub(super) fn count(&mut self, file: File, tally: Tally) {
        if let Some(outcome) = self.files.iter_mut().find(|outcome| outcome.file == file) {
            outcome.added += tally.added;
            outcome.changed += tally.changed;
            outcome.unchanged += tally.unchanged;
            outcome.removed += tally.removed;
        }
    }

    /// Says that nothing of these files is kept.
    pub(super) fn skip(&mut self, files: &[File]) {
        for outcome in self.files.iter_mut().filter(|outcome| files.contains(&outcome.file)) {
            outcome.skipped = true;
        }
    }

    /// How a command-line tool should end: 0, or 2 if the import was refused.
    pub fn exit_code(&self) -> u8 {
        if self.outcome == Outcome::Refused { 2 } else { 0 }
    }

    /// What became of a file; none if the source doesn't have it.
    pub fn file(&self, file: File) -> Option<&FileOutcome> {
        self.files.iter().find(|outcome| outcome.file == file)
    }
}

impl fmt::Display for ImportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = match self.outcome {
            Outcome::Applied => "applied",
            Outcome::DryRun => "dry run, nothing was changed",
            Outcome::Refused => "refused, nothing was changed",
        };
        let tenants: Vec<&str> = self.tenants.iter().map(TenantId::as_str).collect();
        writeln!(f, "OneRoster {} for {}: {outcome}", self.version, tenants.join(", "))?;
        writeln!(
            f,
            "{:<24}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}",
            "file", "rows", "added", "changed", "same", "removed", "refused"
        )?;
        for file in &self.files {
            write!(f, "{:<24}{:>10}", file.file.to_string(), file.rows)?;
            if file.skipped {
                writeln!(f, "  (not kept)")?;
            } else {
                writeln!(
                    f,
                    "{:>10}{:>10}{:>10}{:>10}{:>10}",
                    file.added, file.changed, file.unchanged, file.removed, file.refused
                )?;
            }
        }
        for refusal in self.refusals.iter().filter(|refusal| refusal.is_of_whole_file()) {
            let file = refusal.file;
            writeln!(
                f,
                "refused  {file} can't be read, so nothing is applied, whatever the limit on refused rows"
            )?;
        }
        for refusal in &self.refusals {
            writeln!(f, "refused  {refusal}")?;
        }
        for warning in &self.warnings {
            writeln!(f, "noticed  {warning}")?;
        }
        Ok(())
    }
}

/// Why there is no report at all.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The source as a whole can't be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// There is no `orgs.csv`, and more than one tenant or none: whose roster is it?
    #[error("the source doesn't say which district it is of: name the district")]
    TenantUnclear,
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The gradebook did not take its files.
    #[error("the gradebook did not take its files")]
    Gradebook(#[source] Failure),
    /// Another import was applied meanwhile, at every attempt. Nothing of this one was; the same again may succeed.
    #[error("another import was applied meanwhile; try again")]
    Overtaken,
    /// The reading was stopped.
    #[error("the reading was stopped")]
    Stopped(#[from] tokio::task::JoinError),
}

impl ImportError {
    /// Whether somebody else was in the way, another import or people at work: a deadlock, a lock that was not to be had, a row that
    /// was written again and again; or a statement took too long, which can't be told from that. Nothing was applied; the same
    /// again may succeed.
    pub fn is_overtaken(&self) -> bool {
        match self {
            Self::Overtaken | Self::Database(DatabaseError::Conflict(_)) => true,
            Self::Gradebook(failure) => failure.code == Code::Busy,
            _ => false,
        }
    }
}
