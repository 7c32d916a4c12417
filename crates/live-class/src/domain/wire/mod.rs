//! The events as clients receive them. Durable ones also carry `eventId`, `seq` and `timestamp`.
//!
//! What is ephemeral is told to whoever is there, and comes with the next join; each says how things stand, not what changed, so
//! that a lost one is made good by the next. Strokes are the exception: `rev` and `after` show when one was lost.

mod breakout;
mod people;
mod poll;
mod whiteboard;

pub use breakout::{BreakoutAssignedWsEvent, BreakoutClosedWsEvent, BreakoutTimerWsEvent, ClassEndedWsEvent};
pub use people::{
    ChatMessageWsEvent, HandLoweredWsEvent, HandRaisedWsEvent, HandsChangedWsEvent, LocksChangedWsEvent,
    ParticipantUpdatedWsEvent, ScreenSharedWsEvent,
};
pub use poll::{LivePollResultsWsEvent, PollClosedWsEvent, PollResultsWsEvent, PollStartedWsEvent};
pub use whiteboard::{WhiteboardClearedWsEvent, WhiteboardDrawWsEvent, WhiteboardSnapshotWsEvent};

homeroom_contract::events! {
    durable PollStartedWsEvent = "poll.started";
    durable PollResultsWsEvent = "poll.results";
    ephemeral LivePollResultsWsEvent = "poll.results";
    durable PollClosedWsEvent = "poll.closed";
    ephemeral WhiteboardDrawWsEvent = "whiteboard.draw";
    ephemeral WhiteboardSnapshotWsEvent = "whiteboard.snapshot";
    durable WhiteboardClearedWsEvent = "whiteboard.cleared";
    ephemeral HandRaisedWsEvent = "hand-raised";
    ephemeral HandLoweredWsEvent = "hand-lowered";
    ephemeral HandsChangedWsEvent = "hands.changed";
    durable ChatMessageWsEvent = "chat.message";
    ephemeral LocksChangedWsEvent = "locks.changed";
    ephemeral ParticipantUpdatedWsEvent = "participant.updated";
    ephemeral ScreenSharedWsEvent = "screen.shared";
    durable BreakoutAssignedWsEvent = "breakout.assigned";
    ephemeral BreakoutTimerWsEvent = "breakout.timer";
    durable BreakoutClosedWsEvent = "breakout.closed";
    durable ClassEndedWsEvent = "class.ended";
}
