//! `chat:send`: a message to the class or to one person in it.

use homeroom_contract::{ClassId, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::MessageId;

/// Writes to the class, or to one person in it; `NOT_IN_ROOM` for whoever isn't there. Students can't while it is locked
/// (`LOCKED`), and to each other only while somebody of the staff is present (else `SUPERVISION_REQUIRED`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SendChat {
    /// The class; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
    /// What it says, 1 to 1,000 characters (`live_class.limits.message_chars`).
    pub body: String,
    /// The only person to whom it goes; without it, everyone in the class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_user_id: Option<UserId>,
}

/// The message is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChatTaken {
    /// The message.
    pub message_id: MessageId,
}
