//! `notice:pin`: a new notice on a class's board.

use homeroom_contract::schemars::JsonSchema;
use homeroom_contract::{Call, ClassId, Command, Committed, Failure, Request};
use serde::{Deserialize, Serialize};

use super::Noticeboard;
use crate::domain::{Notice, NoticeError, NoticeId, NoticePinned};
use crate::infrastructure::store;

/// Pins a notice to a class's board, for everyone in the class. Teachers and aides of the class, and administrators over it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PinNotice {
    /// The class; over a socket it may be left out if exactly one is joined.
    #[serde(default)]
    pub(crate) class_id: Option<ClassId>,
    /// What it says, 1 to 500 characters.
    pub(crate) text: String,
}

/// The notice hangs.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Pinned {
    /// The notice.
    pub(crate) notice_id: NoticeId,
}

impl Request for PinNotice {
    const NAME: &'static str = "notice:pin";
}

impl Command for PinNotice {
    type Reply = Pinned;
}

pub(crate) async fn pin_notice(
    board: Noticeboard,
    call: Call,
    pin: PinNotice,
) -> Result<Committed<Pinned>, Failure> {
    let class_id = call.class(pin.class_id)?;
    let mut tx = board.journal.begin(&call).await?;
    let standing = board.roster.standing_in(&mut tx, &call.actor, &class_id, call.at).await?;
    if !standing.sits_with_staff() {
        Err(NoticeError::NotAllowed)?;
    }
    let notice_id = NoticeId::generate(call.at);
    let pinned_by = call.actor.subject_id().clone();
    let notice = Notice { id: notice_id.clone(), class_id, text: pin.text, pinned_by }.checked()?;
    store::insert(&mut tx, &call.actor.tenant, &notice).await?;
    tx.record(&NoticePinned { notice })?;
    Ok(tx.commit(Pinned { notice_id }).await?)
}
