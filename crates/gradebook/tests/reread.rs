//! Replies and events as another Rust service has them after reading: written again, they must be what came.

use homeroom_contract::{Command, Event, Join, Query, Request};
use homeroom_gradebook::{
    BulkSetGrades, CellFocusedWsEvent, CreateLineItem, GradeHiddenWsEvent, GradeHistory, GradePostedWsEvent,
    GradeUpdatedWsEvent, GradebookTypingWsEvent, HideGrades, JoinGradebook, LineItemCreatedWsEvent,
    LineItemUpdatedWsEvent, PeriodClosedWsEvent, PostGrades, SetGrade, UpdateLineItem,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

fn again<T: Serialize + DeserializeOwned>(came: &Value) -> Value {
    let read = T::deserialize(came).unwrap_or_else(|error| panic!("{error} in {came}"));
    serde_json::to_value(&read).unwrap()
}

/// The answer to that request; what has no reply of its own is let be.
pub(crate) fn reply(request: &str, came: &Value) -> Value {
    macro_rules! reply_of {
        ($($command:ty)*) => {
            match request {
                $(<$command>::NAME => again::<<$command as Command>::Reply>(came),)*
                GradeHistory::NAME => again::<<GradeHistory as Query>::Reply>(came),
                JoinGradebook::NAME => {
                    let mut reply = came.clone();
                    reply["initialData"] = again::<<JoinGradebook as Join>::Data>(&came["initialData"]);
                    reply
                }
                _ => came.clone(),
            }
        };
    }
    reply_of!(SetGrade BulkSetGrades PostGrades HideGrades CreateLineItem UpdateLineItem)
}

/// An event of that name.
pub(crate) fn event(name: &str, came: &Value) -> Value {
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
    )
}
