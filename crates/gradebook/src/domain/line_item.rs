//! A line item: one assignment in a class's gradebook, with the range that its scores may lie in; and the categories that
//! line items are weighted by (OneRoster 1.2 CSV binding, `lineItems.csv` and `categories.csv`).
//!
//! A line item that was made here always has a sound range and dates in order. An imported one may lack the range; then any
//! finite score may stand, and without a maximum it takes no part in averages.

use std::ops::RangeInclusive;

use chrono::{Datelike as _, NaiveDate};
use homeroom_contract::{AcademicSessionId, CategoryId, ClassId, LineItemId, Patch, field};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{GradebookError, Limits};

/// Years that a date may be of, as in the roster's files. Every client can read these, and every database keep them.
const YEARS: RangeInclusive<i32> = 1800..=2999;

/// One assignment in a class's gradebook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LineItem {
    /// The line item.
    pub line_item_id: LineItemId,
    /// Its class.
    pub class_id: ClassId,
    /// The term or grading period that it counts for.
    pub academic_session_id: AcademicSessionId,
    /// What it is weighted by, if by anything.
    pub category_id: Option<CategoryId>,
    /// Its name, 1 to 255 characters.
    pub title: String,
    /// The day on which it is given out.
    pub assign_date: NaiveDate,
    /// The day on which it is due; not before `assignDate`.
    pub due_date: NaiveDate,
    /// The lowest score, inclusive.
    pub result_value_min: Option<f64>,
    /// The highest score, inclusive: the points possible.
    pub result_value_max: Option<f64>,
    /// 1 when it was made, one more with each change.
    pub version: i64,
}

/// A category of line items.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Category {
    /// The category.
    pub category_id: CategoryId,
    /// Its name.
    pub title: String,
    /// What it weighs against the others; without any (or 0) it doesn't count beside one that weighs something.
    pub weight: Option<f64>,
}

/// A change to a line item. A field that is absent stays as it is.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct LineItemPatch {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it is weighted by; `null` takes it out of its category.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub category_id: Patch<CategoryId>,
    /// The term or grading period that it counts for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub academic_session_id: Option<AcademicSessionId>,
    /// The day on which it is given out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assign_date: Option<NaiveDate>,
    /// The day on which it is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_date: Option<NaiveDate>,
    /// The lowest score, inclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result_value_min: Option<f64>,
    /// The highest score, inclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result_value_max: Option<f64>,
}

impl LineItem {
    /// The line item itself, if it may stand: a title, dates in order, a sound range.
    pub fn checked(self, limits: &Limits) -> Result<Self, GradebookError> {
        field::text("title", &self.title, limits.title_chars)?;
        for (field, date) in [("assignDate", self.assign_date), ("dueDate", self.due_date)] {
            if !YEARS.contains(&date.year()) {
                return Err(GradebookError::BadYear { field });
            }
        }
        if self.due_date < self.assign_date {
            return Err(GradebookError::DueBeforeAssigned);
        }
        if let (Some(min), Some(max)) = (self.result_value_min, self.result_value_max)
            && !(min.is_finite() && max.is_finite() && min < max)
        {
            return Err(GradebookError::BadRange);
        }
        Ok(self)
    }

    /// This line item one version on, with the patch applied.
    pub fn patched(
        &self,
        patch: LineItemPatch,
        expected_version: Option<i64>,
        limits: &Limits,
    ) -> Result<Self, GradebookError> {
        if expected_version.is_some_and(|expected| expected != self.version) {
            return Err(GradebookError::StaleLineItem(Box::new(self.clone())));
        }
        let old = self.clone();
        let new = Self {
            line_item_id: old.line_item_id,
            class_id: old.class_id,
            academic_session_id: patch.academic_session_id.unwrap_or(old.academic_session_id),
            category_id: patch.category_id.over(old.category_id),
            title: patch.title.unwrap_or(old.title),
            assign_date: patch.assign_date.unwrap_or(old.assign_date),
            due_date: patch.due_date.unwrap_or(old.due_date),
            result_value_min: patch.result_value_min.or(old.result_value_min),
            result_value_max: patch.result_value_max.or(old.result_value_max),
            version: old.version + 1,
        };
        new.checked(limits)
    }

    /// Whether that score may stand in one of its cells. There are no points beyond the maximum: extra credit is a line
    /// item of its own.
    pub fn check_score(&self, score: f64) -> Result<(), GradebookError> {
        let min = self.result_value_min.unwrap_or(f64::NEG_INFINITY);
        let max = self.result_value_max.unwrap_or(f64::INFINITY);
        if score.is_finite() && (min..=max).contains(&score) {
            Ok(())
        } else {
            Err(GradebookError::OutOfRange { min: self.result_value_min, max: self.result_value_max })
        }
    }

    /// Whether the range is another one than it was.
    pub fn range_differs(&self, other: &LineItem) -> bool {
        self.result_value_min != other.result_value_min || self.result_value_max != other.result_value_max
    }
}
