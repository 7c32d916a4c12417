//! The three files of a source that are the gradebook's: `categories.csv`, `lineItems.csv` and `results.csv`. The import checks
//! them with everything else and hands them over inside its own transaction; the gradebook crate keeps them.

use std::collections::{HashMap, HashSet};

use homeroom_contract::{BoxFuture, CategoryId, Failure, LineItemId, TenantId, Timestamp};
use homeroom_journal::Conn;
use serde::Serialize;

use crate::oneroster::{Category, LineItem, Mode, Row, StudentResult};

/// Who keeps categories, line items and results.
pub trait GradebookFiles: Send + Sync {
    /// What rows of a source may refer to without bringing it along: the categories and line items that the tenant has,
    /// wherever they came from, those to be deleted left out.
    fn known<'a>(
        &'a self,
        conn: &'a mut Conn,
        tenant: &'a TenantId,
    ) -> BoxFuture<'a, Result<KnownToGradebook, Failure>>;

    /// Takes one tenant's rows, in the import's transaction, and says what they changed. The rows are checked: what they
    /// refer to is known or among them. In a dry run it is called as well, and the transaction is rolled back.
    fn apply<'a>(
        &'a self,
        conn: &'a mut Conn,
        tenant: &'a TenantId,
        at: Timestamp,
        rows: &'a GradebookRows,
    ) -> BoxFuture<'a, Result<GradebookTally, Failure>>;
}

/// What a gradebook has that rows may refer to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownToGradebook {
    /// Categories.
    pub categories: HashMap<CategoryId, Origin>,
    /// Line items.
    pub line_items: HashMap<LineItemId, Origin>,
}

/// Where a row came from. Only what was imported becomes to be deleted by absence from a bulk file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// From an import.
    Import,
    /// Made in the gateway.
    Gateway,
}

impl Origin {
    /// As it is written in the tables: `import`, `gateway`.
    pub(crate) fn of(word: &str) -> Self {
        if word == "import" { Self::Import } else { Self::Gateway }
    }
}

/// One tenant's rows of the three files.
#[derive(Debug, Clone, PartialEq)]
pub struct GradebookRows {
    /// `categories.csv`.
    pub categories: Part<Category>,
    /// `lineItems.csv`.
    pub line_items: Part<LineItem>,
    /// `results.csv`.
    pub results: Part<StudentResult>,
}

/// One tenant's rows of one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Part<R> {
    /// How the file is to be taken; with `Absent` there are no rows.
    pub mode: Mode,
    /// The good rows, no `sourcedId` twice. A row to be deleted marks what there is under its `sourcedId`, if anything, and
    /// says nothing else.
    pub rows: Vec<Row<R>>,
    /// Which rows of a bulk file are gone.
    pub absent: Absent,
}

/// What becomes of imported things that a file doesn't have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Absent {
    /// They stay: it is a delta file, or one with a refused row of which not even the `sourcedId` could be read.
    Stay,
    /// They become to be deleted, if they came from an import; those of these `sourcedId`s stay, since their rows are there
    /// but were refused.
    GoUnless(HashSet<String>),
}

impl Absent {
    /// Whether a thing of that `sourcedId`, which came from an import and isn't among the rows, is gone.
    pub fn is_gone(&self, sourced_id: &str) -> bool {
        match self {
            Self::Stay => false,
            Self::GoUnless(refused) => !refused.contains(sourced_id),
        }
    }
}

/// What became of the rows of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// New ones.
    pub added: u64,
    /// Those that were there and differ now.
    pub changed: u64,
    /// Those that were there just so.
    pub unchanged: u64,
    /// Those that are to be deleted now and weren't before.
    pub removed: u64,
}

/// What became of the gradebook's files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GradebookTally {
    /// Of `categories.csv`.
    pub categories: Tally,
    /// Of `lineItems.csv`.
    pub line_items: Tally,
    /// Of `results.csv`.
    pub results: Tally,
}

impl Tally {
    /// Rows that are not as they were.
    pub(crate) fn writes(self) -> u64 {
        self.added + self.changed + self.removed
    }
}
