//! Restrictions: who may not be here although the token is good.

use chrono::{DateTime, Utc};
use homeroom_contract::{TenantId, Timestamp};
use homeroom_journal::{Conn, DatabaseError, sql};

use super::BATCH;
use crate::domain::{Kind, Restriction};

/// A restriction as a node reads it: where it stands in the order of changes, and whether it is in force at all.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) restriction: Restriction,
    pub(crate) lifted: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    tenant_id: String,
    kind: String,
    subject: String,
    version: i64,
    begins_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    reason: String,
    made_by: String,
    lifted: bool,
}

impl Row {
    /// None for a kind that a newer version of the gateway knows.
    fn read(self) -> Option<Change> {
        let restriction = Restriction {
            tenant: TenantId::new(self.tenant_id).ok(),
            kind: Kind::parse(&self.kind)?,
            subject: self.subject,
            begins_at: Timestamp::new(self.begins_at),
            ends_at: Timestamp::new(self.ends_at),
            reason: self.reason,
            made_by: self.made_by,
        };
        Some(Change { restriction, lifted: self.lifted })
    }
}

/// How far the changes have been read. Several may have one version: what is lifted at once.
#[derive(Debug)]
pub(crate) struct Bookmark {
    version: i64,
    tenant_id: String,
    kind: String,
    subject: String,
}

impl Bookmark {
    /// Behind all changes up to and with that version.
    pub(crate) fn after(version: i64) -> Self {
        let (tenant_id, kind, subject) = (String::new(), String::new(), String::new());
        Self { version: version.saturating_add(1), tenant_id, kind, subject }
    }
}

/// What was changed behind the bookmark, in order, which moves on; also what is over, since it may have taken the place of something
/// longer. A page at a time, so that no statement takes long however many there are; none when there is nothing more.
pub(crate) async fn page(
    conn: &mut Conn,
    bookmark: &mut Bookmark,
) -> Result<Option<Vec<Change>>, DatabaseError> {
    const QUESTION: &str = "SELECT tenant_id, kind, subject, version, begins_at, ends_at, reason, made_by, lifted \
         FROM auth_restrictions WHERE version >= $1 AND (version, tenant_id, kind, subject) > ($1, $2, $3, $4) \
         ORDER BY version, tenant_id, kind, subject LIMIT $5";
    let rows = sql!(conn, |c| sqlx::query_as::<_, Row>(QUESTION)
        .bind(bookmark.version)
        .bind(&bookmark.tenant_id)
        .bind(&bookmark.kind)
        .bind(&bookmark.subject)
        .bind(BATCH)
        .fetch_all(c))?;
    let Some(last) = rows.last() else { return Ok(None) };
    *bookmark = Bookmark {
        version: last.version,
        tenant_id: last.tenant_id.clone(),
        kind: last.kind.clone(),
        subject: last.subject.clone(),
    };
    Ok(Some(rows.into_iter().filter_map(Row::read).collect()))
}

/// Puts a restriction in force, in place of one of the same kind for the same subject.
pub(crate) async fn put(
    conn: &mut Conn,
    version: i64,
    restriction: &Restriction,
) -> Result<(), DatabaseError> {
    const PUT: &str = "INSERT INTO auth_restrictions \
         (tenant_id, kind, subject, version, begins_at, ends_at, reason, made_by, lifted) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, false) ON CONFLICT (tenant_id, kind, subject) DO UPDATE SET \
         version = excluded.version, begins_at = excluded.begins_at, ends_at = excluded.ends_at, \
         reason = excluded.reason, made_by = excluded.made_by, lifted = false";
    sql!(conn, |c| sqlx::query(PUT)
        .bind(restriction.scope())
        .bind(restriction.kind.as_str())
        .bind(&restriction.subject)
        .bind(version)
        .bind(restriction.begins_at.to_utc())
        .bind(restriction.ends_at.to_utc())
        .bind(&restriction.reason)
        .bind(&restriction.made_by)
        .execute(c))?;
    Ok(())
}

/// Until when such a restriction is in force, if one is.
pub(crate) async fn in_force_until(
    conn: &mut Conn,
    tenant: &TenantId,
    kind: Kind,
    subject: &str,
) -> Result<Option<Timestamp>, DatabaseError> {
    const QUESTION: &str = "SELECT ends_at FROM auth_restrictions \
         WHERE tenant_id = $1 AND kind = $2 AND subject = $3 AND NOT lifted";
    let until = sql!(conn, |c| sqlx::query_scalar::<_, DateTime<Utc>>(QUESTION)
        .bind(tenant.as_str())
        .bind(kind.as_str())
        .bind(subject)
        .fetch_optional(c))?;
    Ok(until.map(Timestamp::new))
}

/// Lifts restrictions of these kinds for a subject; `scope` is the district, empty for an address. False if none was in force.
pub(crate) async fn lift(
    conn: &mut Conn,
    version: i64,
    scope: &str,
    kinds: &[Kind],
    subject: &str,
    now: Timestamp,
) -> Result<bool, DatabaseError> {
    const LIFT: &str = "UPDATE auth_restrictions SET lifted = true, version = $4 \
         WHERE tenant_id = $1 AND kind = $2 AND subject = $3 AND NOT lifted AND ends_at > $5";
    let mut lifted = 0;
    for kind in kinds {
        lifted += sql!(conn, |c| sqlx::query(LIFT)
            .bind(scope)
            .bind(kind.as_str())
            .bind(subject)
            .bind(version)
            .bind(now.to_utc())
            .execute(c))?;
    }
    Ok(lifted > 0)
}

/// Deletes some of what was over by then; tells how many.
pub(crate) async fn purge(conn: &mut Conn, before: Timestamp) -> Result<u64, DatabaseError> {
    const PURGE: &str = "DELETE FROM auth_restrictions WHERE (tenant_id, kind, subject) IN \
         (SELECT tenant_id, kind, subject FROM auth_restrictions WHERE ends_at <= $1 LIMIT $2)";
    sql!(conn, |c| sqlx::query(PURGE).bind(before.to_utc()).bind(BATCH).execute(c))
}
