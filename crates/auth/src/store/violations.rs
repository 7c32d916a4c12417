//! What people were warned of.

use chrono::{DateTime, Utc};
use homeroom_contract::{TenantId, Timestamp, UserId};
use homeroom_journal::{Conn, DatabaseError, sql};

use super::BATCH;
use crate::domain::Severity;

/// A violation that is about to be written.
#[derive(Debug)]
pub(crate) struct Violation<'a> {
    pub(crate) tenant: &'a TenantId,
    pub(crate) user: &'a UserId,
    pub(crate) severity: Severity,
    pub(crate) message: &'a str,
    pub(crate) made_by: &'a UserId,
    pub(crate) at: Timestamp,
    /// How many count, with this one.
    pub(crate) violations: u32,
}

/// A warning that a person has to be told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The district.
    pub tenant: TenantId,
    /// The person.
    pub user: UserId,
    /// What it is about, a sentence for the person.
    pub message: String,
    /// How many violations count, with this one.
    pub violations: u32,
    /// When.
    pub at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(try_from = "String")]
    tenant_id: TenantId,
    #[sqlx(try_from = "String")]
    user_id: UserId,
    message: String,
    violations: i64,
    recorded_at: DateTime<Utc>,
}

/// How many violations of a person count that are not older than `since`.
pub(crate) async fn count(
    conn: &mut Conn,
    tenant: &TenantId,
    user: &UserId,
    since: Timestamp,
) -> Result<u32, DatabaseError> {
    const QUESTION: &str = "SELECT COUNT(*) FROM auth_violations \
         WHERE tenant_id = $1 AND user_id = $2 AND recorded_at >= $3 AND severity <> $4";
    let count = sql!(conn, |c| sqlx::query_scalar::<_, i64>(QUESTION)
        .bind(tenant.as_str())
        .bind(user.as_str())
        .bind(since.to_utc())
        .bind(Severity::Low.as_str())
        .fetch_one(c))?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Writes one down.
pub(crate) async fn insert(
    conn: &mut Conn,
    version: i64,
    violation: &Violation<'_>,
) -> Result<(), DatabaseError> {
    const INSERT: &str = "INSERT INTO auth_violations \
         (tenant_id, user_id, version, severity, message, made_by, recorded_at, violations) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(violation.tenant.as_str())
        .bind(violation.user.as_str())
        .bind(version)
        .bind(violation.severity.as_str())
        .bind(violation.message)
        .bind(violation.made_by.as_str())
        .bind(violation.at.to_utc())
        .bind(i64::from(violation.violations))
        .execute(c))?;
    Ok(())
}

/// The warnings after that version, in order.
pub(crate) async fn warnings_since(conn: &mut Conn, version: i64) -> Result<Vec<Warning>, DatabaseError> {
    const QUESTION: &str = "SELECT tenant_id, user_id, message, violations, recorded_at FROM auth_violations \
         WHERE version > $1 AND severity = $2 ORDER BY version";
    let rows = sql!(conn, |c| sqlx::query_as::<_, Row>(QUESTION)
        .bind(version)
        .bind(Severity::Medium.as_str())
        .fetch_all(c))?;
    Ok(rows
        .into_iter()
        .map(|row| Warning {
            tenant: row.tenant_id,
            user: row.user_id,
            message: row.message,
            violations: u32::try_from(row.violations).unwrap_or(u32::MAX),
            at: Timestamp::new(row.recorded_at),
        })
        .collect())
}

/// Forgets a person's; tells how many there were.
pub(crate) async fn forget(conn: &mut Conn, tenant: &TenantId, user: &UserId) -> Result<u64, DatabaseError> {
    const FORGET: &str = "DELETE FROM auth_violations WHERE tenant_id = $1 AND user_id = $2";
    sql!(conn, |c| sqlx::query(FORGET).bind(tenant.as_str()).bind(user.as_str()).execute(c))
}

/// Deletes some of those from before that instant; tells how many.
pub(crate) async fn purge(conn: &mut Conn, before: Timestamp) -> Result<u64, DatabaseError> {
    const PURGE: &str = "DELETE FROM auth_violations WHERE (tenant_id, user_id, version) IN \
         (SELECT tenant_id, user_id, version FROM auth_violations WHERE recorded_at < $1 LIMIT $2)";
    sql!(conn, |c| sqlx::query(PURGE).bind(before.to_utc()).bind(BATCH).execute(c))
}
