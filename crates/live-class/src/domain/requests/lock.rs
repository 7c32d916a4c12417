//! `lock:set`: what students can't do for now.

use homeroom_contract::{ClassId, Room};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{LocksPatch, ParticipantView, ScopedLocks};

/// Locks or unlocks something for students; staff are never bound. Staff only. A field that is absent stays as it is. Locking the
/// microphone or the camera also shuts those that are open.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SetLocks {
    /// The class; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
    /// Whom it binds: `class:{id}`, `breakout:{classId}:{n}` or `user:{id}`; without it, the class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Room>,
    /// Messages to the class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat: Option<bool>,
    /// Messages to one person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private_chat: Option<bool>,
    /// The microphone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mic: Option<bool>,
    /// The camera.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cam: Option<bool>,
    /// Drawing on the whiteboard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whiteboard: Option<bool>,
}

impl SetLocks {
    /// What is to be locked or unlocked.
    pub fn patch(&self) -> LocksPatch {
        let Self { chat, private_chat, mic, cam, whiteboard, .. } = *self;
        LocksPatch { chat, private_chat, mic, cam, whiteboard }
    }
}

/// That is locked now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LocksSet {
    /// What is locked in that scope.
    pub locks: ScopedLocks,
    /// The state of everyone whose microphone or camera was shut by it, by id.
    pub shut: Vec<ParticipantView>,
}
