//! `cell:focus`: somebody is in a cell.

use homeroom_contract::schemars::JsonSchema;
use homeroom_contract::{Call, ClassId, Failure, LineItemId, Request, Room, Signal, Signalled, UserId};
use serde::Deserialize;

use super::Gradebook;
use crate::domain::{CellFocusedWsEvent, WatchedCell};
use crate::infrastructure::watching::{Doing, Watcher};

/// Tells the class's staff which cell the sender is in, or with `studentId` null that it is none. It ends by itself after a
/// minute (`gradebook.focus_ms`) without another one, or with the connection.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FocusCell {
    /// The class; it may be left out if exactly one is joined.
    #[serde(default)]
    pub class_id: Option<ClassId>,
    /// The cell's line item.
    pub line_item_id: LineItemId,
    /// The cell's student; `null` when the cell is left.
    #[serde(default)]
    pub student_id: Option<UserId>,
}

impl Request for FocusCell {
    const NAME: &'static str = "cell:focus";
}

impl Signal for FocusCell {}

pub(crate) async fn focus_cell(
    gradebook: Gradebook,
    call: Call,
    focus: FocusCell,
) -> Result<Signalled, Failure> {
    let class_id = call.class(focus.class_id)?;
    let room = Room::class_staff(&class_id);
    call.require_room(&room)?;
    let event = |student_id| CellFocusedWsEvent {
        class_id: class_id.clone(),
        user_id: call.actor.subject_id().clone(),
        line_item_id: focus.line_item_id.clone(),
        student_id,
    };
    let lasts = gradebook.settings.focus();
    let who = Watcher { actor: &call.actor, class: &class_id };
    if let Some(student_id) = focus.student_id.clone() {
        let (user_id, line_item_id) = (call.actor.subject_id().clone(), focus.line_item_id.clone());
        let watched = WatchedCell { user_id, line_item_id, student_id };
        gradebook.watching.begun(Doing::Focused, who, &watched, lasts).await;
    } else {
        let left = |seen: &WatchedCell| seen.line_item_id == focus.line_item_id;
        gradebook.watching.ended(Doing::Focused, who, left).await;
    }

    // One key for the class: who enters a cell has left the one before.
    let key = format!("focus:{class_id}");
    let signalled = Signalled::default().emit(room.clone(), &event(focus.student_id.clone()))?;
    if focus.student_id.is_some() {
        signalled.lapse(key, lasts, room, &event(None))
    } else {
        Ok(signalled.settle(key))
    }
}
