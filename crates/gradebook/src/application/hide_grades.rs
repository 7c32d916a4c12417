//! `grades:hide`: results that were posted disappear from families' eyes again.

use homeroom_contract::{Call, Committed, Failure};

use super::Gradebook;
use crate::domain::{GradeHidden, GradesCounted, HideGrades};
use crate::infrastructure::store::cells;

pub(crate) async fn hide_grades(
    gradebook: Gradebook,
    call: Call,
    hide: HideGrades,
) -> Result<Committed<GradesCounted>, Failure> {
    let tenant = &call.actor.tenant;
    let mut tx = gradebook.journal.begin(&call).await?;
    let open = gradebook.open(&mut tx, &call, &hide.line_item_id, hide.reason).await?;
    let chosen = gradebook.choose(&mut tx, &call, &open.item, hide.student_ids).await?;

    let mut changed = Vec::new();
    for mut cell in chosen {
        if let Some(change) = cell.hide(&open.author, call.at) {
            tx.record(&GradeHidden::new(&open.place, &open.item, &cell, &change))?;
            changed.push((cell, change));
        }
    }
    cells::save(&mut tx, tenant, &changed).await?;
    Ok(tx.commit(GradesCounted { count: changed.len() }).await?)
}
