//! `lineitem:update`: another title, another due date, another range.

use homeroom_contract::schemars::JsonSchema;
use homeroom_contract::{Call, Command, Committed, Failure, LineItemId, Request};
use serde::{Deserialize, Serialize};

use super::Gradebook;
use crate::domain::{GradebookError, LineItem, LineItemPatch, LineItemUpdated};
use crate::infrastructure::store::{cells, line_items};

/// Changes a line item. A field that is absent from `patch` stays as it is.
///
/// The range can't be narrowed below a score that stands already.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdateLineItem {
    /// The line item.
    pub line_item_id: LineItemId,
    /// The change.
    pub patch: LineItemPatch,
    /// The version that the change was made on; another one in the gradebook is `VERSION_CONFLICT`. Without it the last
    /// write wins.
    #[serde(default)]
    pub expected_version: Option<i64>,
    /// Why; an administrator has to say it.
    #[serde(default)]
    pub reason: Option<String>,
}

/// The line item is saved.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LineItemSaved {
    /// The line item.
    pub line_item_id: LineItemId,
    /// Its version now.
    pub version: i64,
}

impl LineItemSaved {
    pub(super) fn of(item: LineItem) -> Self {
        Self { line_item_id: item.line_item_id, version: item.version }
    }
}

impl Request for UpdateLineItem {
    const NAME: &'static str = "lineitem:update";
}

impl Command for UpdateLineItem {
    type Reply = LineItemSaved;
}

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
    Ok(tx.commit(LineItemSaved::of(new)).await?)
}
