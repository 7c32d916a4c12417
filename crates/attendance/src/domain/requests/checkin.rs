//! `attendance:open-checkin`, `attendance:check-in` and `attendance:close`: students mark themselves by a code shown in the room.

use homeroom_contract::{ClassId, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{CheckinId, Status};

/// Opens a check-in for today. Who teaches the class (aides too) may, and administrators over it. A class has one at a time: while
/// another is open it is `LOCKED`, with its `sessionId` in `details`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OpenCheckin {
    /// The class; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
    /// Seconds for which each code is shown, 10 to 300 (`attendance.limits.rotate_sec_min`, `attendance.limits.rotate_sec_max`).
    pub rotate_sec: u32,
    /// Minutes from now after which one is `LATE`, 0 to 240 (`attendance.limits.checkin_minutes`).
    pub late_after_min: u32,
    /// When it ends by itself, at most 240 minutes from now (`attendance.limits.checkin_minutes`).
    pub closes_at: Timestamp,
}

/// The check-in is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OpenedCheckin {
    /// The session.
    pub session_id: CheckinId,
    /// The first code, six digits, to be shown in the room. The next ones come as `attendance.checkin-code`.
    pub code: String,
    /// When the next code takes its place.
    pub expires_at: Timestamp,
}

/// Checks in. Only for a student of the class, for oneself.
///
/// The code is the one that is shown, or the one before it during its first 5 seconds (`attendance.limits.grace_sec`). A code
/// that this check-in showed earlier is `EXPIRED`; another one is wrong and `VALIDATION_ERROR`, and after 10 of these
/// (`attendance.limits.wrong_codes`) every code is `LOCKED`. When the check-in is over, it is `EXPIRED`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckIn {
    /// The session.
    pub session_id: CheckinId,
    /// The code, six digits.
    pub code: String,
}

/// What stands for the student now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckedIn {
    /// `PRESENT` or `LATE`; or what staff had marked already, which stands.
    pub status: Status,
}

/// Closes a check-in before its time. Who hasn't checked in and isn't marked otherwise is `ABSENT`. Who may open one may close
/// it; one that is closed already is `EXPIRED`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CloseCheckin {
    /// The session.
    pub session_id: CheckinId,
}

/// The check-in is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClosedCheckin {
    /// The students who were marked `ABSENT` by it.
    pub auto_absent: Vec<UserId>,
}

impl OpenCheckin {
    /// For that class: codes that change after so many seconds, late after so many minutes, until then.
    pub fn new(class: ClassId, rotate_sec: u32, late_after_min: u32, closes_at: Timestamp) -> Self {
        Self { class_id: Some(class), rotate_sec, late_after_min, closes_at }
    }
}

impl CheckIn {
    /// With that code.
    pub fn new(session: CheckinId, code: impl Into<String>) -> Self {
        Self { session_id: session, code: code.into() }
    }
}

impl CloseCheckin {
    /// That one.
    pub fn new(session: CheckinId) -> Self {
        Self { session_id: session }
    }
}
