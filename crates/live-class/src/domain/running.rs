//! What a class holds while it meets, and what touches several parts of it at once: sending somebody out, and the end.

use homeroom_contract::{ClassId, Timestamp, UserId};

use crate::domain::{
    Attendee, BreakoutAssigned, Breakouts, BreakoutsClosed, ClassLocks, DrawMode, HandLoweredWsEvent, Hands,
    HandsChangedWsEvent, LiveClassError, Participants, Poll, PollClosed, ScreenSharedWsEvent, Whiteboard,
};

/// The parts of a class that meets.
#[derive(Debug)]
pub struct Running<'c> {
    /// The class.
    pub class_id: &'c ClassId,
    /// Its people.
    pub people: &'c mut Participants,
    /// The queue of hands.
    pub hands: &'c mut Hands,
    /// The board.
    pub board: &'c mut Whiteboard,
    /// The locks.
    pub locks: &'c mut ClassLocks,
    /// The last poll, if there was one.
    pub poll: Option<&'c mut Poll>,
    /// The last breakouts, if there were any.
    pub breakouts: Option<&'c mut Breakouts>,
}

/// Everything that is another way once somebody was sent out, and what is to be told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    /// Who is out.
    pub user_id: UserId,
    /// The hand that was up and the queue without it.
    pub hand: Option<(HandLoweredWsEvent, HandsChangedWsEvent)>,
    /// The screen that was shared.
    pub screen: Option<ScreenSharedWsEvent>,
    /// The seat in a breakout that is empty.
    pub seat: Option<BreakoutAssigned>,
    /// The board's revision at which the right to it ended, if there was one.
    pub board_rev: Option<u64>,
}

/// What ended with a class, to be told in this order before the class's own end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// The poll that was still open; its counts stay unpublished.
    pub poll: Option<PollClosed>,
    /// The breakouts whose closing wasn't told yet.
    pub breakouts: Option<BreakoutsClosed>,
}

impl Running<'_> {
    /// Sends a student out until the class ends; staff only, and never staff. With the student go the hand, the screen, the seat in
    /// a breakout and the rights to the board and to share.
    pub fn remove(&mut self, by: &Attendee, user: &UserId, at: Timestamp) -> Result<Removal, LiveClassError> {
        let shared = self.people.send_out(by, user)?;
        let class_id = self.class_id;
        let hand = self.hands.drop_out(user).map(|_| {
            let lowered = HandLoweredWsEvent { class_id: class_id.clone(), user_id: user.clone() };
            let order = self.hands.order().to_vec();
            (lowered, HandsChangedWsEvent { class_id: class_id.clone(), order })
        });
        let screen = shared.then(|| ScreenSharedWsEvent {
            class_id: class_id.clone(),
            user_id: user.clone(),
            is_sharing: false,
            stream_id: None,
        });
        Ok(Removal {
            user_id: user.clone(),
            hand,
            screen,
            seat: self.breakouts.as_mut().and_then(|breakouts| breakouts.vacate(user, at)),
            board_rev: self.board.set_mode(user, DrawMode::Off).then(|| self.board.rev()),
        })
    }

    /// Closes what is open and forgets what belongs to one lesson alone: who is there and who was sent out, the hands, and the
    /// locks of breakouts. The board with its rights stays, and so do the locks of the class and of persons.
    pub(crate) fn end(&mut self, by: &Attendee, at: Timestamp) -> Closed {
        *self.people = Participants::default();
        *self.hands = Hands::default();
        self.locks.forget_breakouts();
        Closed {
            poll: self.poll.as_mut().and_then(|poll| poll.end(by, at)),
            breakouts: self.breakouts.as_mut().and_then(|breakouts| breakouts.end(at)),
        }
    }
}
