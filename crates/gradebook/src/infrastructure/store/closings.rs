//! Which grading periods have been told as closed, class by class.

use homeroom_contract::{AcademicSessionId, ClassId, TenantId, Timestamp};
use homeroom_journal::{Conn, DatabaseError, sql};

use super::unreadable;

/// The classes that have line items in that period and weren't told that it is closed, since it ended at that instant: what was
/// told before was of an earlier end, and the period was open again in between.
pub(crate) async fn untold(
    conn: &mut Conn,
    tenant: &TenantId,
    session: &AcademicSessionId,
    ended: Timestamp,
) -> Result<Vec<ClassId>, DatabaseError> {
    let ids = sql!(conn, |c| sqlx::query_scalar::<_, String>(
        "SELECT DISTINCT i.class_id FROM gradebook_line_items i \
         WHERE i.tenant_id = $1 AND i.academic_session_id = $2 AND i.active AND NOT EXISTS (\
         SELECT 1 FROM gradebook_closings c WHERE c.tenant_id = i.tenant_id AND c.class_id = i.class_id \
         AND c.academic_session_id = i.academic_session_id AND c.noticed_at >= $3) ORDER BY i.class_id"
    )
    .bind(tenant.as_str())
    .bind(session.as_str())
    .bind(ended.to_utc())
    .fetch_all(c))?;
    ids.into_iter().map(|id| ClassId::new(id).map_err(unreadable)).collect()
}

/// Notes that the class is told with this transaction; false if it has been told since that end. Another node that is about to tell
/// it waits here.
pub(crate) async fn tell(
    conn: &mut Conn,
    tenant: &TenantId,
    class: &ClassId,
    session: &AcademicSessionId,
    ended: Timestamp,
    at: Timestamp,
) -> Result<bool, DatabaseError> {
    let noted = sql!(conn, |c| sqlx::query(
        "INSERT INTO gradebook_closings (tenant_id, class_id, academic_session_id, noticed_at) \
         VALUES ($1, $2, $3, $4) ON CONFLICT (tenant_id, class_id, academic_session_id) DO UPDATE \
         SET noticed_at = excluded.noticed_at WHERE gradebook_closings.noticed_at < $5"
    )
    .bind(tenant.as_str())
    .bind(class.as_str())
    .bind(session.as_str())
    .bind(at.to_utc())
    .bind(ended.to_utc())
    .execute(c))?;
    Ok(noted == 1)
}
