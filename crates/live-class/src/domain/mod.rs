//! The rules of a live class: pure, without I/O, clock or runtime.

mod attendee;
mod audience;
mod board;
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
mod running;
mod stroke;
mod votes;
mod whiteboard;
mod wire;

pub use attendee::{Attendee, Part};
pub use audience::{Audience, Told};
pub use board::{BoardChange, BoardHead, BoardPlace, DrawMode};
pub use breakouts::{Breakout, Breakouts, BreakoutsMade, DEFAULT_GRACE_SEC};
pub use chat::ChatFacts;
pub use errors::LiveClassError;
pub use events::{
    BreakoutAssigned, BreakoutsClosed, ChatSent, ChatTo, ClassEnded, PollClosed, PollPublished, PollStarted,
    WhiteboardCleared,
};
pub use hands::{Hands, Raised, RaisedHand};
pub use ids::{LessonId, MessageId, PollId};
pub use lesson::{Lesson, Presence, Stay, attendance};
pub use limits::Limits;
pub use locks::{ClassLocks, LockScope, Lockable, Locks, LocksPatch, ScopedLocks};
pub use participants::{Participant, Participants, ScreenChange};
pub use poll::{Poll, PollClosing};
pub use requests::{
    AllowShare, AssignBreakout, BoardChanged, BoardRevision, BreakoutGroup, BreakoutPlace, BreakoutView,
    BreakoutsCreated, BreakoutsEnd, BreakoutsView, ChatTaken, ClassAttendance, ClassData, ClearWhiteboard,
    CloseBreakouts, ClosePoll, CreateBreakouts, DrawStrokes, EndClass, ExtendBreakouts, GrantWhiteboard,
    HandPlace, HandTaken, HandsLowered, JoinClass, LeaveClass, LocksSet, LowerAllHands, LowerHand,
    MessageBreakouts, MuteParticipant, ParticipantRemoved, ParticipantView, PollClosedResults, PollOpened,
    PollResults, PollView, RaiseHand, RemoveParticipant, ScreenShare, SendChat, SetLocks, ShareScreen,
    StartPoll, SubmitVote, UndoStroke, VoteTaken, WhiteboardGranted, WhiteboardView,
};
pub use rooms::LiveClassRoom;
pub use running::{Closed, Removal, Running};
pub use stroke::{DrawnStroke, Layer, Point, Stroke, Tool};
pub use votes::{Ballot, Tally, Vote, VoteRow, Votes};
pub use whiteboard::Whiteboard;
pub use wire::{
    BreakoutAssignedWsEvent, BreakoutClosedWsEvent, BreakoutTimerWsEvent, ChatMessageWsEvent,
    ClassEndedWsEvent, HandLoweredWsEvent, HandRaisedWsEvent, HandsChangedWsEvent, LivePollResultsWsEvent,
    LocksChangedWsEvent, ParticipantUpdatedWsEvent, PollClosedWsEvent, PollResultsWsEvent,
    PollStartedWsEvent, ScreenSharedWsEvent, WhiteboardClearedWsEvent, WhiteboardDrawWsEvent,
    WhiteboardSnapshotWsEvent,
};
