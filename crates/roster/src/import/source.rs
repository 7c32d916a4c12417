//! A source that was read as a whole.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;

use homeroom_contract::TenantId;

use super::{Absent, FileOutcome, ImportReport, Outcome};
use crate::oneroster::{Contents, File, Limits, Mode, Reader, Refusal, Report, SourceError, Version};

/// What was read, and what was said about it until now.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) contents: Contents,
    pub(super) report: Report,
    modes: BTreeMap<File, Mode>,
    role_rows: u64,
}

impl Source {
    /// Reads a zip or a folder. Takes as long as it takes: not for a task that others wait for.
    pub(super) fn read(path: &Path, limits: Limits) -> Result<Self, SourceError> {
        let mut reader = Reader::open(path, limits)?;
        let contents = reader.contents()?;
        let mut modes: BTreeMap<File, Mode> =
            File::ALL.iter().map(|file| (*file, reader.mode(*file))).collect();
        if reader.version() == Version::V1p1 {
            modes.insert(File::Roles, reader.mode(File::Users));
        }
        let role_rows = u64::try_from(contents.roles.len()).unwrap_or(u64::MAX);
        Ok(Self { contents, report: reader.finish()?, modes, role_rows })
    }

    /// How a file is to be taken. In 1.1 the roles are in `users.csv`, and taken as that is.
    pub(super) fn mode(&self, file: File) -> Mode {
        self.modes.get(&file).copied().unwrap_or(Mode::Absent)
    }

    /// Whether the roles are in `users.csv`.
    pub(super) fn roles_in_users(&self) -> bool {
        self.report.version == Version::V1p1
    }

    /// The `sourcedId`s of the refused rows of a file.
    pub(super) fn refused(&self, file: File) -> HashSet<String> {
        let refusals = self.report.refusals.iter().filter(|refusal| refusal.file == file);
        refusals.filter_map(|refusal| refusal.sourced_id.clone()).collect()
    }

    /// What becomes of imported things that a file doesn't have.
    pub(super) fn absent(&self, file: File) -> Absent {
        if self.mode(file) != Mode::Bulk {
            return Absent::Stay;
        }
        let told_in = if file == File::Roles && self.roles_in_users() { File::Users } else { file };
        let unreadable =
            |refusal: &Refusal| refusal.file == told_in && (refusal.sourced_id.is_none() || told_in != file);
        if self.report.refusals.iter().any(unreadable) {
            return Absent::Stay;
        }
        Absent::GoUnless(self.refused(file))
    }

    /// Adds refusals to the report, each row once: a row that goes to several tenants may be refused in each.
    pub(super) fn refuse(&mut self, refusals: Vec<Refusal>) {
        let mut seen: BTreeSet<(File, u32)> =
            self.report.refusals.iter().map(|refusal| (refusal.file, refusal.line)).collect();
        for refusal in refusals {
            if seen.insert((refusal.file, refusal.line)) {
                if let Some(file) = self.report.files.iter_mut().find(|file| file.file == refusal.file) {
                    file.refused += 1;
                    file.accepted = file.accepted.saturating_sub(1);
                }
                self.report.refusals.push(refusal);
            }
        }
        self.report.refusals.sort_by_key(|refusal| (refusal.file, refusal.line));
    }

    /// Whether there is a file that can't be read: who knows what it says? No limit on rows puts up with that.
    pub(super) fn has_unreadable_file(&self) -> bool {
        self.report.refusals.iter().any(Refusal::is_of_whole_file)
    }

    /// Refused rows, and rows of all files that are kept.
    pub(super) fn refused_of(&self) -> (u64, u64) {
        let kept = self.report.files.iter().filter(|file| !file.skipped);
        kept.fold((0, 0), |(refused, rows), file| {
            (refused + u64::from(file.refused), rows + u64::from(file.rows))
        })
    }

    /// The report of the import, before anything was applied.
    pub(super) fn outcome(self, outcome: Outcome, tenants: BTreeSet<TenantId>) -> ImportReport {
        let roles = self.roles_in_users().then(|| FileOutcome {
            rows: self.role_rows,
            ..FileOutcome::of(File::Roles, self.mode(File::Roles))
        });
        let mut report = ImportReport::of(self.report, outcome, tenants);
        report.files.extend(roles);
        report
    }
}
