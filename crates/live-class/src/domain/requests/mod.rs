//! What a client may ask for and what it is answered: the same types in the gateway, which reads the requests and writes the
//! replies, and in any other service, which writes the requests and reads the replies.
//!
//! A field that says nothing is left out, so that what is written here is what any other client would send.

mod breakout;
mod chat;
mod class;
mod hand;
mod lock;
mod participant;
mod poll;
mod whiteboard;

pub use breakout::{
    AssignBreakout, BreakoutGroup, BreakoutPlace, BreakoutView, BreakoutsCreated, BreakoutsEnd,
    BreakoutsView, CloseBreakouts, CreateBreakouts, ExtendBreakouts, MessageBreakouts,
};
pub use chat::{ChatTaken, SendChat};
pub use class::{ClassAttendance, ClassData, EndClass, JoinClass, LeaveClass, ParticipantView};
pub use hand::{HandPlace, HandTaken, HandsLowered, LowerAllHands, LowerHand, RaiseHand};
pub use lock::{LocksSet, SetLocks};
pub use participant::{
    AllowShare, MuteParticipant, ParticipantRemoved, RemoveParticipant, ScreenShare, ShareScreen,
};
pub use poll::{
    ClosePoll, PollClosedResults, PollOpened, PollResults, PollView, StartPoll, SubmitVote, VoteTaken,
};
pub use whiteboard::{
    BoardChanged, BoardRevision, ClearWhiteboard, DrawStrokes, GrantWhiteboard, UndoStroke,
    WhiteboardGranted, WhiteboardView,
};

homeroom_contract::requests! {
    join JoinClass = "class:join" => ClassData;
    leave LeaveClass = "class:leave";
    command EndClass = "class:end" => ClassAttendance;
    command StartPoll = "poll:start" | "poll.started" => PollOpened;
    command SubmitVote = "poll:submit" | "poll.submit" => VoteTaken;
    command ClosePoll = "poll:close" => PollClosedResults;
    command DrawStrokes = "whiteboard:draw" | "whiteboard.draw" => BoardChanged;
    command UndoStroke = "whiteboard:undo" => BoardChanged;
    command ClearWhiteboard = "whiteboard:clear" => BoardRevision;
    command GrantWhiteboard = "whiteboard:grant" => WhiteboardGranted;
    command RaiseHand = "hand:raise" | "hand-raised" => HandPlace;
    command LowerHand = "hand:lower" | "hand-lowered" => HandTaken;
    command LowerAllHands = "hand:lower-all" => HandsLowered;
    command SendChat = "chat:send" => ChatTaken;
    command SetLocks = "lock:set" => LocksSet;
    command MuteParticipant = "participant:mute" => ParticipantView;
    command RemoveParticipant = "participant:remove" => ParticipantRemoved;
    command AllowShare = "participant:allow-share" => ParticipantView;
    command ShareScreen = "screen:share" => ScreenShare;
    command CreateBreakouts = "breakout:create" => BreakoutsCreated;
    command AssignBreakout = "breakout:assign" => BreakoutPlace;
    command ExtendBreakouts = "breakout:extend" => BreakoutsEnd;
    command MessageBreakouts = "breakout:message" => ChatTaken;
    command CloseBreakouts = "breakout:close" => BreakoutsEnd;
}
