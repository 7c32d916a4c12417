//! The rules of a live class: pure, without I/O, clock or runtime.

mod attendee;
mod breakouts;
mod chat;
mod errors;
mod events;
mod hands;
mod ids;
mod lesson;
mod limits;
mod locks;
mod participants;
mod poll;
mod requests;
mod rooms;
mod stroke;
mod votes;
mod whiteboard;
mod wire;

pub use attendee::Attendee;
pub use breakouts::{Breakout, Breakouts, DEFAULT_GRACE_SEC};
pub use chat::ChatFacts;
pub use errors::LiveClassError;
pub use events::{
    BreakoutAssigned, BreakoutsClosed, ChatSent, ChatTo, ClassEnded, PollClosed, PollPublished, PollStarted,
    WhiteboardCleared,
};
pub use hands::{Hands, Raised, RaisedHand};
pub use ids::{MessageId, PollId};
pub use lesson::{Lesson, Presence, Stay, attendance};
pub use limits::Limits;
pub use locks::{ClassLocks, LockScope, Lockable, Locks, LocksPatch, ScopedLocks};
pub use participants::{Participant, Participants};
pub use poll::{Poll, PollClosing};
pub use requests::{
    AllowShare, AssignBreakout, BoardRevision, BreakoutGroup, BreakoutPlace, BreakoutView, BreakoutsCreated,
    BreakoutsEnd, BreakoutsView, ChatTaken, ClassAttendance, ClassData, ClearWhiteboard, CloseBreakouts,
    ClosePoll, CreateBreakouts, DrawStrokes, EndClass, ExtendBreakouts, GrantWhiteboard, HandPlace,
    HandTaken, HandsLowered, JoinClass, LeaveClass, LowerAllHands, LowerHand, MessageBreakouts,
    MuteParticipant, ParticipantRemoved, ParticipantView, PollClosedResults, PollOpened, PollResults,
    PollView, RaiseHand, RemoveParticipant, SendChat, SetLocks, ShareScreen, StartPoll, SubmitVote,
    UndoStroke, VoteTaken, WhiteboardGranted, WhiteboardView,
};
pub use rooms::LiveClassRoom;
pub use stroke::{DrawnStroke, Layer, Point, Stroke, Tool};
pub use votes::{Ballot, Tally, Votes};
pub use whiteboard::{BoardChange, DrawMode, Whiteboard};
pub use wire::{
    BreakoutAssignedWsEvent, BreakoutClosedWsEvent, BreakoutTimerWsEvent, ChatMessageWsEvent,
    ClassEndedWsEvent, HandLoweredWsEvent, HandRaisedWsEvent, HandsChangedWsEvent, LocksChangedWsEvent,
    ParticipantUpdatedWsEvent, PollClosedWsEvent, PollResultsWsEvent, PollStartedWsEvent,
    ScreenSharedWsEvent, WhiteboardClearedWsEvent, WhiteboardDrawWsEvent, WhiteboardSnapshotWsEvent,
};
