//! `lineitem:create`: a new assignment in a class's gradebook.

use homeroom_contract::{Call, Committed, Failure, LineItemId};

use super::Gradebook;
use crate::domain::{CreateLineItem, LineItem, LineItemCreated, LineItemSaved};
use crate::infrastructure::store::line_items;

pub(crate) async fn create_line_item(
    gradebook: Gradebook,
    call: Call,
    create: CreateLineItem,
) -> Result<Committed<LineItemSaved>, Failure> {
    let class_id = call.class(create.class_id)?;
    let mut tx = gradebook.journal.begin(&call).await?;
    let (place, author) = gradebook.open_class(&mut tx, &call, &class_id, create.reason).await?;
    gradebook.require_open_period(&mut tx, &call, &create.academic_session_id).await?;
    gradebook.require_category(&mut tx, &call, create.category_id.as_ref()).await?;

    let item = LineItem {
        line_item_id: LineItemId::generate(call.at),
        class_id,
        academic_session_id: create.academic_session_id,
        category_id: create.category_id,
        title: create.title,
        assign_date: create.assign_date,
        due_date: create.due_date,
        result_value_min: Some(create.result_value_min),
        result_value_max: Some(create.result_value_max),
        version: 1,
    }
    .checked(&gradebook.settings.limits)?;
    line_items::insert(&mut tx, &call.actor.tenant, &item).await?;
    tx.record(&LineItemCreated::new(&place, &item, &author))?;
    Ok(tx.commit(item.into()).await?)
}
