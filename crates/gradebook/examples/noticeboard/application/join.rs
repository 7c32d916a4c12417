//! `noticeboard:join`: in front of a class's board.

use homeroom_contract::{Call, Failure, Joined, Room};

use super::Noticeboard;
use crate::domain::{Board, JoinBoard, NoticeError};
use crate::infrastructure::store;

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
