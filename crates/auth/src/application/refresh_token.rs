//! `token:refresh`: a new pair for a refresh token, which is spent by it.

use homeroom_contract::{Actor, Call, Committed, Standing, TenantId};
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

homeroom_contract::requests! {
    command RefreshToken = "token:refresh" => TokenPair;
}

pub(crate) async fn refresh_token(
    auth: Auth,
    call: Call,
    refresh: RefreshToken,
) -> Result<Committed<TokenPair>, AuthError> {
    require(&call, TOKENS)?;
    refuse_key(&call)?;
    let tenant = &call.actor.tenant;
    let hash = hash(&refresh.refresh_token);
    // Before the transaction has a connection: the roster takes one of its own.
    let standing = standing(&auth, tenant, &hash).await?;
    let mut tx = auth.gate.journal.begin(&call).await?;
    let session = match sessions::spend(&mut tx, tenant, &hash, call.at).await? {
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
    match standing {
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

/// What the roster says of the person whose refresh token it is; that never becomes another's.
async fn standing(auth: &Auth, tenant: &TenantId, hash: &[u8; 32]) -> Result<Standing, AuthError> {
    let mut conn = auth.gate.journal.database().lookup().await?;
    let holder = sessions::holder(&mut conn, tenant, hash).await?;
    drop(conn);
    let person = Actor::person(tenant.clone(), holder.ok_or(AuthError::NoSuchRefreshToken)?);
    auth.directory.standing(&person).await.map_err(AuthError::Directory)
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
