//! A notice, what is asked and answered about one, and who hears of one.

mod requests;

use homeroom_contract::schemars::JsonSchema;
use homeroom_contract::{
    ClassId, Code, Delivery, DomainEvent, Failure, FieldError, Room, UserId, events, field, id,
};
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
    /// It says nothing, or too much.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// Only those who teach the class, or run its school, may pin.
    #[error("You may not pin notices here.")]
    NotAllowed,
}

impl From<NoticeError> for Failure {
    fn from(error: NoticeError) -> Self {
        match error {
            NoticeError::Field(error) => error.into(),
            NoticeError::NotAllowed => Failure::new(Code::Unauthorized, error.to_string()),
        }
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
        field::text("text", &self.text, limits.text_chars)?;
        Ok(self)
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

events! {
    durable NoticePinnedWsEvent = "notice.pinned";
}
