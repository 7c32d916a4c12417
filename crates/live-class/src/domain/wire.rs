//! The events as clients receive them. Durable ones also carry `eventId`, `seq` and `timestamp`.
//!
//! What is ephemeral is told to whoever is there, and comes with the next join; each says how things stand, not what changed, so
//! that a lost one is made good by the next. Strokes are the exception: `rev` and `after` show when one was lost.

use std::ops::Not;

use homeroom_contract::{ClassId, Ephemeral, Role, Room, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{
    BoardChange, DrawMode, DrawnStroke, Layer, Locks, MessageId, ParticipantView, Poll, PollId, Presence,
    RaisedHand, ScopedLocks, Tally, WhiteboardView,
};

/// A poll has begun. What is right is never in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PollStartedWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// The poll.
    pub poll_id: PollId,
    /// What is asked.
    pub question: String,
    /// What there is to choose from; choices are indices into it, from 0.
    pub options: Vec<String>,
    /// Whether several may be chosen.
    pub multiple: bool,
    /// Whether nobody gets to know who chose what.
    pub anonymous: bool,
    /// From when on it takes no votes; absent: until staff close it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    /// Who asks.
    pub started_by: UserId,
}

/// What has been chosen. With every vote it goes to staff, who see it live, and isn't kept; once staff publish it, it goes to
/// everyone and is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PollResultsWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// The poll.
    pub poll_id: PollId,
    /// How often each option was chosen, in the order of the options.
    pub counts: Vec<u32>,
    /// How many have voted.
    pub total: u32,
    /// Indices of the right options; only once they were revealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correct: Option<Vec<u32>>,
}

impl PollResultsWsEvent {
    /// What staff are told with every vote, and nobody else. What is right is not in it, as a class may look at their screen.
    pub fn live(poll: &Poll, tally: Tally) -> Self {
        Self {
            class_id: poll.class_id.clone(),
            poll_id: poll.poll_id.clone(),
            counts: tally.counts,
            total: tally.total,
            correct: None,
        }
    }
}

/// A poll takes no more votes. It comes again if its counts or what is right are shown later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PollClosedWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// The poll.
    pub poll_id: PollId,
    /// Whether the counts are for everyone; then they come as `poll.results`.
    pub published: bool,
    /// Indices of the right options; only once they were revealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correct: Option<Vec<u32>>,
}

/// Somebody drew on the whiteboard, or took a stroke back. It goes only to those who see the layer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WhiteboardDrawWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// The board's revision now.
    pub rev: u64,
    /// The revision of the change of this layer (with isolated students, of this one's) before it, 0 if there was none. Whoever
    /// holds neither it nor a later state of the board (a snapshot's `rev`) has missed something and joins again.
    pub after: u64,
    /// Who drew.
    pub user_id: UserId,
    /// On which layer.
    pub layer: Layer,
    /// What was drawn; empty for an undo.
    pub strokes: Vec<DrawnStroke>,
    /// The `strokeId` that was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone: Option<u64>,
}

impl WhiteboardDrawWsEvent {
    /// What that change of a class's board looks like.
    pub fn of(class_id: ClassId, change: BoardChange) -> Self {
        let BoardChange { rev, after, user_id, layer, strokes, undone } = change;
        Self { class_id, rev, after, user_id, layer, strokes, undone }
    }
}

/// The whole board, for one person whose right to it has changed, and who therefore sees other layers than before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WhiteboardSnapshotWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// The board's revision.
    pub rev: u64,
    /// What this person may do.
    pub mode: DrawMode,
    /// The strokes that this person sees, in the order in which they were drawn.
    pub strokes: Vec<DrawnStroke>,
}

impl WhiteboardSnapshotWsEvent {
    /// The snapshot of a class's board for whom that view is made.
    pub fn of(class_id: ClassId, view: WhiteboardView) -> Self {
        let WhiteboardView { rev, mode, strokes } = view;
        Self { class_id, rev, mode, strokes }
    }
}

/// All layers of the whiteboard were cleared. Strokes with a lower `rev` are gone, even if they arrive later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WhiteboardClearedWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// The board's revision now.
    pub rev: u64,
    /// Who cleared it.
    pub user_id: UserId,
}

/// Somebody has raised a hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HandRaisedWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// Who.
    pub user_id: UserId,
    /// The place in the queue, from 1.
    pub position: u32,
    /// Since when, by the server's clock.
    pub raised_at: Timestamp,
}

