//! The history of a cell: who changed what, when, from what to what, and why if it was an administrator. Staff read all of
//! it; families read what it looked like from where they stand.

use homeroom_contract::{Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Cell, Marks};

/// In whose name a change is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// The person or service.
    pub by: UserId,
    /// Why; an administrator has to say it.
    pub reason: Option<String>,
}

/// What was done to a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// Its marks were set.
    Set,
    /// It was shown to the family.
    Posted,
    /// It was hidden from the family.
    Hidden,
    /// Its marks came with an import from the system of record.
    Imported,
}

impl ChangeKind {
    /// Every kind there is.
    pub const ALL: [ChangeKind; 4] =
        [ChangeKind::Set, ChangeKind::Posted, ChangeKind::Hidden, ChangeKind::Imported];

    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            ChangeKind::Set => "set",
            ChangeKind::Posted => "posted",
            ChangeKind::Hidden => "hidden",
            ChangeKind::Imported => "imported",
        }
    }

    /// Reads what was stored.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// One change of a cell, as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What was done.
    pub kind: ChangeKind,
    /// Who did it.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
    /// What stood there before.
    pub old: Marks,
    /// What stood there after; the same as before if it was only posted or hidden.
    pub new: Marks,
    /// Whether families saw the cell after it.
    pub posted: bool,
    /// Why, if whoever did it had to say.
    pub reason: Option<String>,
}

/// A change as clients see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangeView {
    /// Who.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
    /// What stood there before; blank if nothing did.
    pub old: Marks,
    /// What stood there after.
    pub new: Marks,
    /// Why an administrator did it; for staff only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// When a cell was shown to the family, or hidden from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PostingView {
    /// Who.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
    /// Whether families saw it from then on.
    pub posted: bool,
}

/// The history of a cell, oldest first.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct History {
    /// Every change of what stood there.
    pub changes: Vec<ChangeView>,
    /// When it was shown and hidden; for staff only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub postings: Vec<PostingView>,
}

impl History {
    /// All of it.
    pub fn for_staff(changes: Vec<Change>) -> Self {
        let mut history = Self::default();
        for change in changes {
            let Change { kind, by, at, old, new, posted, reason } = change;
            match kind {
                ChangeKind::Set | ChangeKind::Imported => {
                    history.changes.push(ChangeView { by, at, old, new, reason });
                }
                ChangeKind::Posted | ChangeKind::Hidden => {
                    history.postings.push(PostingView { by, at, posted });
                }
            }
        }
        history
    }

    /// What the family could see change: the marks as they were when posted, and each change while they were. What was set
    /// before posting stays unknown, and a cell that is hidden now has no history at all.
    pub fn for_family(cell: &Cell, changes: Vec<Change>) -> Self {
        let mut history = Self::default();
        if !cell.is_posted() {
            return history;
        }
        let mut seen = Marks::default();
        for change in changes.into_iter().filter(|change| change.posted) {
            if change.new != seen || history.changes.is_empty() {
                let old = std::mem::replace(&mut seen, change.new.clone());
                history.changes.push(ChangeView {
                    by: change.by,
                    at: change.at,
                    old,
                    new: change.new,
                    reason: None,
                });
            }
        }
        history
    }
}
