//! What a client may ask for and what it is answered: the same types in the gateway, which reads the requests and writes the
//! replies, and in any other service, which writes the requests and reads the replies. The handlers are in `application`.
//!
//! A field that says nothing is left out, so that what is written here is what any other client would send.

mod bulk_set_grades;
mod grade_history;
mod join;
mod line_items;
mod set_fields;
mod set_grade;
mod show_grades;
mod watching;

use crate::domain::History;

pub use bulk_set_grades::{BulkGradesSet, BulkSetGrades, CellSaved, CellToSet, Conflict};
pub use grade_history::GradeHistory;
pub use join::{FamilyView, GradebookData, JoinGradebook, LeaveGradebook, StaffView, StudentAverage};
pub use line_items::{CreateLineItem, LineItemSaved, UpdateLineItem};
pub use set_grade::{GradeSet, SetGrade};
pub use show_grades::{GradesCounted, HideGrades, PostGrades};
pub use watching::{FocusCell, Typing};

homeroom_contract::requests! {
    join JoinGradebook = "gradebook:join" => GradebookData;
    leave LeaveGradebook = "gradebook:leave";
    signal Typing = "gradebook:typing";
    signal FocusCell = "cell:focus";
    command SetGrade = "grade:set" => GradeSet;
    command BulkSetGrades = "grade:bulk-set" => BulkGradesSet;
    command PostGrades = "grades:post" => GradesCounted;
    command HideGrades = "grades:hide" => GradesCounted;
    command CreateLineItem = "lineitem:create" => LineItemSaved;
    command UpdateLineItem = "lineitem:update" => LineItemSaved;
    query GradeHistory = "grade:history" => History;
}
