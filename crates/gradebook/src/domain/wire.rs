//! The events as clients receive them. Durable ones also carry `eventId`, `seq` and `timestamp`.
//!
//! A field that says nothing (no text score, not late) is left out of grade events; `score` is always there.

use std::ops::Not;

use homeroom_contract::{AcademicSessionId, ClassId, LineItemId, Patch, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::events::GradedCell;
use crate::domain::{LineItem, ScoreStatus};

/// Makes a wire event that tells of one result, with what that event has beyond it.
macro_rules! graded {
    ($(#[$doc:meta])* $name:ident { $($(#[$more_doc:meta])* $more:ident: $of:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            /// The class.
            pub class_id: ClassId,
            /// The line item.
            pub line_item_id: LineItemId,
            /// The student.
            pub student_id: UserId,
            /// Points; `null` if there are none.
            pub score: Option<f64>,
            /// The line item's highest score, if it has one.
            pub score_maximum: Option<f64>,
            /// OneRoster's word for where the grading stands.
            pub score_status: ScoreStatus,
            /// The cell's version: whatever comes with a lower one is older.
            pub version: i64,
            /// Who set it last; `null` for what was imported.
            pub graded_by: Option<UserId>,
            /// A word instead of, or beside, points.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub text_score: Option<String>,
            /// Handed in late.
            #[serde(default, skip_serializing_if = "Not::not")]
            pub late: bool,
            /// Should have been handed in, and was not.
            #[serde(default, skip_serializing_if = "Not::not")]
            pub missing: bool,
            /// Handed in, but not all of it.
            #[serde(default, skip_serializing_if = "Not::not")]
            pub incomplete: bool,
            /// Still being worked on.
            #[serde(default, skip_serializing_if = "Not::not")]
            pub in_progress: bool,
            /// What the teacher says about it.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub comment: Option<String>,
            $($(#[$more_doc])* pub $more: $of,)*
        }

        impl $name {
            pub(crate) fn of(cell: &GradedCell, $($more: $of,)*) -> Self {
                let marks = cell.marks.clone();
                Self {
                    class_id: cell.place.class_id.clone(),
                    line_item_id: cell.line_item_id.clone(),
                    student_id: cell.student_id.clone(),
                    score: marks.score,
                    score_maximum: cell.score_maximum,
                    score_status: marks.score_status,
                    version: cell.version,
                    graded_by: cell.graded_by.clone(),
                    text_score: marks.text_score,
                    late: marks.late,
                    missing: marks.missing,
                    incomplete: marks.incomplete,
                    in_progress: marks.in_progress,
                    comment: marks.comment,
                    $($more,)*
                }
            }
        }
    };
}

graded! {
    /// A result is now to be seen by the student and the guardians.
    GradePostedWsEvent {}
}

graded! {
    /// A result was set. Staff hear of every one; families once it is posted.
    GradeUpdatedWsEvent {
        /// What the score was, `null` if there was none; for staff only.
        #[serde(default, skip_serializing_if = "Patch::is_keep")]
        previous_score: Patch<f64>,
    }
}

/// A result that had been posted is hidden again; one event for each student.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GradeHiddenWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// The line item.
    pub line_item_id: LineItemId,
    /// The student whose result it is.
    pub student_id: UserId,
}

/// A line item was made; staff only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct LineItemCreatedWsEvent(pub LineItem);

/// A line item was changed; staff only. All of it is here, as it is now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct LineItemUpdatedWsEvent(pub LineItem);

/// A grading period has closed for a class: what would change its grades is `PERIOD_CLOSED` from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PeriodClosedWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// The grading period.
    pub academic_session_id: AcademicSessionId,
}

/// Somebody of the staff is typing into a cell, or has stopped. It ends by itself 5 seconds after the last one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GradebookTypingWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// Who types.
    pub user_id: UserId,
    /// The cell's line item.
    pub line_item_id: LineItemId,
    /// The cell's student.
    pub student_id: UserId,
    /// Whether it has begun or ended.
    pub is_typing: bool,
}

/// Somebody of the staff is in a cell, or has left it. It ends by itself a minute after the last one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CellFocusedWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// Who.
    pub user_id: UserId,
    /// The cell's line item.
    pub line_item_id: LineItemId,
    /// The cell's student; `null`: no longer in any cell.
    pub student_id: Option<UserId>,
}

/// A cell that somebody is typing into or looking at, as a newcomer is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WatchedCell {
    /// Who.
    pub user_id: UserId,
    /// The cell's line item.
    pub line_item_id: LineItemId,
    /// The cell's student.
    pub student_id: UserId,
}

homeroom_contract::events! {
    durable GradePostedWsEvent = "grade.posted";
    durable GradeUpdatedWsEvent = "grade.updated";
    durable GradeHiddenWsEvent = "grade.hidden";
    durable LineItemCreatedWsEvent = "lineitem.created";
    durable LineItemUpdatedWsEvent = "lineitem.updated";
    durable PeriodClosedWsEvent = "period.closed";
    ephemeral GradebookTypingWsEvent = "gradebook:typing";
    ephemeral CellFocusedWsEvent = "cell.focused";
}
