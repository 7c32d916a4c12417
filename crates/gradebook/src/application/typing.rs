//! `gradebook:typing`: somebody is typing into a cell.

use homeroom_contract::{Call, Failure, Room, Signalled};

use super::Gradebook;
use crate::domain::{GradebookTypingWsEvent, Typing, WatchedCell};
use crate::infrastructure::watching::{Doing, Watcher};

pub(crate) async fn typing(gradebook: Gradebook, call: Call, typing: Typing) -> Result<Signalled, Failure> {
    let class_id = call.class(typing.class_id)?;
    let room = Room::class_staff(&class_id);
    call.require_room(&room)?;
    let event = |is_typing| GradebookTypingWsEvent {
        class_id: class_id.clone(),
        user_id: call.actor.subject_id().clone(),
        line_item_id: typing.line_item_id.clone(),
        student_id: typing.student_id.clone(),
        is_typing,
    };
    let watched = WatchedCell {
        user_id: call.actor.subject_id().clone(),
        line_item_id: typing.line_item_id.clone(),
        student_id: typing.student_id.clone(),
    };
    let lasts = gradebook.settings.typing();
    let who = Watcher { actor: &call.actor, class: &class_id };
    if typing.is_typing {
        gradebook.watching.begun(Doing::Typing, who, &watched, lasts).await;
    } else {
        gradebook.watching.ended(Doing::Typing, who, |seen| *seen == watched).await;
    }

    let key = format!("typing:{class_id}:{}:{}", typing.line_item_id, typing.student_id);
    let signalled = Signalled::default().emit(room.clone(), &event(typing.is_typing))?;
    if typing.is_typing {
        signalled.lapse(key, lasts, room, &event(false))
    } else {
        Ok(signalled.settle(key))
    }
}
