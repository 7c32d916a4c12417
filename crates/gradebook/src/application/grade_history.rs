//! `grade:history`: who changed a result, when, from what to what.

use homeroom_contract::{Call, Failure};

use super::Gradebook;
use crate::domain::{GradeHistory, GradebookError, History};
use crate::infrastructure::store::{cells, changes, line_items};

pub(crate) async fn grade_history(
    gradebook: Gradebook,
    call: Call,
    asked: GradeHistory,
) -> Result<History, Failure> {
    let tenant = &call.actor.tenant;
    let mut snapshot = gradebook.journal.snapshot(&call).await?;
    let item = line_items::find(&mut snapshot, tenant, &asked.line_item_id).await?;
    let item = item.ok_or(GradebookError::NotFound("line item"))?;
    let standing = gradebook.roster.standing_in(&mut snapshot, &call.actor, &item.class_id, call.at).await?;
    let reads_all = standing.may_read_all("gradebook");
    if !reads_all && !standing.family().any(|own| *own == asked.student_id) {
        Err(GradebookError::NotAllowed)?;
    }

    let current = cells::find(&mut snapshot, tenant, &asked.line_item_id, &asked.student_id).await?;
    if current.version == 0 {
        gradebook.require_student(&mut snapshot, &call, &item.class_id, &asked.student_id).await?;
    }
    let changes = changes::of_cell(&mut snapshot, tenant, &asked.line_item_id, &asked.student_id).await?;
    Ok(if reads_all { History::for_staff(changes) } else { History::for_family(&current, changes) })
}
