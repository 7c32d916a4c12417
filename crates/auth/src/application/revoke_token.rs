//! `token:revoke`: one token, one session, or all that somebody has.

use chrono::{DateTime, Utc};
use homeroom_contract::{Call, Committed, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Auth, REVOKE, require};
use crate::AuthError;
use crate::domain::{Kind, Restriction, TokensRevoked, end_of};
use crate::store::{next_version, restrictions, sessions};

/// Makes tokens worthless: exactly one of `jti`, `sessionId` and `userId` is named. Whoever is connected with one is sent away
/// within two seconds. Needs the scope `auth:revoke`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RevokeToken {
    /// One token, by its `jti`.
    pub jti: Option<String>,
    /// One session: its access tokens (`sid`), and its refresh token.
    pub session_id: Option<String>,
    /// All tokens of a person, or of a service by its name, that were issued (`iat`) until now or don't say when. An `iat` of whole
    /// seconds counts as the beginning of its second.
    pub user_id: Option<UserId>,
    /// Until when the token, or the last token of the session, would have been good (RFC 3339): for so long the revocation is kept,
    /// on every node. To be sent with each `jti`, and with the `sessionId` of a session that the gateway didn't begin, where tokens are
    /// revoked often, as at each logout; without it the revocation is kept for `auth.keep_revocations_ms`. Not with `userId`.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Since when they are worthless.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Revoked {
    /// Now.
    pub revoked_at: Timestamp,
}

homeroom_contract::requests! {
    command RevokeToken = "token:revoke" => Revoked;
}

/// What is revoked.
enum Named {
    Token(String),
    Session(String),
    Person(UserId),
}

impl Named {
    /// The one that is named, if it can be a name.
    fn one_of(auth: &Auth, revoke: RevokeToken) -> Result<Self, AuthError> {
        match (revoke.jti, revoke.session_id, revoke.user_id) {
            (Some(jti), None, None) => auth.check_text("jti", &jti).map(|()| Self::Token(jti)),
            (None, Some(session), None) => {
                auth.check_text("sessionId", &session).map(|()| Self::Session(session))
            }
            (None, None, Some(user)) => Ok(Self::Person(user)),
            _ => Err(AuthError::NotOne),
        }
    }
}

pub(crate) async fn revoke_token(
    auth: Auth,
    call: Call,
    revoke: RevokeToken,
) -> Result<Committed<Revoked>, AuthError> {
    require(&call, REVOKE)?;
    let tenant = &call.actor.tenant;
    let always = call.at.plus(auth.gate.settings.keep_revocations());
    let expires_at = revoke.expires_at;
    let named = Named::one_of(&auth, revoke)?;
    if expires_at.is_some() && matches!(named, Named::Person(_)) {
        return Err(AuthError::ExpiryOfMany);
    }
    // One that has expired is as good as one that expires now.
    let lives = expires_at.map(|at| Timestamp::new(at).since(call.at));
    let kept_until = lives.map_or(always, |lives| end_of(call.at, lives).plus(crate::MAX_LEEWAY));
    let mut tx = auth.gate.journal.begin(&call).await?;
    let mut restriction = match named {
        Named::Token(jti) => restriction(&call, Kind::Token, &jti, kept_until),
        Named::Session(session) => {
            let ended = sessions::end(&mut tx, tenant, &session, call.at).await?;
            let until = match ended {
                Some((_, until)) => Some(until),
                None => sessions::until(&mut tx, tenant, &session).await?,
            };
            match until {
                Some(until) => session_restriction(&auth, &call, &session, until, "Revoked."),
                // A session of the platform's own is not known here; its tokens carry its name all the same.
                None => restriction(&call, Kind::Session, &session, kept_until),
            }
        }
        Named::Person(user) => {
            sessions::end_all(&mut tx, tenant, &user, call.at).await?;
            restriction(&call, Kind::Issued, user.as_str(), kept_until)
        }
    };
    let version = next_version(&mut tx).await?;
    // What was revoked for longer stays so.
    let (kind, subject) = (restriction.kind, restriction.subject.as_str());
    let before = restrictions::in_force_until(&mut tx, tenant, kind, subject).await?;
    restriction.ends_at = before.map_or(restriction.ends_at, |before| before.max(restriction.ends_at));
    restrictions::put(&mut tx, version, &restriction).await?;
    let (what, subject) = (restriction.kind.as_str(), restriction.subject.as_str());
    tx.record(&TokensRevoked { what, subject, issued_before: call.at })?;
    Ok(tx.commit(Revoked { revoked_at: call.at }).await?)
}

/// Against the tokens of a session that would have gone on until then; the last access token may be good for longer.
pub(super) fn session_restriction(
    auth: &Auth,
    call: &Call,
    session: &str,
    until: Timestamp,
    reason: &str,
) -> Restriction {
    let settings = &auth.gate.settings;
    let ends_at = until.plus(settings.access_token()).plus(crate::MAX_LEEWAY);
    Restriction {
        tenant: Some(call.actor.tenant.clone()),
        kind: Kind::Session,
        subject: session.to_owned(),
        begins_at: call.at,
        ends_at,
        reason: reason.to_owned(),
        made_by: call.actor.subject_id().to_string(),
    }
}

fn restriction(call: &Call, kind: Kind, subject: &str, ends_at: Timestamp) -> Restriction {
    Restriction {
        tenant: Some(call.actor.tenant.clone()),
        kind,
        subject: subject.to_owned(),
        begins_at: call.at,
        ends_at,
        reason: "Revoked.".to_owned(),
        made_by: call.actor.subject_id().to_string(),
    }
}
