//! Categories, line items, results.

use super::{Context, Parse};
use crate::oneroster::fields::Fields;
use crate::oneroster::files::{ACADEMIC_SESSION, GRADING_PERIOD_1P1};
use crate::oneroster::findings::Bad;
use crate::oneroster::records::{Category, LineItem, ScoreStatus, StudentResult};
use crate::oneroster::{File, Reason, Version};

impl Parse for Category {
    const FILE: File = File::Categories;

    fn parse(row: &mut Fields<'_>, _: &Context, records: &mut Vec<Self>) -> Result<(), Bad> {
        records.push(Self {
            id: row.id("sourcedId")?,
            title: row.text("title")?,
            weight: row.maybe_weight("weight")?,
        });
        Ok(())
    }
}

impl Parse for LineItem {
    const FILE: File = File::LineItems;

    fn parse(row: &mut Fields<'_>, _: &Context, records: &mut Vec<Self>) -> Result<(), Bad> {
        let session = if row.has(GRADING_PERIOD_1P1) { GRADING_PERIOD_1P1 } else { ACADEMIC_SESSION };
        let is_1p1 = row.version == Version::V1p1;
        let item = Self {
            id: row.id("sourcedId")?,
            title: row.text("title")?,
            description: row.maybe_text("description"),
            assign_date: row.date("assignDate")?,
            due_date: row.date("dueDate")?,
            class: row.id("classSourcedId")?,
            category: row.id("categorySourcedId")?,
            session: row.id(session)?,
            value_min: row.maybe_number("resultValueMin")?,
            value_max: row.maybe_number("resultValueMax")?,
            school: if is_1p1 { row.maybe_id("schoolSourcedId")? } else { Some(row.id("schoolSourcedId")?) },
        };
        if let (Some(least), Some(most)) = (item.value_min, item.value_max)
            && least > most
        {
            let sentence = format!("{most} is less than resultValueMin, {least}.");
            return Err(Bad::new("resultValueMax", Reason::Number, sentence));
        }
        records.push(item);
        Ok(())
    }
}

impl Parse for StudentResult {
    const FILE: File = File::Results;

    fn parse(row: &mut Fields<'_>, _: &Context, records: &mut Vec<Self>) -> Result<(), Bad> {
        records.push(Self {
            id: row.id("sourcedId")?,
            line_item: row.id("lineItemSourcedId")?,
            student: row.id("studentSourcedId")?,
            status: word!(row, "scoreStatus", ScoreStatus)?,
            score: row.maybe_number("score")?,
            score_date: row.date("scoreDate")?,
            comment: row.maybe_text("comment"),
            text_score: row.maybe_text("textScore"),
            class: row.maybe_id("classSourcedId")?,
            in_progress: row.maybe_boolean("inProgress")?.unwrap_or(false),
            incomplete: row.maybe_boolean("incomplete")?.unwrap_or(false),
            late: row.maybe_boolean("late")?.unwrap_or(false),
            missing: row.maybe_boolean("missing")?.unwrap_or(false),
        });
        Ok(())
    }
}
