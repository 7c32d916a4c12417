//! A file that goes with a message. Only its description is here: the file itself lies in the platform's file store, which
//! decides who may fetch it.

use homeroom_contract::{FieldError, field};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{FileId, Limits};

/// A file that goes with a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// The file, by the id that the file store gave it.
    pub file_id: FileId,
    /// Its name, 1 to 255 characters (`messaging.limits.attachment_chars`).
    pub name: String,
    /// Its media type, such as `image/png` (RFC 6838), 1 to 255 characters (`messaging.limits.attachment_chars`).
    pub media_type: String,
    /// Its size in bytes, 1 to 104,857,600 (`messaging.limits.attachment_bytes`).
    pub size_bytes: u64,
}

impl Attachment {
    /// Whether that may go with a message.
    pub(crate) fn check(&self, limits: &Limits) -> Result<(), FieldError> {
        field::text("name", &self.name, limits.attachment_chars)?;
        field::text("mediaType", &self.media_type, limits.attachment_chars)?;
        field::within("sizeBytes", &self.size_bytes, &(1..=limits.attachment_bytes))
    }
}
