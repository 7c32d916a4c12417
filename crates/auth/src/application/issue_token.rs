//! `token:issue`: a first pair of tokens for somebody who has logged in at the platform.

use homeroom_contract::{Actor, Call, Committed, Standing, Timestamp, UserId, new_id};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::pair::refuse_key;
use super::{Auth, TOKENS, require};
use crate::domain::SessionStarted;
use crate::store::sessions;
use crate::{AuthError, Provenance};

/// Begins a session for a person whom the platform has logged in: an access token and a refresh token. Needs the scope
/// `auth:tokens`, and no `clientId`: a secret is given out once and never stored.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct IssueToken {
    /// The person, by the roster's id.
    pub user_id: UserId,
}

/// A pair of tokens. Each refresh token is good once.
#[derive(Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokenPair {
    /// For the gateway, as `auth.token` or `Authorization: Bearer`.
    pub access_token: String,
    /// Until when it is good (exclusive).
    pub access_expires_at: Timestamp,
    /// For `token:refresh`.
    pub refresh_token: String,
    /// Until when it is good (exclusive).
    pub refresh_expires_at: Timestamp,
    /// The session, for `token:revoke`.
    pub session_id: String,
}

homeroom_contract::requests! {
    command IssueToken = "token:issue" => TokenPair;
}

pub(crate) async fn issue_token(
    auth: Auth,
    call: Call,
    issue: IssueToken,
) -> Result<Committed<TokenPair>, AuthError> {
    require(&call, TOKENS)?;
    refuse_key(&call)?;
    let user = issue.user_id;
    if auth.require_known(&call, &user).await? == Standing::Disabled {
        return Err(AuthError::Disabled(user.to_string()));
    }
    let tenant = &call.actor.tenant;
    auth.gate.check(&Actor::person(tenant.clone(), user.clone()), &Provenance::new_at(call.at))?;
    let session = new_id(call.at).to_string();
    let made = auth.make_pair(&call, &session, &user)?;
    let until = made.pair.refresh_expires_at;
    let mut tx = auth.gate.journal.begin(&call).await?;
    sessions::begin(&mut tx, tenant, &session, &user, call.at, until).await?;
    sessions::add_token(&mut tx, tenant, &made.refresh_hash, &session, until).await?;
    tx.record(&SessionStarted { user: &user, session: &session, token: &made.token_id })?;
    Ok(tx.commit(made.pair).await?)
}
