//! Guardians and children.
//!
//! A guardian of S is somebody who is linked with S by `agentSourcedIds` in either direction and holds the role guardian or
//! parent. A link to a plain teacher or a relative says nothing.

use chrono::NaiveDate;
use homeroom_contract::{TenantId, UserId};
use homeroom_journal::{Conn, sql};

use super::is_guardian;
use crate::RosterError;

const GUARDIANS: &str = concat!(
    "SELECT DISTINCT k.kin_id FROM kin k \
     JOIN people p ON p.tenant_id = k.tenant_id AND p.user_id = k.kin_id AND p.active AND p.enabled \
     WHERE k.tenant_id = $2 AND k.person_id = $3 AND ",
    is_guardian!("k.kin_id"),
    " ORDER BY k.kin_id",
);

const CHILDREN: &str = concat!(
    "SELECT DISTINCT k.kin_id FROM kin k \
     JOIN people p ON p.tenant_id = k.tenant_id AND p.user_id = k.kin_id AND p.active \
     JOIN people a ON a.tenant_id = k.tenant_id AND a.user_id = k.person_id AND a.active AND a.enabled \
     WHERE k.tenant_id = $2 AND k.person_id = $3 AND ",
    is_guardian!("$3"),
    " ORDER BY k.kin_id",
);

/// The guardians of a person who may act.
pub(crate) async fn guardians_of(
    conn: &mut Conn,
    tenant: &TenantId,
    child: &UserId,
    today: NaiveDate,
) -> Result<Vec<UserId>, RosterError> {
    relatives(conn, GUARDIANS, tenant, child, today).await
}

/// Those whose guardian a person is.
pub(crate) async fn children_of(
    conn: &mut Conn,
    tenant: &TenantId,
    adult: &UserId,
    today: NaiveDate,
) -> Result<Vec<UserId>, RosterError> {
    relatives(conn, CHILDREN, tenant, adult, today).await
}

async fn relatives(
    conn: &mut Conn,
    question: &'static str,
    tenant: &TenantId,
    person: &UserId,
    today: NaiveDate,
) -> Result<Vec<UserId>, RosterError> {
    let ids = sql!(conn, |c| sqlx::query_scalar::<_, String>(question)
        .bind(today)
        .bind(tenant.as_str())
        .bind(person.as_str())
        .fetch_all(c))?;
    Ok(ids.iter().filter_map(|id| UserId::new(id).ok()).collect())
}
