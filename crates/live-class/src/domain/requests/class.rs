//! `class:join`, `class:leave` and `class:end`, and what there is to see in between.

use homeroom_contract::{ClassId, Role, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{
    BreakoutsView, DrawMode, LessonId, PollView, Presence, RaisedHand, ScopedLocks, WhiteboardView,
};

/// Comes into a class: its students and staff, and to look on whoever is enrolled as administrator; guardians, proctors and
/// counselors don't. It begins when the first of the staff comes in: before that it is `LOCKED`. `SUSPENDED` for whoever was sent
/// out, `ROOM_FULL` when 1,000 students are there (`live_class.limits.participants`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct JoinClass {
    /// The class; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
}

/// Leaves a class, and the breakout with it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LeaveClass {
    /// The class; it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
}

/// A class as a newcomer sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClassData {
    /// The class.
    pub class_id: ClassId,
    /// This meeting of it. In another one nothing holds that was known of the people, the hands and the poll.
    pub lesson_id: LessonId,
    /// Who is there, by id.
    pub participants: Vec<ParticipantView>,
    /// The last poll of this lesson, open or closed; `null` if there was none.
    pub poll: Option<PollView>,
    /// The hands that are up, the next one first.
    pub hands: Vec<RaisedHand>,
    /// What is locked: the class's locks first, then for staff every other scope that has one, for others those that concern them.
    pub locks: Vec<ScopedLocks>,
    /// The whiteboard.
    pub whiteboard: WhiteboardView,
    /// The breakouts; `null` if there are none.
    pub breakouts: Option<BreakoutsView>,
}

/// Somebody who is in the class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own, as on the wire")]
pub struct ParticipantView {
    /// Who.
    pub user_id: UserId,
    /// As what.
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

/// Ends a class for everyone, and with it the poll and the breakouts that are open. Staff only.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EndClass {
    /// The class; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
}

/// The class has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClassAttendance {
    /// How long each was there, by person.
    pub attendance: Vec<Presence>,
}
