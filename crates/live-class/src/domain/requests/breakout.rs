//! The breakouts of a class: `breakout:create`, `assign`, `extend`, `message` and `close`.

use homeroom_contract::{ClassId, Room, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Puts the students of a class into groups, each with a room. Staff only; `LOCKED` while there are others. Who is in no group
/// stays in the class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateBreakouts {
    /// The class; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
    /// The groups, 1 to 50 (`live_class.limits.breakouts`), numbered in this order: on from the highest number that the class ever
    /// had, so that no group finds what another one wrote.
    pub groups: Vec<BreakoutGroup>,
    /// Seconds until they end, 1 to 14,400 (`live_class.limits.breakout_sec`).
    pub duration_sec: u64,
}

/// One group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BreakoutGroup {
    /// Its name, 1 to 100 characters (`live_class.limits.breakout_name_chars`).
    pub name: String,
    /// Students of the class, none in two groups, at most 50 (`live_class.limits.breakout_people`; more are `ROOM_FULL`). It may be
    /// empty.
    pub user_ids: Vec<UserId>,
}

/// The breakouts are open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BreakoutsCreated {
    /// All of them.
    pub rooms: Vec<BreakoutView>,
    /// When they end.
    pub ends_at: Timestamp,
}

/// A breakout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BreakoutView {
    /// Its number: the first breakout that a class ever had is 1, and none comes again.
    pub room: u32,
    /// The room, `breakout:{classId}:{n}`.
    pub room_id: Room,
    /// Its name.
    pub name: String,
    /// Who is in it, by id.
    pub user_ids: Vec<UserId>,
}

/// The breakouts as one person sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BreakoutsView {
    /// For staff all of them, for a student the own one, if in any.
    pub rooms: Vec<BreakoutView>,
    /// When they end.
    pub ends_at: Timestamp,
}

/// Moves a student into another breakout, or back to the class. Staff only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssignBreakout {
    /// The class; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
    /// The student.
    pub user_id: UserId,
    /// The breakout's number; without it (or `null`), back to the class. One that is full is `ROOM_FULL`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<u32>,
}

/// The student is there now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BreakoutPlace {
    /// The student.
    pub user_id: UserId,
    /// The breakout's number; `null`: in the class.
    pub room: Option<u32>,
}

/// Gives the breakouts more time. Staff only; `EXPIRED` once they are over or being closed, and refused when they last as long as
/// they may already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExtendBreakouts {
    /// The class; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
    /// Seconds more, from 1; all in all they last no more than 14,400 (`live_class.limits.breakout_sec`).
    pub delta_sec: u64,
}

/// Writes to all breakouts at once, and to staff. Staff only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageBreakouts {
    /// The class; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
    /// What it says, 1 to 1,000 characters (`live_class.limits.message_chars`).
    pub body: String,
}

/// Closes the breakouts. Staff only.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CloseBreakouts {
    /// The class; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
    /// Seconds that are left to come back, 0 to 300 (`live_class.limits.grace_sec`); without it, 30. What was left of their time is
    /// never made longer by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grace_sec: Option<u64>,
}

/// The breakouts end then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BreakoutsEnd {
    /// When.
    pub ends_at: Timestamp,
}
