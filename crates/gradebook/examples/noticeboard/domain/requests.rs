//! What a client may ask of a board and what it is answered: read and written here, written and read by any other service.

use homeroom_contract::schemars::JsonSchema;
use homeroom_contract::{ClassId, requests};
use serde::{Deserialize, Serialize};

use super::{Notice, NoticeId};

/// Pins a notice to a class's board, for everyone in the class. Teachers and aides of the class, and administrators over it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PinNotice {
    /// The class; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) class_id: Option<ClassId>,
    /// What it says, 1 to 500 characters.
    pub(crate) text: String,
}

/// The notice hangs.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Pinned {
    /// The notice.
    pub(crate) notice_id: NoticeId,
}

/// Joins a class's board: what hangs there, and every notice from now on.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JoinBoard {
    /// The class.
    pub(crate) class_id: ClassId,
}

/// What hangs there.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Board {
    /// The notices, oldest first.
    pub(crate) notices: Vec<Notice>,
}

requests! {
    join JoinBoard = "noticeboard:join" => Board;
    command PinNotice = "notice:pin" => Pinned;
}
