//! `hand:raise`, `hand:lower` and `hand:lower-all`.

use homeroom_contract::{ClassId, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Raises one's hand; `NOT_IN_ROOM` for whoever isn't there. Who has it up already keeps the place.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RaiseHand {
    /// The class; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
}

/// The hand is up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HandPlace {
    /// Its place in the queue, from 1.
    pub position: u32,
}

/// Takes a hand down: one's own, or as staff anybody's. One that isn't up stays down.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LowerHand {
    /// The class; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
    /// Whose; without it, one's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
}

/// The hand is down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HandTaken {
    /// The place that it had in the queue, from 1; `null` if it wasn't up.
    pub position: Option<u32>,
}

/// Takes all hands down. Staff only.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LowerAllHands {
    /// The class; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
}

/// No hand is up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HandsLowered {
    /// How many were.
    pub count: usize,
}
