//! `assessment:answers`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::AttemptId;

/// What a student has handed in and what it is worth, by the server's marking. Teachers of the class and administrators over it;
/// not aides and proctors. `LOCKED` as long as the student writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReadAnswers {
    /// The attempt.
    pub attempt_id: AttemptId,
}
