//! `lineitem:create`: a new assignment in a class's gradebook.

use chrono::NaiveDate;
use homeroom_contract::schemars::JsonSchema;
use homeroom_contract::{
    AcademicSessionId, Call, CategoryId, ClassId, Command, Committed, Failure, LineItemId, Request,
};
use serde::Deserialize;

use super::{Gradebook, LineItemSaved};
use crate::domain::{LineItem, LineItemCreated};
use crate::infrastructure::store::line_items;

/// Makes a line item: an assignment in a class's gradebook.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateLineItem {
    /// The class; over a socket it may be left out if exactly one is joined.
    #[serde(default)]
    pub class_id: Option<ClassId>,
    /// Its name, 1 to 255 characters.
    pub title: String,
    /// What it is weighted by, if by anything.
    #[serde(default)]
    pub category_id: Option<CategoryId>,
    /// The term or grading period that it counts for.
    pub academic_session_id: AcademicSessionId,
    /// The day on which it is given out.
    pub assign_date: NaiveDate,
    /// The day on which it is due; not before `assignDate`.
    pub due_date: NaiveDate,
    /// The lowest score, inclusive; 0 if it is left out.
    #[serde(default)]
    pub result_value_min: f64,
    /// The highest score, inclusive: the points possible. Above `resultValueMin`.
    pub result_value_max: f64,
    /// Why; an administrator has to say it.
    #[serde(default)]
    pub reason: Option<String>,
}

impl Request for CreateLineItem {
    const NAME: &'static str = "lineitem:create";
}

impl Command for CreateLineItem {
    type Reply = LineItemSaved;
}

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
    Ok(tx.commit(LineItemSaved::of(item)).await?)
}
