//! `gradebook:leave`: out of a class's gradebook.

use homeroom_contract::schemars::JsonSchema;
use homeroom_contract::{Call, ClassId, Failure, Leave, Namespace, Request, Room};
use serde::Deserialize;

use super::Gradebook;
use crate::domain::GradebookRoom;

/// Leaves a class's gradebook, whatever academic sessions of it were joined.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LeaveGradebook {
    /// The class; it may be left out if exactly one is joined.
    #[serde(default)]
    pub class_id: Option<ClassId>,
}

impl Request for LeaveGradebook {
    const NAME: &'static str = "gradebook:leave";
}

impl Leave for LeaveGradebook {}

pub(crate) async fn leave(
    gradebook: Gradebook,
    call: Call,
    leave: LeaveGradebook,
) -> Result<Vec<Room>, Failure> {
    let class = call.class(leave.class_id)?;
    let class_worked_in = |room: &Room| GradebookRoom::read(room).and_then(|room| room.class().cloned());
    let (mut left, rest): (Vec<Room>, Vec<Room>) =
        call.session.joined().into_iter().partition(|room| class_worked_in(room).as_ref() == Some(&class));
    // A district's administrator came into the school's room through a class of it, and leaves it with the last class.
    if !left.is_empty() && !rest.iter().any(|room| class_worked_in(room).is_some()) {
        let greeted = gradebook.greet(&call.actor).await?;
        left.extend(rest.into_iter().filter(|room| !greeted.contains(room)));
    }
    Ok(left)
}
