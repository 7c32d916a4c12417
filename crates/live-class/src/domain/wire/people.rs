//! What is told of the people in a class: hands, the chat, locks, microphones, cameras and screens.

use std::ops::Not;

use homeroom_contract::{ClassId, Role, Room, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{DrawMode, Locks, MessageId, ParticipantView, RaisedHand, ScopedLocks};

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
