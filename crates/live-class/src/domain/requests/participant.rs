//! What is done to, and by, a person in the class: microphone and camera, the screen, and being sent out.

use homeroom_contract::{ClassId, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::ParticipantView;

/// Mutes somebody, or sets one's own microphone and camera. Staff shut anybody's; everyone opens only the own, and while it is
/// locked (`LOCKED`) not that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MuteParticipant {
    /// The class; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
    /// Whose.
    pub user_id: UserId,
    /// Whether the microphone is off. Without it and `cameraEnabled`, it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_muted: Option<bool>,
    /// Whether the camera is on; without it, as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub camera_enabled: Option<bool>,
}

impl MuteParticipant {
    /// What `isMuted` means: who says nothing at all mutes.
    pub fn muted(&self) -> Option<bool> {
        self.is_muted.or(if self.camera_enabled.is_none() { Some(true) } else { None })
    }
}

/// Sends a student out; until the class ends, joining it again is `SUSPENDED`. Staff only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RemoveParticipant {
    /// The class; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
    /// The student.
    pub user_id: UserId,
}

/// The student is out, and with the student the hand, the screen, the seat in a breakout and the right to the board and to share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ParticipantRemoved {
    /// The student.
    pub user_id: UserId,
}

/// Lets a student share the screen, or no longer. Staff only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AllowShare {
    /// The class; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
    /// The student.
    pub user_id: UserId,
    /// Whether it is allowed; without it, it is. Taking it ends the sharing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed: Option<bool>,
}

/// Shares one's screen, or stops. Staff, and students whom they allowed (else `UNAUTHORIZED`). One screen is shared at a time:
/// staff take over, for a student it is `LOCKED`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShareScreen {
    /// The class; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
    /// Whether it begins or ends.
    pub is_sharing: bool,
    /// The stream, as the media server knows it, 1 to 255 characters (`live_class.limits.stream_id_chars`); without it nothing
    /// can be shared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
}

/// The screen is shared, or no longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScreenShare {
    /// One's own state now.
    pub participant: ParticipantView,
    /// The state of whoever shared before and no longer does, if the screen was taken over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_from: Option<ParticipantView>,
}
