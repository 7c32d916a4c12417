//! `lineitem:update`: another title, another due date, another range.

use homeroom_contract::{Call, Committed, Failure};

use super::Gradebook;
use crate::domain::{GradebookError, LineItemSaved, LineItemUpdated, UpdateLineItem};
use crate::infrastructure::store::{cells, line_items};

pub(crate) async fn update_line_item(
    gradebook: Gradebook,
    call: Call,
    update: UpdateLineItem,
) -> Result<Committed<LineItemSaved>, Failure> {
    let tenant = &call.actor.tenant;
    let mut tx = gradebook.journal.begin(&call).await?;
    let open = gradebook.open(&mut tx, &call, &update.line_item_id, update.reason).await?;
    let old = open.item;

    let new = old.patched(update.patch, update.expected_version, &gradebook.settings.limits)?;
    if new.academic_session_id != old.academic_session_id {
        gradebook.require_open_period(&mut tx, &call, &new.academic_session_id).await?;
    }
    if new.category_id != old.category_id {
        gradebook.require_category(&mut tx, &call, new.category_id.as_ref()).await?;
    }
    if new.range_differs(&old) {
        let outside = cells::count_outside(&mut tx, tenant, &new).await?;
        if outside > 0 {
            Err(GradebookError::ScoresOutside { count: outside })?;
        }
    }
    line_items::update(&mut tx, tenant, &new).await?;
    tx.record(&LineItemUpdated::new(&open.place, old, &new, &open.author))?;
    Ok(tx.commit(new.into()).await?)
}
