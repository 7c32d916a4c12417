//! `grade:set`: one student's result for one line item.

use homeroom_contract::{Call, Committed, Failure};

use super::Gradebook;
use crate::domain::{GradeSet, GradeUpdated, SetGrade};
use crate::infrastructure::store::cells;

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
