//! `message:report`: a message is brought before the moderators.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{MessageId, ReportId};

/// Reports a message, deleted or not, to the administrators of the conversation's school, or if one of them sent it to those of the
/// district. They get what it said, deleted or not. The conversation doesn't hear of it.
///
/// `NOT_FOUND` for a message of a conversation that the sender isn't in (`SUPERVISION_REQUIRED` if only for want of staff), and
/// where nobody could look at the report but who sent the message; `VALIDATION_ERROR` for one's own message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportMessage {
    /// The message.
    pub message_id: MessageId,
    /// Why, 1 to 2,000 characters (`messaging.limits.reason_chars`), not blank.
    pub reason: String,
}

/// The report is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportFiled {
    /// The report.
    pub report_id: ReportId,
}