/// A hand is down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HandLoweredWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// Whose.
    pub user_id: UserId,
}

/// The queue of hands as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HandsChangedWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// All hands that are up, the next one first.
    pub order: Vec<RaisedHand>,
}

/// Somebody wrote something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChatMessageWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// The message.
    pub message_id: MessageId,
    /// Who wrote it.
    pub sender_id: UserId,
    /// How that person goes by.
    pub sender_name: String,
    /// What it says.
    pub body: String,
    /// The only person to whom it goes; absent: everyone in the class or, with `toBreakouts`, in the breakouts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_user_id: Option<UserId>,
    /// Whether staff wrote it to all breakouts.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub to_breakouts: bool,
}

/// What is locked now, in one scope. It goes to those whom it binds, and to staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "five locks, each by itself")]
pub struct LocksChangedWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// Whom it binds: `class:{id}`, `breakout:{classId}:{n}` or `user:{id}`.
    pub scope: Room,
    /// Messages to the class.
    pub chat: bool,
    /// Messages to one person.
    pub private_chat: bool,
    /// The microphone.
    pub mic: bool,
    /// The camera.
    pub cam: bool,
    /// Drawing on the whiteboard.
    pub whiteboard: bool,
}

impl LocksChangedWsEvent {
    /// These locks of a class.
    pub fn of(class_id: ClassId, locks: ScopedLocks) -> Self {
        let ScopedLocks { scope, chat, private_chat, mic, cam, whiteboard } = locks;
        Self { class_id, scope, chat, private_chat, mic, cam, whiteboard }
    }

    /// What is locked.
    pub fn locks(&self) -> Locks {
        let Self { chat, private_chat, mic, cam, whiteboard, .. } = *self;
        Locks { chat, private_chat, mic, cam, whiteboard }
    }
}

/// Somebody's state is another one now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct ParticipantUpdatedWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// Whose.
    pub user_id: UserId,
    /// As what the person is in the class.
    pub role: Role,
    /// Whether the microphone is off.
    pub is_muted: bool,
    /// Whether the camera is on.
    pub camera_enabled: bool,
    /// Whether the hand is up.
    pub hand_raised: bool,
    /// Whether the screen is being shared.
    pub is_screen_sharing: bool,
    /// The stream of the screen that is being shared, as the media server knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
    /// Whether the person may share the screen.
    pub can_share: bool,
    /// What the person may do on the whiteboard.
    pub whiteboard: DrawMode,
}

impl ParticipantUpdatedWsEvent {
    /// That state of a class's participant.
    pub fn of(class_id: ClassId, view: ParticipantView) -> Self {
        Self {
            class_id,
            user_id: view.user_id,
            role: view.role,
            is_muted: view.is_muted,
            camera_enabled: view.camera_enabled,
            hand_raised: view.hand_raised,
            is_screen_sharing: view.is_screen_sharing,
            stream_id: view.stream_id,
            can_share: view.can_share,
            whiteboard: view.whiteboard,
        }
    }
}

/// Somebody shares the screen, or no longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScreenSharedWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// Who.
    pub user_id: UserId,
    /// Whether it has begun or ended.
    pub is_sharing: bool,
    /// The stream, as the media server knows it; absent when it has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
}

/// A student was put into a breakout, or called back to the class. It goes to that student and to staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BreakoutAssignedWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// The student.
    pub user_id: UserId,
    /// The breakout's number, from 1; `null`: back to the class.
    pub room: Option<u32>,
    /// The room, `breakout:{classId}:{n}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room_id: Option<Room>,
    /// The breakout's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// When the breakouts end.
    pub ends_at: Timestamp,
}

/// When the breakouts end, whenever that is another instant than before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BreakoutTimerWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// When they end.
    pub ends_at: Timestamp,
}

/// The breakouts are over: everyone is back in the class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BreakoutClosedWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// The numbers of the breakouts that there were.
    pub rooms: Vec<u32>,
}

/// The class has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClassEndedWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// How long each was there: for staff everyone, for others the person alone.
    pub attendance: Vec<Presence>,
}

homeroom_contract::events! {
    durable PollStartedWsEvent = "poll.started";
    durable PollResultsWsEvent = "poll.results";
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

/// The same event while the poll runs: for staff, at most once.
impl Ephemeral for PollResultsWsEvent {}
