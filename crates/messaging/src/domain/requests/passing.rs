//! What is said in passing, and never kept: typing, presence, how far an upload is.

use homeroom_contract::field;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{ConversationId, FileId, FileProgressWsEvent, MessagingError, PresenceStatus};

/// Tells a conversation that the sender is typing. It ends by itself after 5 seconds (`messaging.limits.typing_ms`) without
/// another one, or with the connection; each person's time runs for itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StartTyping {
    /// The conversation; it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
}

/// Tells a conversation that the sender is no longer typing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StopTyping {
    /// The conversation; it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
}

/// Tells how present the sender is on this device. It holds for 5 minutes (`messaging.limits.presence_ms`); of several devices
/// the most present counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdatePresence {
    /// How present.
    pub status: PresenceStatus,
}

/// Tells the sender's other devices how far the upload of a file is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UploadProgress {
    /// The file.
    pub file_id: FileId,
    /// How far, in percent, 0 to 100; else it is `VALIDATION_ERROR`.
    pub progress: i64,
    /// What is being done with it.
    pub status: FileStatus,
}

/// What is being done with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FileStatus {
    /// It is on its way to the file store.
    Uploading,
    /// The file store looks at it.
    Processing,
    /// It can be sent.
    Ready,
    /// Nothing came of it.
    Failed,
}

impl UploadProgress {
    /// What the other devices are told, if its progress is within 0 and 100.
    pub fn checked(self) -> Result<FileProgressWsEvent, MessagingError> {
        field::within("progress", &self.progress, &(0..=100))?;
        let progress = u8::try_from(self.progress).unwrap_or(100);
        Ok(FileProgressWsEvent { file_id: self.file_id, progress, status: self.status })
    }
}
