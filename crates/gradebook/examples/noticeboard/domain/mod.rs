//! A notice, what is asked and answered about one, and who hears of one.

mod requests;

use homeroom_contract::schemars::JsonSchema;
use homeroom_contract::{ClassId, Code, Delivery, DomainEvent, Durable, Event, Failure, Room, UserId, id};
use serde::{Deserialize, Serialize};

pub(crate) use requests::{Board, JoinBoard, PinNotice, Pinned};

id! {
    /// A notice.
    pub(crate) NoticeId
}

/// How much one request may bring. More is `PAYLOAD_TOO_LARGE`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Limits {
    /// Characters of a notice (500).
    pub(crate) text_chars: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { text_chars: 500 }
    }
}

/// Why a notice isn't pinned.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoticeError {
    /// It says nothing.
    #[error("A notice must say something.")]
    Blank,
    /// It says too much.
    #[error("A notice has at most {most} characters.")]
    TooLong {
        /// The most characters.
        most: usize,
    },
    /// Only those who teach the class, or run its school, may pin.
    #[error("You may not pin notices here.")]
    NotAllowed,
}

impl From<NoticeError> for Failure {
    fn from(error: NoticeError) -> Self {
        let code = match error {
            NoticeError::Blank => Code::ValidationError,
            NoticeError::TooLong { .. } => Code::PayloadTooLarge,
            NoticeError::NotAllowed => Code::Unauthorized,
        };
        Failure::new(code, error.to_string())
    }
}

/// What hangs on a class's board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Notice {
    /// The notice.
    #[serde(rename = "noticeId")]
    pub(crate) id: NoticeId,
    /// The class.
    pub(crate) class_id: ClassId,
    /// What it says.
    pub(crate) text: String,
    /// Who pinned it.
    pub(crate) pinned_by: UserId,
}

impl Notice {
    /// The notice itself, if it may hang there.
    pub(crate) fn checked(self, limits: &Limits) -> Result<Self, NoticeError> {
        match self.text.chars().count() {
            _ if self.text.trim().is_empty() => Err(NoticeError::Blank),
            chars if chars > limits.text_chars => Err(NoticeError::TooLong { most: limits.text_chars }),
            _ => Ok(self),
        }
    }
}

/// A notice was pinned.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NoticePinned {
    /// The notice.
    pub(crate) notice: Notice,
}

impl DomainEvent for NoticePinned {
    const KIND: &'static str = "NoticePinned";

    fn deliveries(&self) -> Vec<Delivery> {
        let everyone = Room::class(&self.notice.class_id);
        vec![Delivery::new([everyone], &NoticePinnedWsEvent(self.notice.clone()))]
    }
}

/// A notice was pinned to the class's board.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct NoticePinnedWsEvent(Notice);

impl Event for NoticePinnedWsEvent {
    const NAME: &'static str = "notice.pinned";
}

impl Durable for NoticePinnedWsEvent {}
