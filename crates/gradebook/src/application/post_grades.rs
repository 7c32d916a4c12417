//! `grades:post`: results become visible to families.

use homeroom_contract::{Call, Committed, Failure};

use super::Gradebook;
use crate::domain::{GradePosted, GradesCounted, PostGrades};
use crate::infrastructure::store::cells;

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
