//! `grades:hide`: results that were posted disappear from families' eyes again.

use homeroom_contract::schemars::JsonSchema;
use homeroom_contract::{Call, Command, Committed, Failure, LineItemId, Request, UserId};
use serde::Deserialize;

use super::{Gradebook, GradesCounted};
use crate::domain::GradeHidden;
use crate::infrastructure::store::cells;

/// Hides results of a line item from the students and their guardians: all that were posted, or those of some students.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HideGrades {
    /// The line item.
    pub line_item_id: LineItemId,
    /// The students; without it, all. At most 500 (`gradebook.limits.items`).
    #[serde(default)]
    pub student_ids: Option<Vec<UserId>>,
    /// Why; an administrator has to say it, and it is kept in the history.
    #[serde(default)]
    pub reason: Option<String>,
}

impl Request for HideGrades {
    const NAME: &'static str = "grades:hide";
}

impl Command for HideGrades {
    type Reply = GradesCounted;
}

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
