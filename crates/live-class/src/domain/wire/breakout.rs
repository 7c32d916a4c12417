//! What is told of breakouts, and of the end of the class.

use homeroom_contract::{ClassId, Room, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{LessonId, Presence};

/// A student was put into a breakout, or called back to the class. It goes to that student, to staff, and to the others in the
/// breakout that the student enters and in the one that the student leaves; neither of these hears of the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BreakoutAssignedWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// The student.
    pub user_id: UserId,
    /// The number of the breakout that the student is in now; `null`: in none or, with `left` to those who are still there, gone.
    pub room: Option<u32>,
    /// The room, `breakout:{classId}:{n}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room_id: Option<Room>,
    /// The breakout's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The number of the breakout that the student has left; for those who may know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<u32>,
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
    /// This meeting of it.
    pub lesson_id: LessonId,
    /// How long each was there: for staff everyone, for others the person alone.
    pub attendance: Vec<Presence>,
}
