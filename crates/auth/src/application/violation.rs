//! Writing a violation down, and what follows from it, in one transaction.

use std::collections::BTreeSet;
use std::sync::Arc;

use homeroom_contract::{
    Actor, Call, Detached, InvalidId, Namespace, Service, Subject, TenantId, Timestamp, UserId,
};
use homeroom_journal::Tx;

use super::Auth;
use crate::domain::{Consequence, Kind, PersonRestricted, Restriction, Severity, ViolationRecorded, end_of};
use crate::store::violations::Violation;
use crate::store::{next_version, restrictions, violations};
use crate::{AuthError, Settings};

/// What a violation has led to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Recorded {
    pub(crate) violations: u32,
    pub(crate) consequence: Consequence,
    /// Until when a suspension or ban lasts.
    pub(crate) until: Option<Timestamp>,
}

/// Records a violation of a person of the caller's district.
pub(crate) async fn record_violation(
    tx: &mut Tx,
    settings: &Settings,
    call: &Call,
    user: &UserId,
    severity: Severity,
    message: &str,
) -> Result<Recorded, AuthError> {
    let (tenant, at) = (&call.actor.tenant, call.at);
    // First of all, so that two violations at once are counted one after the other.
    let version = next_version(tx).await?;
    let since = Timestamp::from(at.to_utc() - settings.escalation.review_window());
    let before = violations::count(tx, tenant, user, since).await?;
    let violations = before.saturating_add(u32::from(severity != Severity::Low));
    let consequence = settings.escalation.consequence(severity, violations);
    let made_by = call.actor.subject_id();
    let violation = Violation { tenant, user, severity, message, made_by, at, violations };
    violations::insert(tx, version, &violation).await?;
    tx.record(&ViolationRecorded { user, severity, message, violations })?;
    let (kind, lasts) = match consequence {
        Consequence::Nothing | Consequence::Warning => {
            return Ok(Recorded { violations, consequence, until: None });
        }
        Consequence::Suspension(lasts) => (Kind::Suspended, lasts),
        Consequence::Ban(lasts) => (Kind::Banned, lasts),
    };
    let mut restriction = Restriction {
        tenant: Some(tenant.clone()),
        kind,
        subject: user.to_string(),
        begins_at: at,
        ends_at: end_of(at, lasts),
        reason: message.to_owned(),
        made_by: made_by.to_string(),
    };
    // A longer one that is in force stays: another violation doesn't make it shorter.
    match restrictions::in_force_until(tx, tenant, kind, user.as_str()).await? {
        Some(until) if until >= restriction.ends_at => restriction.ends_at = until,
        _ => {
            restrictions::put(tx, version, &restriction).await?;
            tx.record(&PersonRestricted::by(&restriction))?;
        }
    }
    Ok(Recorded { violations, consequence, until: Some(restriction.ends_at) })
}

/// A call that no client made, by something of the gateway's own.
pub(crate) fn own_call(
    tenant: &TenantId,
    name: &str,
    scopes: &[&str],
    at: Timestamp,
) -> Result<Call, InvalidId> {
    let scopes: BTreeSet<_> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    let subject = Subject::Service(Service { name: UserId::new(name)?, scopes });
    Ok(Call {
        actor: Actor { tenant: tenant.clone(), subject },
        at,
        namespace: Auth::NAME,
        command: "own",
        client_id: None,
        digest: [0; 32],
        session: Arc::new(Detached),
    })
}

/// A call by the gateway itself, for what nobody asked for.
pub(crate) fn automatic_call(tenant: &TenantId, at: Timestamp) -> Result<Call, InvalidId> {
    own_call(tenant, "gateway", &[], at)
}
