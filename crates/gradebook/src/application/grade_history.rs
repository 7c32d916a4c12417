//! `grade:history`: who changed a result, when, from what to what.

use homeroom_contract::schemars::JsonSchema;
use homeroom_contract::{Call, Failure, LineItemId, Query, Request, UserId};
use serde::Deserialize;

use super::Gradebook;
use crate::domain::{GradebookError, History};
use crate::infrastructure::store::{cells, changes, line_items};

/// Tells what one student's result for a line item went through, oldest first. Staff see all of it; the student and the
/// guardians what they could see change since it was posted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GradeHistory {
    /// The line item.
    pub line_item_id: LineItemId,
    /// The student.
    pub student_id: UserId,
}

impl Request for GradeHistory {
    const NAME: &'static str = "grade:history";
}

impl Query for GradeHistory {
    type Reply = History;
}

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
