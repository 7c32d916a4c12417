//! `grade:set`: one student's result for one line item.

use homeroom_contract::schemars::JsonSchema;
use homeroom_contract::{Call, Command, Committed, Failure, LineItemId, Request};
use serde::{Deserialize, Serialize};

use super::Gradebook;
use crate::domain::{GradeUpdated, SetCell};
use crate::infrastructure::store::cells;

/// Sets one student's result for a line item. Staff see it at once, the family once it is posted.
///
/// A field that is absent stays as it is, `null` clears it. Teachers of the class write in their own name, administrators
/// over it with a `reason`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SetGrade {
    /// The line item.
    pub line_item_id: LineItemId,
    /// The student, the version that the change was made on, and the change.
    #[serde(flatten)]
    pub cell: SetCell,
    /// Why; an administrator has to say it, and it is kept in the history.
    #[serde(default)]
    pub reason: Option<String>,
}

/// The grade is set.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GradeSet {
    /// The cell's version now.
    pub version: i64,
}

impl Request for SetGrade {
    const NAME: &'static str = "grade:set";
}

impl Command for SetGrade {
    type Reply = GradeSet;
}

pub(crate) async fn set_grade(
    gradebook: Gradebook,
    call: Call,
    set: SetGrade,
) -> Result<Committed<GradeSet>, Failure> {
    let tenant = &call.actor.tenant;
    let mut tx = gradebook.journal.begin(&call).await?;
    let open = gradebook.open(&mut tx, &call, &set.line_item_id, set.reason).await?;
    gradebook.require_student(&mut tx, &call, &open.item.class_id, &set.cell.student_id).await?;

    let mut current = cells::find(&mut tx, tenant, &set.line_item_id, &set.cell.student_id).await?;
    let change =
        current.set(set.cell, &open.item, &open.author, call.at, gradebook.settings.rules(tenant))?;
    tx.record(&GradeUpdated::new(&open.place, &open.item, &current, &change))?;

    let version = current.version;
    cells::save(&mut tx, tenant, &[(current, change)]).await?;
    Ok(tx.commit(GradeSet { version }).await?)
}
