//! A cell: one student's result for one line item.
//!
//! A cell that was never set has version 0; each set raises it by one, posting and hiding do not. Every change hands back
//! the [`Change`] to be kept.

use homeroom_contract::{LineItemId, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Author, Change, ChangeKind, GradebookError, Limits, LineItem, Marks, MarksPatch};

/// One student's result for one line item.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// The line item.
    pub line_item_id: LineItemId,
    /// The student.
    pub student_id: UserId,
    /// 0 when it was never set, one more with each set.
    pub version: i64,
    /// How many changes there were, posting and hiding among them; what the store guards with.
    pub revision: i64,
    /// What stands in it.
    pub marks: Marks,
    /// Who set it last; none where an import did.
    pub graded_by: Option<UserId>,
    /// Since when families see it.
    pub posted_at: Option<Timestamp>,
    /// The `sourcedId` of the imported result that stands here; none once somebody has set the cell, and an import lets it
    /// be from then on.
    pub source_id: Option<String>,
}

/// What to set one cell to, and what it is believed to be.
#[derive(Debug, Clone, PartialEq)]
pub struct SetCell {
    /// The student.
    pub student_id: UserId,
    /// The version that the change was made on; another one in the gradebook is `VERSION_CONFLICT`. Without it the last write
    /// wins, unless the district requires it.
    pub expected_version: Option<i64>,
    /// The change.
    pub marks: MarksPatch,
}

/// What a district demands of a set.
#[derive(Debug, Clone, Copy)]
pub struct SetRules<'a> {
    /// How long texts may be.
    pub limits: &'a Limits,
    /// Whether `expectedVersion` must be there.
    pub versions_required: bool,
}

impl Cell {
    /// A cell that was never set.
    pub fn blank(item: &LineItemId, student: UserId) -> Self {
        Self {
            line_item_id: item.clone(),
            student_id: student,
            version: 0,
            revision: 0,
            marks: Marks::default(),
            graded_by: None,
            posted_at: None,
            source_id: None,
        }
    }

    /// Whether families see it.
    pub fn is_posted(&self) -> bool {
        self.posted_at.is_some()
    }

    /// Whether what stands in it was set by somebody here, to nothing too; not so where an import has brought something since,
    /// or taken it away.
    pub fn is_set_here(&self) -> bool {
        self.graded_by.is_some()
    }

    /// Sets it.
    pub fn set(
        &mut self,
        set: SetCell,
        item: &LineItem,
        author: &Author,
        at: Timestamp,
        rules: SetRules<'_>,
    ) -> Result<Change, GradebookError> {
        match set.expected_version {
            Some(expected) if expected != self.version => {
                return Err(GradebookError::StaleCell(Box::new(CellView::of(self))));
            }
            None if rules.versions_required => return Err(GradebookError::VersionNeeded),
            _ => {}
        }
        let new = self.marks.patched(set.marks, item, rules.limits)?;
        let old = std::mem::replace(&mut self.marks, new);
        self.version += 1;
        self.graded_by = Some(author.by.clone());
        self.source_id = None;
        Ok(self.changed(ChangeKind::Set, old, author, at))
    }

    /// Shows it to the family; nothing if it was never set or is shown already.
    pub fn post(&mut self, author: &Author, at: Timestamp) -> Option<Change> {
        if self.version == 0 || self.is_posted() {
            return None;
        }
        self.posted_at = Some(at);
        Some(self.changed(ChangeKind::Posted, self.marks.clone(), author, at))
    }

    /// Hides it from the family; nothing if it is hidden already.
    pub fn hide(&mut self, author: &Author, at: Timestamp) -> Option<Change> {
        self.posted_at.take()?;
        Some(self.changed(ChangeKind::Hidden, self.marks.clone(), author, at))
    }

    /// Takes over an imported result, if it says something new and nobody has set the cell here. `posted` says whether
    /// families see what is imported for the first time.
    pub fn import(
        &mut self,
        marks: Marks,
        source_id: &str,
        posted: bool,
        author: &Author,
        at: Timestamp,
    ) -> Option<Change> {
        let known = self.source_id.as_deref() == Some(source_id) && self.marks == marks;
        if self.is_set_here() || known {
            return None;
        }
        if self.source_id.is_none() && posted {
            self.posted_at = Some(at);
        }
        self.source_id = Some(source_id.to_owned());
        Some(self.replaced_by_import(marks, author, at))
    }

    /// Takes away what an import brought; nothing if what stands here was set by somebody.
    pub fn withdraw(&mut self, author: &Author, at: Timestamp) -> Option<Change> {
        self.source_id.take()?;
        self.posted_at = None;
        Some(self.replaced_by_import(Marks::default(), author, at))
    }

    fn replaced_by_import(&mut self, marks: Marks, author: &Author, at: Timestamp) -> Change {
        let old = std::mem::replace(&mut self.marks, marks);
        self.version += 1;
        self.graded_by = None;
        self.changed(ChangeKind::Imported, old, author, at)
    }

    fn changed(&mut self, kind: ChangeKind, old: Marks, author: &Author, at: Timestamp) -> Change {
        self.revision += 1;
        Change {
            kind,
            by: author.by.clone(),
            at,
            old,
            new: self.marks.clone(),
            posted: self.is_posted(),
            reason: author.reason.clone(),
        }
    }
}

/// A cell as staff see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CellView {
    /// The line item.
    pub line_item_id: LineItemId,
    /// The student.
    pub student_id: UserId,
    /// To be sent back as `expectedVersion`.
    pub version: i64,
    /// What stands in it.
    #[serde(flatten)]
    pub marks: Marks,
    /// Whether families see it.
    pub posted: bool,
    /// Who set it last.
    pub graded_by: Option<UserId>,
}

impl CellView {
    /// What staff see of that cell.
    pub fn of(cell: &Cell) -> Self {
        Self {
            line_item_id: cell.line_item_id.clone(),
            student_id: cell.student_id.clone(),
            version: cell.version,
            marks: cell.marks.clone(),
            posted: cell.is_posted(),
            graded_by: cell.graded_by.clone(),
        }
    }
}

/// A posted cell as the student and the guardians see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResultView {
    /// The line item.
    pub line_item_id: LineItemId,
    /// The student.
    pub student_id: UserId,
    /// Tells a newer event from an older one.
    pub version: i64,
    /// What stands in it.
    #[serde(flatten)]
    pub marks: Marks,
    /// Who set it last.
    pub graded_by: Option<UserId>,
    /// Since when it is to be seen.
    pub posted_at: Timestamp,
}

impl ResultView {
    /// What families see of that cell: nothing until it is posted.
    pub fn of(cell: &Cell) -> Option<Self> {
        Some(Self {
            line_item_id: cell.line_item_id.clone(),
            student_id: cell.student_id.clone(),
            version: cell.version,
            marks: cell.marks.clone(),
            graded_by: cell.graded_by.clone(),
            posted_at: cell.posted_at?,
        })
    }
}
