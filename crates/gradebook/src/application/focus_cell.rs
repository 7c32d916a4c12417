//! `cell:focus`: somebody is in a cell.

use homeroom_contract::{Call, Failure, Room, Signalled};

use super::Gradebook;
use crate::domain::{CellFocusedWsEvent, FocusCell, WatchedCell};
use crate::infrastructure::watching::{Doing, Watcher};

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
