//! Replies and events as another Rust service has them after reading: written again, they must be what came.

use homeroom_contract::{Command, Event, Join, Query, Request};
use homeroom_gradebook::{
    BulkSetGrades, CellFocusedWsEvent, CreateLineItem, GradeHiddenWsEvent, GradeHistory, GradePostedWsEvent,
    GradeUpdatedWsEvent, GradebookTypingWsEvent, HideGrades, JoinGradebook, LineItemCreatedWsEvent,
    LineItemUpdatedWsEvent, PeriodClosedWsEvent, PostGrades, SetGrade, UpdateLineItem,
};
use homeroom_testkit::wire::again;
use serde_json::Value;

/// The answer to that request; what has no reply of its own is let be.
pub(crate) fn reply(request: &str, came: &Value) {
    macro_rules! reply_of {
        ($($command:ty)*) => {
            match request {
                $(<$command>::NAME => again::<<$command as Command>::Reply>(came),)*
                GradeHistory::NAME => again::<<GradeHistory as Query>::Reply>(came),
                JoinGradebook::NAME => again::<<JoinGradebook as Join>::Data>(&came["initialData"]),
                _ => {}
            }
        };
    }
    reply_of!(SetGrade BulkSetGrades PostGrades HideGrades CreateLineItem UpdateLineItem);
}

/// An event of that name.
pub(crate) fn event(name: &str, came: &Value) {
    macro_rules! event_of {
        ($($event:ty)*) => {
            match name {
                $(<$event>::NAME => again::<$event>(came),)*
                unknown => panic!("{unknown} is no event of the gradebook"),
            }
        };
    }
    event_of!(
        GradePostedWsEvent GradeUpdatedWsEvent GradeHiddenWsEvent LineItemCreatedWsEvent LineItemUpdatedWsEvent
        PeriodClosedWsEvent GradebookTypingWsEvent CellFocusedWsEvent
    );
}
