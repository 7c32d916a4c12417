//! `grade:set`: one student's result for one line item.

use homeroom_contract::schemars::JsonSchema;
use homeroom_contract::{Call, Command, Committed, Failure, LineItemId, Request};
use serde::Serialize;

use super::Gradebook;
use super::set_fields::sets_a_cell;
use crate::domain::GradeUpdated;
use crate::infrastructure::store::cells;

sets_a_cell! {
    /// Sets one student's result for a line item. Staff see it at once, the family once it is posted.
    ///
    /// A field that is absent stays as it is, `null` clears it (a flag becomes `false`). Teachers of the class write in their
    /// own name, administrators over it with a `reason`.
    SetGrade {
        /// The line item.
        line_item_id: LineItemId,
        /// Why; an administrator has to say it, and it is kept in the history.
        #[serde(default)]
        reason: Option<String>,
    }
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
    let open = gradebook.open(&mut tx, &call, &set.line_item_id, set.reason.clone()).await?;
    gradebook.require_student(&mut tx, &call, &open.item.class_id, &set.student_id).await?;

    let mut current = cells::find(&mut tx, tenant, &set.line_item_id, &set.student_id).await?;
    let change =
        current.set(set.into(), &open.item, &open.author, call.at, gradebook.settings.rules(tenant))?;
    tx.record(&GradeUpdated::new(&open.place, &open.item, &current, &change))?;

    let version = current.version;
    cells::save(&mut tx, tenant, &[(current, change)]).await?;
    Ok(tx.commit(GradeSet { version }).await?)
}
