//! `notice:pin`: a new notice on a class's board.

use homeroom_contract::{Call, Committed, Failure};

use super::Noticeboard;
use crate::domain::{Notice, NoticeError, NoticeId, NoticePinned, PinNotice, Pinned};
use crate::infrastructure::store;

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
    let notice =
        Notice { id: notice_id.clone(), class_id, text: pin.text, pinned_by }.checked(&board.limits)?;
    store::insert(&mut tx, &call.actor.tenant, &notice).await?;
    tx.record(&NoticePinned { notice })?;
    Ok(tx.commit(Pinned { notice_id }).await?)
}
