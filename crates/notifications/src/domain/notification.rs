//! A notification: what it is about, how much it presses, what it says, and where it leads.
//!
//! What was sent has passed [`Draft::checked`]. It doesn't change any more; what becomes of it is each person's own
//! ([`Item`](crate::Item)).

use homeroom_contract::{Actor, Subject, Timestamp, UserId, field};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::link;
use crate::domain::{Limits, NotificationError, NotificationId};

/// What a notification is about. People choose by it what they want to hear of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum NotificationType {
    /// A grade is to be seen.
    GradePosted,
    /// An assignment is due soon.
    AssignmentDue,
    /// Somebody was absent or late.
    AttendanceAlert,
    /// A message has come.
    MessageReceived,
    /// A student needs attention.
    InterventionAlert,
    /// The school, the district or the platform has something to say. An urgent one can't be switched off.
    SystemAnnouncement,
    /// An assessment can be taken.
    AssessmentAvailable,
    /// Anything else.
    General,
}

impl NotificationType {
    /// Every type there is, in the order in which preferences are shown.
    pub const ALL: [Self; 8] = [
        Self::GradePosted,
        Self::AssignmentDue,
        Self::AttendanceAlert,
        Self::MessageReceived,
        Self::InterventionAlert,
        Self::SystemAnnouncement,
        Self::AssessmentAvailable,
        Self::General,
    ];

    /// Whether nobody can switch off what is of this type and that priority: an urgent announcement.
    pub fn reaches_everyone(self, priority: Priority) -> bool {
        self == Self::SystemAnnouncement && priority == Priority::Urgent
    }
}

/// How much a notification presses. Ordered from the least to the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// Whenever there is time.
    Low,
    /// As usual.
    Normal,
    /// Soon.
    High,
    /// Now: it passes quiet hours and digests.
    Urgent,
}

impl Priority {
    /// Every priority there is, from the least to the most.
    pub const ALL: [Self; 4] = [Self::Low, Self::Normal, Self::High, Self::Urgent];
}

/// In whose name a notification was sent. A service may have the name of a person, so it is said which of the two it was.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum SentBy {
    /// Somebody in the roster.
    Person {
        /// Who.
        id: UserId,
    },
    /// A backend of the platform.
    Service {
        /// Its name.
        id: UserId,
    },
}

impl SentBy {
    /// In that actor's name.
    pub fn of(actor: &Actor) -> Self {
        match &actor.subject {
            Subject::Person(id) => Self::Person { id: id.clone() },
            Subject::Service(service) => Self::Service { id: service.name.clone() },
        }
    }

    /// The person; none for a service.
    pub fn person(&self) -> Option<&UserId> {
        match self {
            Self::Person { id } => Some(id),
            Self::Service { .. } => None,
        }
    }
}

/// What somebody wants to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What it is about.
    pub kind: NotificationType,
    /// How much it presses.
    pub priority: Priority,
    /// What it says, in short.
    pub title: String,
    /// What else it says; may be empty.
    pub body: String,
    /// Where it leads, if anywhere.
    pub link: Option<String>,
    /// Under which it replaces what the same sender sent before, if under any.
    pub dedupe_key: Option<String>,
}

/// A notification as it was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notification {
    /// The notification.
    pub notification_id: NotificationId,
    /// What it is about.
    #[serde(rename = "type")]
    pub kind: NotificationType,
    /// How much it presses.
    pub priority: Priority,
    /// What it says, in short.
    pub title: String,
    /// What else it says; may be empty.
    pub body: String,
    /// Where it leads, if anywhere.
    pub link: Option<String>,
    /// Under which it replaces what the same sender sent before, if under any.
    pub dedupe_key: Option<String>,
    /// In whose name it was sent. People who receive it aren't told.
    pub sent_by: SentBy,
    /// When it was sent.
    pub sent_at: Timestamp,
}

impl Draft {
    /// The draft itself, if it may be sent: the title says something, no text is too long, and the link is sound.
    pub fn checked(self, limits: &Limits) -> Result<Self, NotificationError> {
        field::text("title", &self.title, limits.title_chars)?;
        field::chars("body", &self.body, limits.body_chars)?;
        if let Some(link) = &self.link {
            field::chars("link", link, limits.link_chars)?;
            if !link::is_sound(link) {
                return Err(NotificationError::BadLink);
            }
        }
        if let Some(key) = &self.dedupe_key {
            field::text("dedupeKey", key, limits.dedupe_key_chars)?;
        }
        Ok(self)
    }

    /// What is sent, under a new id.
    pub fn sent(self, by: SentBy, at: Timestamp, limits: &Limits) -> Result<Notification, NotificationError> {
        let draft = self.checked(limits)?;
        Ok(Notification {
            notification_id: NotificationId::generate(at),
            kind: draft.kind,
            priority: draft.priority,
            title: draft.title,
            body: draft.body,
            link: draft.link,
            dedupe_key: draft.dedupe_key,
            sent_by: by,
            sent_at: at,
        })
    }
}

impl Notification {
    /// Whether it takes the place of the other while that one is open: the same sender, the same dedupe key, and sent later.
    /// Nobody can replace what somebody else sent; when it comes into an inbox is no matter.
    pub fn replaces(&self, other: &Self) -> bool {
        let same =
            self.dedupe_key.is_some() && self.dedupe_key == other.dedupe_key && self.sent_by == other.sent_by;
        same && self.order() > other.order()
    }

    /// By which it is told what was sent later; the id tells apart what was sent in the same millisecond.
    pub(super) fn order(&self) -> (Timestamp, &NotificationId) {
        (self.sent_at, &self.notification_id)
    }
}
