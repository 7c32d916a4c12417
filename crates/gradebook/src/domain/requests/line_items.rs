//! `lineitem:create`, a new assignment in a class's gradebook, and `lineitem:update`, another title, due date or range.

use chrono::NaiveDate;
use homeroom_contract::{AcademicSessionId, CategoryId, ClassId, LineItemId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{LineItem, LineItemPatch};

/// Makes a line item: an assignment in a class's gradebook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateLineItem {
    /// The class; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
    /// Its name, 1 to 255 characters.
    pub title: String,
    /// What it is weighted by, if by anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Changes a line item. A field that is absent from `patch` stays as it is.
///
/// The range can't be narrowed below a score that stands already.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdateLineItem {
    /// The line item.
    pub line_item_id: LineItemId,
    /// The change.
    pub patch: LineItemPatch,
    /// The version that the change was made on; another one in the gradebook is `VERSION_CONFLICT`. Without it the last
    /// write wins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_version: Option<i64>,
    /// Why; an administrator has to say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The line item is saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LineItemSaved {
    /// The line item.
    pub line_item_id: LineItemId,
    /// Its version now.
    pub version: i64,
}

impl From<LineItem> for LineItemSaved {
    fn from(item: LineItem) -> Self {
        Self { line_item_id: item.line_item_id, version: item.version }
    }
}

impl UpdateLineItem {
    /// That change, whatever the version.
    pub fn new(line_item_id: LineItemId, patch: LineItemPatch) -> Self {
        Self { line_item_id, patch, expected_version: None, reason: None }
    }
}
