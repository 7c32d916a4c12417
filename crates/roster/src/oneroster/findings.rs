//! What is found while reading, gathered for the report.

use std::collections::BTreeMap;

use super::report::{FileReport, Notice, Reason, Refusal, Report, Version, Warning};
use super::{File, Limits};

/// Why a row is refused, before it is known which row.
#[derive(Debug, PartialEq, Eq)]
pub struct Bad {
    pub(super) column: Option<String>,
    pub(super) reason: Reason,
    pub(super) message: String,
}

impl Bad {
    pub(super) fn new(column: impl Into<String>, reason: Reason, message: impl Into<String>) -> Self {
        Self { column: Some(column.into()), reason, message: message.into() }
    }

    /// About the row, not about one of its columns.
    pub(super) fn row(reason: Reason, message: impl Into<String>) -> Self {
        Self { column: None, reason, message: message.into() }
    }
}

/// The part of the report that belongs to one file.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub(super) report: Option<FileReport>,
    refusals: Vec<Refusal>,
    warnings: BTreeMap<(Notice, Option<String>), Warning>,
}

impl Part {
    /// Counts something tolerated; the sentence is made only the first time.
    pub(super) fn warn(
        &mut self,
        file: &str,
        line: u32,
        column: Option<&str>,
        notice: Notice,
        message: impl FnOnce() -> String,
    ) {
        let key = (notice, column.map(str::to_owned));
        let warning = self.warnings.entry(key).or_insert_with(|| Warning {
            file: file.to_owned(),
            first_line: line,
            column: column.map(str::to_owned),
            notice,
            message: message(),
            count: 0,
        });
        warning.count = warning.count.saturating_add(1);
    }

    pub(super) fn refuse(&mut self, file: File, line: u32, sourced_id: Option<String>, bad: Bad) {
        let Bad { column, reason, message } = bad;
        self.refusals.push(Refusal { file, line, column, reason, message, sourced_id });
        if let Some(report) = &mut self.report {
            report.refused = report.refused.saturating_add(1);
        }
    }
}

/// All parts. Reading a file again replaces its part.
#[derive(Debug)]
pub(super) struct Findings {
    /// About the source and its manifest.
    source: Part,
    files: BTreeMap<File, Part>,
    refused: usize,
    max_refused: usize,
}

impl Findings {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { source: Part::default(), files: BTreeMap::new(), refused: 0, max_refused: limits.max_refused }
    }

    pub(super) fn source(&mut self) -> &mut Part {
        &mut self.source
    }

    /// Begins a file's part anew.
    pub(super) fn begin(&mut self, report: FileReport) {
        let file = report.file;
        let old = self.files.insert(file, Part { report: Some(report), ..Part::default() });
        self.refused -= old.map_or(0, |part| part.refusals.len());
    }

    pub(super) fn file(&mut self, file: File) -> &mut Part {
        self.files.entry(file).or_default()
    }

    pub(super) fn is_begun(&self, file: File) -> bool {
        self.files.contains_key(&file)
    }

    /// Refuses a row, and says whether that is one too many.
    pub(super) fn refuse(&mut self, file: File, line: u32, sourced_id: Option<String>, bad: Bad) -> bool {
        self.file(file).refuse(file, line, sourced_id, bad);
        self.refused += 1;
        self.refused > self.max_refused
    }

    pub(super) fn report(&self, version: Version) -> Report {
        let parts = || std::iter::once(&self.source).chain(self.files.values());
        Report {
            version,
            files: parts().filter_map(|part| part.report.clone()).collect(),
            refusals: parts().flat_map(|part| part.refusals.iter().cloned()).collect(),
            warnings: parts().flat_map(|part| part.warnings.values().cloned()).collect(),
        }
    }
}
