//! `gradebook:typing`: somebody is typing into a cell.

use homeroom_contract::schemars::JsonSchema;
use homeroom_contract::{Call, ClassId, Failure, LineItemId, Request, Room, Signal, Signalled, UserId};
use serde::Deserialize;

use super::Gradebook;
use crate::domain::{GradebookTypingWsEvent, WatchedCell};
use crate::infrastructure::watching::{Doing, Watcher};

/// Tells the class's staff that the sender is typing into a cell, or has stopped. It ends by itself after 5 seconds
/// (`gradebook.typing_ms`) without another one, or with the connection.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Typing {
    /// The class; it may be left out if exactly one is joined.
    #[serde(default)]
    pub class_id: Option<ClassId>,
    /// The cell's line item.
    pub line_item_id: LineItemId,
    /// The cell's student.
    pub student_id: UserId,
    /// Whether it begins (or goes on) or ends.
    pub is_typing: bool,
}

impl Request for Typing {
    const NAME: &'static str = "gradebook:typing";
}

impl Signal for Typing {}

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
