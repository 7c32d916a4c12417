//! `grade:bulk-set`: a whole column of the gradebook at once.

use std::collections::{BTreeMap, BTreeSet};

use homeroom_contract::{Call, Committed, Failure, UserId, field};

use super::Gradebook;
use super::access::NO_STUDENT;
use crate::domain::{
    BulkGradesSet, BulkSetGrades, Cell, CellSaved, CellToSet, Conflict, GradeUpdated, GradebookError,
};
use crate::infrastructure::store::cells;

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

pub(crate) async fn bulk_set_grades(
    gradebook: Gradebook,
    call: Call,
    bulk: BulkSetGrades,
) -> Result<Committed<BulkGradesSet>, Failure> {
    let tenant = &call.actor.tenant;
    field::count("items", bulk.items.len(), gradebook.settings.limits.items)?;
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
