//! `attendance:open-checkin`, `attendance:check-in` and `attendance:close`: students mark themselves by a code shown in the room.

use homeroom_contract::{ClassId, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{CheckinId, Status};

/// Opens a check-in for today. Who teaches the class (aides too) may, and administrators over it. A class has one at a time: while
/// another isn't closed it is `LOCKED`, with its `sessionId` in `details`.
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
/// that was shown before is `EXPIRED`, another one `VALIDATION_ERROR`; after 10 wrong ones (`attendance.limits.wrong_codes`) it
/// is `LOCKED`, and when the check-in is over, `EXPIRED`.
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
