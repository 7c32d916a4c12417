//! `user:ban`, `user:suspend`, `user:pardon`.

use std::time::Duration;

use homeroom_contract::{Call, Committed, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Auth, MODERATE, require};
use crate::AuthError;
use crate::domain::{FOR_GOOD, Kind, PersonPardoned, PersonRestricted, Restriction, end_of};
use crate::store::{next_version, restrictions, violations};

/// Bans a person: refused with `BANNED`, and sent away within two seconds. Takes the place of an earlier ban. Needs the scope
/// `auth:moderate`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BanUser {
    /// The person.
    pub user_id: UserId,
    /// Why, in a sentence that the person is told.
    pub reason: String,
    /// For how many seconds; without it for good.
    pub duration_sec: Option<u32>,
}

/// Suspends a person for a while: refused with `SUSPENDED`, and sent away within two seconds. Takes the place of an earlier
/// suspension. Needs the scope `auth:moderate`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SuspendUser {
    /// The person.
    pub user_id: UserId,
    /// Why, in a sentence that the person is told.
    pub reason: String,
    /// For how many seconds.
    pub duration_sec: u32,
}

/// Lifts a person's ban and suspension, and forgets the violations. Needs the scope `auth:moderate`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PardonUser {
    /// The person.
    pub user_id: UserId,
}

/// Until when somebody may not be here.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Restricted {
    /// Until then (exclusive).
    pub until: Timestamp,
}

/// What was lifted.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Pardoned {
    /// Whether there was a ban or a suspension.
    pub lifted: bool,
    /// How many violations were forgotten.
    pub forgotten: u64,
}

homeroom_contract::requests! {
    command BanUser = "user:ban" => Restricted;
    command SuspendUser = "user:suspend" => Restricted;
    command PardonUser = "user:pardon" => Pardoned;
}

pub(crate) async fn ban_user(
    auth: Auth,
    call: Call,
    ban: BanUser,
) -> Result<Committed<Restricted>, AuthError> {
    let lasts = ban.duration_sec.map_or(FOR_GOOD, |secs| Duration::from_secs(secs.into()));
    restrict(&auth, &call, Kind::Banned, &ban.user_id, ban.reason, lasts).await
}

pub(crate) async fn suspend_user(
    auth: Auth,
    call: Call,
    suspend: SuspendUser,
) -> Result<Committed<Restricted>, AuthError> {
    let lasts = Duration::from_secs(suspend.duration_sec.into());
    restrict(&auth, &call, Kind::Suspended, &suspend.user_id, suspend.reason, lasts).await
}

async fn restrict(
    auth: &Auth,
    call: &Call,
    kind: Kind,
    user: &UserId,
    reason: String,
    lasts: Duration,
) -> Result<Committed<Restricted>, AuthError> {
    require(call, MODERATE)?;
    auth.check_text("reason", &reason)?;
    if lasts.is_zero() {
        return Err(AuthError::NoDuration);
    }
    auth.require_known(call, user).await?;
    let restriction = Restriction {
        tenant: Some(call.actor.tenant.clone()),
        kind,
        subject: user.to_string(),
        begins_at: call.at,
        ends_at: end_of(call.at, lasts),
        reason,
        made_by: call.actor.subject_id().to_string(),
    };
    let mut tx = auth.gate.journal.begin(call).await?;
    let version = next_version(&mut tx).await?;
    restrictions::put(&mut tx, version, &restriction).await?;
    tx.record(&PersonRestricted::by(&restriction))?;
    Ok(tx.commit(Restricted { until: restriction.ends_at }).await?)
}

pub(crate) async fn pardon_user(
    auth: Auth,
    call: Call,
    pardon: PardonUser,
) -> Result<Committed<Pardoned>, AuthError> {
    require(&call, MODERATE)?;
    let (tenant, user) = (&call.actor.tenant, &pardon.user_id);
    let mut tx = auth.gate.journal.begin(&call).await?;
    let version = next_version(&mut tx).await?;
    let kinds = [Kind::Banned, Kind::Suspended];
    let lifted =
        restrictions::lift(&mut tx, version, tenant.as_str(), &kinds, user.as_str(), call.at).await?;
    let forgotten = violations::forget(&mut tx, tenant, user).await?;
    tx.record(&PersonPardoned { user })?;
    Ok(tx.commit(Pardoned { lifted, forgotten }).await?)
}
