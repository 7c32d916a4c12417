//! `noticeboard:join`: in front of a class's board.

use homeroom_contract::schemars::JsonSchema;
use homeroom_contract::{Call, ClassId, Failure, Join, Joined, Request, Room};
use serde::{Deserialize, Serialize};

use super::Noticeboard;
use crate::domain::{Notice, NoticeError};
use crate::infrastructure::store;

/// Joins a class's board: what hangs there, and every notice from now on.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JoinBoard {
    /// The class.
    pub(crate) class_id: ClassId,
}

/// What hangs there.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Board {
    /// The notices, oldest first.
    pub(crate) notices: Vec<Notice>,
}

impl Request for JoinBoard {
    const NAME: &'static str = "noticeboard:join";
}

impl Join for JoinBoard {
    type Data = Board;
}

pub(crate) async fn join(board: Noticeboard, call: Call, join: JoinBoard) -> Result<Joined<Board>, Failure> {
    let standing = {
        let mut conn = board.journal.database().lookup().await?;
        board.roster.standing_in(&mut conn, &call.actor, &join.class_id, call.at).await?
    };
    if !standing.takes_part() {
        Err(NoticeError::NotAllowed)?;
    }
    let rooms = vec![Room::class(&join.class_id)];
    call.session.enter(&rooms).await?;

    let mut snapshot = board.journal.snapshot(&call).await?;
    let seq = snapshot.seq().await?;
    let notices = store::of_class(&mut snapshot, &call.actor.tenant, &join.class_id).await?;
    Ok(Joined { rooms, data: Board { notices }, seq })
}
