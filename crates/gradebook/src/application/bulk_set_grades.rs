//! `grade:bulk-set`: a whole column of the gradebook at once.

use std::collections::{BTreeMap, BTreeSet};

use homeroom_contract::schemars::JsonSchema;
use homeroom_contract::{Call, Code, Command, Committed, Failure, LineItemId, Request, UserId};
use serde::{Deserialize, Serialize};

use super::Gradebook;
use super::access::NO_STUDENT;
use super::set_fields::sets_a_cell;
use crate::domain::{Cell, CellView, GradeUpdated, GradebookError};
use crate::infrastructure::store::cells;

/// Sets several students' results for one line item. What can't be set is listed, the rest is saved.
///
/// At most 500 items (`gradebook.limits.items`), no student twice.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BulkSetGrades {
    /// The line item.
    pub line_item_id: LineItemId,
    /// The cells.
    pub items: Vec<CellToSet>,
    /// Why; an administrator has to say it, and it is kept in the history.
    #[serde(default)]
    pub reason: Option<String>,
}

sets_a_cell! {
    /// What to set one student's cell to. A field that is absent stays as it is, `null` clears it (a flag becomes `false`).
    CellToSet {}
}

/// What became of the items, each in the order in which they came.
#[derive(Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BulkGradesSet {
    /// What was set.
    pub saved: Vec<CellSaved>,
    /// What was not.
    pub conflicts: Vec<Conflict>,
}

/// A cell that was set.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CellSaved {
    /// The student.
    pub student_id: UserId,
    /// The cell's version now.
    pub version: i64,
}

/// A cell that was not set.
#[derive(Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Conflict {
    /// The student.
    pub student_id: UserId,
    /// Why: `VERSION_CONFLICT`, or what `grade:set` would have answered (`VALIDATION_ERROR`, `NOT_FOUND` …).
    pub code: Code,
    /// The same as a sentence for a person.
    pub error: String,
    /// What stands there now, with `VERSION_CONFLICT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<CellView>,
}

impl Conflict {
    fn of(student_id: UserId, refused: GradebookError) -> Self {
        let (code, error) = (refused.code(), refused.to_string());
        let current = match refused {
            GradebookError::StaleCell(current) => Some(*current),
            _ => None,
        };
        Self { student_id, code, error, current }
    }
}

impl Request for BulkSetGrades {
    const NAME: &'static str = "grade:bulk-set";
}

impl Command for BulkSetGrades {
    type Reply = BulkGradesSet;
}

pub(crate) async fn bulk_set_grades(
    gradebook: Gradebook,
    call: Call,
    bulk: BulkSetGrades,
) -> Result<Committed<BulkGradesSet>, Failure> {
    let tenant = &call.actor.tenant;
    gradebook.settings.limits.check_items(bulk.items.len())?;
    refuse_repetition(&bulk.items)?;
    let mut tx = gradebook.journal.begin(&call).await?;
    let open = gradebook.open(&mut tx, &call, &bulk.line_item_id, bulk.reason).await?;
    let enrolled = gradebook.students(&mut tx, &call, &open.item.class_id).await?;
    let mut standing: BTreeMap<UserId, Cell> = cells::of_line_item(&mut tx, tenant, &bulk.line_item_id)
        .await?
        .into_iter()
        .map(|cell| (cell.student_id.clone(), cell))
        .collect();

    let mut reply = BulkGradesSet { saved: Vec::new(), conflicts: Vec::new() };
    let mut changed = Vec::new();
    for set in bulk.items {
        let student_id = set.student_id.clone();
        if !enrolled.contains(&student_id) {
            reply.conflicts.push(Conflict::of(student_id, NO_STUDENT));
            continue;
        }
        let mut current = standing
            .remove(&student_id)
            .unwrap_or_else(|| Cell::blank(&bulk.line_item_id, student_id.clone()));
        match current.set(set.into(), &open.item, &open.author, call.at, gradebook.settings.rules(tenant)) {
            Ok(change) => {
                tx.record(&GradeUpdated::new(&open.place, &open.item, &current, &change))?;
                reply.saved.push(CellSaved { student_id, version: current.version });
                changed.push((current, change));
            }
            Err(refused) => reply.conflicts.push(Conflict::of(student_id, refused)),
        }
    }
    cells::save(&mut tx, tenant, &changed).await?;
    Ok(tx.commit(reply).await?)
}

fn refuse_repetition(items: &[CellToSet]) -> Result<(), GradebookError> {
    let mut seen = BTreeSet::new();
    match items.iter().find(|item| !seen.insert(&item.student_id)) {
        Some(again) => Err(GradebookError::Twice(again.student_id.clone())),
        None => Ok(()),
    }
}
