//! `notification:send`: telling something to a person, to everyone with a role, to a school, a district or everyone.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Draft, JobId, Limits, NotificationError, NotificationType, Priority, Target};

/// Sends a notification. Services with the scope `notifications:send`; administrators, to whatever they administer; teachers and
/// counselors, to one person of their school at a time whom they see, nothing urgent and no `SYSTEM_ANNOUNCEMENT`. Others:
/// `UNAUTHORIZED`. `NOT_FOUND` if there is no such person, school or district, or a district is named where a school is meant.
///
/// Each person is told when the preferences say so; what is `urgent` passes quiet hours and digests, and an urgent
/// `SYSTEM_ANNOUNCEMENT` can't be switched off either. How far it has come is told to the sender, if a person, as
/// `notification.job`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SendNotification {
    /// Whom it is for.
    pub target: Target,
    /// What it is about.
    #[serde(rename = "type")]
    pub kind: NotificationType,
    /// How much it presses. To `all` goes only what is `urgent`.
    pub priority: Priority,
    /// What it says, in short: plain text, 1 to 200 characters (`notifications.limits.title_chars`).
    pub title: String,
    /// What else it says: plain text, at most 2,000 characters (`notifications.limits.body_chars`); may be empty.
    pub body: String,
    /// Where it leads: a path of the platform (`/classes/c-17`) or an `https` address, at most 2,000 characters
    /// (`notifications.limits.link_chars`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// When it is told, it takes the place of what the same sender sent under this key before, unless that was read or dismissed;
    /// 1 to 255 characters (`notifications.limits.dedupe_key_chars`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dedupe_key: Option<String>,
}

/// It will be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SendingStarted {
    /// Names it in `notification.job`.
    pub job_id: JobId,
    /// How many people it is for. Some of them may have switched it off.
    pub recipients: u64,
}

impl SendNotification {
    /// Whom it is for and what is sent, if it may be sent there and says what it must.
    pub fn checked(self, limits: &Limits) -> Result<(Target, Draft), NotificationError> {
        self.target.check(self.priority)?;
        let draft = Draft {
            kind: self.kind,
            priority: self.priority,
            title: self.title,
            body: self.body,
            link: self.link,
            dedupe_key: self.dedupe_key,
        };
        Ok((self.target, draft.checked(limits)?))
    }
}
