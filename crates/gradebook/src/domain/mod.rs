//! The gradebook's rules: pure, without I/O, clock or runtime.

mod average;
mod cell;
mod errors;
mod events;
mod history;
mod limits;
mod line_item;
mod marks;
mod requests;
mod rooms;
mod wire;

pub use average::average;
pub use cell::{Cell, CellView, ResultView, SetCell, SetRules};
pub use errors::GradebookError;
pub use events::{
    GradeHidden, GradePosted, GradeUpdated, GradedCell, LineItemCreated, LineItemUpdated, PeriodClosed, Place,
};
pub use history::{Author, Change, ChangeKind, ChangeView, History, PostingView};
pub use limits::Limits;
pub use line_item::{Category, LineItem, LineItemPatch};
pub use marks::{Marks, MarksPatch, ScoreStatus};
pub use requests::{
    BulkGradesSet, BulkSetGrades, CellSaved, CellToSet, Conflict, CreateLineItem, FamilyView, FocusCell,
    GradeHistory, GradeSet, GradebookData, GradesCounted, HideGrades, JoinGradebook, LeaveGradebook,
    LineItemSaved, PostGrades, SetGrade, StaffView, StudentAverage, Typing, UpdateLineItem,
};
pub use rooms::GradebookRoom;
pub use wire::{
    CellFocusedWsEvent, GradeHiddenWsEvent, GradePostedWsEvent, GradeUpdatedWsEvent, GradebookTypingWsEvent,
    LineItemCreatedWsEvent, LineItemUpdatedWsEvent, PeriodClosedWsEvent, WatchedCell,
};
