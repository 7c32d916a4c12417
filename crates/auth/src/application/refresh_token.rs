//! `token:refresh`: a new pair for a refresh token, which is spent by it.

use homeroom_contract::{Actor, Call, Command, Committed, Request, Standing};
use homeroom_journal::Tx;
use schemars::JsonSchema;
use serde::Deserialize;

use super::pair::{hash, refuse_key};
use super::revoke_token::session_restriction;
use super::{Auth, TOKENS, TokenPair, require};
use crate::domain::{RefreshTokenReused, SessionRefreshed};
use crate::store::sessions::Spent;
use crate::store::{next_version, restrictions, sessions};
use crate::{AuthError, Provenance};

/// A new pair of tokens for a refresh token, which is spent by it. A refresh token that comes a second time ends its session at
/// once, the newest tokens of it included: one of the two who had it has stolen it. So send one request at a time for a session,
/// and when its answer is lost, begin a new session with `token:issue`. Needs the scope `auth:tokens`, and no `clientId`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefreshToken {
    /// The refresh token.
    pub refresh_token: String,
}

impl Request for RefreshToken {
    const NAME: &'static str = "token:refresh";
}

impl Command for RefreshToken {
    type Reply = TokenPair;
}

pub(crate) async fn refresh_token(
    auth: Auth,
    call: Call,
    refresh: RefreshToken,
) -> Result<Committed<TokenPair>, AuthError> {
    require(&call, TOKENS)?;
    refuse_key(&call)?;
    let tenant = &call.actor.tenant;
    let mut tx = auth.gate.journal.begin(&call).await?;
    let spent = sessions::spend(&mut tx, tenant, &hash(&refresh.refresh_token), call.at).await?;
    let session = match spent {
        Spent::Now(session) => session,
        Spent::Unknown => return Err(AuthError::NoSuchRefreshToken),
        Spent::Before(session) => {
            end_stolen(&auth, tx, &call, &session).await?;
            return Err(AuthError::Reused);
        }
    };
    let until = call.at.plus(auth.gate.settings.refresh_token());
    let user = sessions::carry_on(&mut tx, tenant, &session, until).await?.ok_or(AuthError::Revoked)?;
    let person = Actor::person(tenant.clone(), user.clone());
    auth.gate.check(&person, &Provenance::new_at(call.at))?;
    match auth.directory.standing(&person).await.map_err(AuthError::Directory)? {
        Standing::Active => {}
        Standing::Disabled => return Err(AuthError::Disabled(user.to_string())),
        Standing::Unknown => return Err(AuthError::Unknown(user.to_string())),
    }
    let made = auth.make_pair(&call, &session, &user)?;
    let until = made.pair.refresh_expires_at;
    sessions::add_token(&mut tx, tenant, &made.refresh_hash, &session, until).await?;
    tx.record(&SessionRefreshed { user: &user, session: &session, token: &made.token_id })?;
    Ok(tx.commit(made.pair).await?)
}

/// Ends a session of which a spent token came again. That is committed although the command fails.
async fn end_stolen(auth: &Auth, mut tx: Tx, call: &Call, session: &str) -> Result<(), AuthError> {
    let tenant = &call.actor.tenant;
    let Some((user, until)) = sessions::end(&mut tx, tenant, session, call.at).await? else { return Ok(()) };
    let version = next_version(&mut tx).await?;
    let restriction = session_restriction(auth, call, session, until, "A refresh token was used twice.");
    restrictions::put(&mut tx, version, &restriction).await?;
    tx.record(&RefreshTokenReused { user: &user, session })?;
    tx.commit(()).await?;
    tracing::warn!(%tenant, subject = %user, session, "a refresh token was used twice; its session is ended");
    Ok(())
}
