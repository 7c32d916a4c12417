//! `user:warn`: a violation that a moderator has seen.

use homeroom_contract::{Call, Committed, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::violation::Recorded;
use super::{Auth, MODERATE, record_violation, require};
use crate::AuthError;
use crate::domain::{Consequence, Severity};

/// Writes down that a person did what should not be done, with what follows from it: `medium` warns (`security:warning`), and
/// from 5 within the hour on suspends, from 10 on bans; `high` suspends, `critical` bans at once; `low` is only written down.
/// Needs the scope `auth:moderate`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WarnUser {
    /// The person.
    pub user_id: UserId,
    /// How bad it is.
    pub severity: Severity,
    /// What it is about, in a sentence that the person is told.
    pub message: String,
}

/// What followed.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Warned {
    /// How many violations count now, with this one.
    pub violations: u32,
    /// What follows from it.
    pub outcome: WarnOutcome,
    /// Until when the person may not be here (exclusive).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// What follows from a violation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WarnOutcome {
    /// Nothing.
    Nothing,
    /// The person is warned.
    Warned,
    /// The person is suspended.
    Suspended,
    /// The person is banned.
    Banned,
}

homeroom_contract::requests! {
    command WarnUser = "user:warn" => Warned;
}

pub(crate) async fn warn_user(
    auth: Auth,
    call: Call,
    warn: WarnUser,
) -> Result<Committed<Warned>, AuthError> {
    require(&call, MODERATE)?;
    auth.check_text("message", &warn.message)?;
    auth.require_known(&call, &warn.user_id).await?;
    let mut tx = auth.gate.journal.begin(&call).await?;
    let WarnUser { user_id, severity, message } = warn;
    let settings = &auth.gate.settings;
    let recorded = record_violation(&mut tx, settings, &call, &user_id, severity, &message).await?;
    let Recorded { violations, consequence, until } = recorded;
    let outcome = match consequence {
        Consequence::Nothing => WarnOutcome::Nothing,
        Consequence::Warning => WarnOutcome::Warned,
        Consequence::Suspension(_) => WarnOutcome::Suspended,
        Consequence::Ban(_) => WarnOutcome::Banned,
    };
    Ok(tx.commit(Warned { violations, outcome, until }).await?)
}
