//! `grades:post`: results become visible to families.

use homeroom_contract::schemars::JsonSchema;
use homeroom_contract::{Call, Command, Committed, Failure, LineItemId, Request, UserId};
use serde::{Deserialize, Serialize};

use super::Gradebook;
use crate::domain::GradePosted;
use crate::infrastructure::store::cells;

/// Shows results of a line item to the students and their guardians: all that were set, or those of some students.
///
/// What was never set, or is shown already, is passed over. A grade that is set later is hidden until it is posted too.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PostGrades {
    /// The line item.
    pub line_item_id: LineItemId,
    /// The students; without it, all. At most 500 (`gradebook.limits.items`).
    #[serde(default)]
    pub student_ids: Option<Vec<UserId>>,
    /// Why; an administrator has to say it, and it is kept in the history.
    #[serde(default)]
    pub reason: Option<String>,
}

/// How many cells it changed.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GradesCounted {
    /// Cells that are shown (or hidden) now and weren't before.
    pub count: usize,
}

impl Request for PostGrades {
    const NAME: &'static str = "grades:post";
}

impl Command for PostGrades {
    type Reply = GradesCounted;
}

pub(crate) async fn post_grades(
    gradebook: Gradebook,
    call: Call,
    post: PostGrades,
) -> Result<Committed<GradesCounted>, Failure> {
    let tenant = &call.actor.tenant;
    let mut tx = gradebook.journal.begin(&call).await?;
    let open = gradebook.open(&mut tx, &call, &post.line_item_id, post.reason).await?;
    let chosen = gradebook.choose(&mut tx, &call, &open.item, post.student_ids).await?;

    let mut changed = Vec::new();
    for mut cell in chosen {
        if let Some(change) = cell.post(&open.author, call.at) {
            tx.record(&GradePosted::new(&open.place, &open.item, &cell, &change))?;
            changed.push((cell, change));
        }
    }
    cells::save(&mut tx, tenant, &changed).await?;
    Ok(tx.commit(GradesCounted { count: changed.len() }).await?)
}
