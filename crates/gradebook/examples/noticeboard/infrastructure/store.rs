//! The board's table. Every statement binds the tenant.

use homeroom_contract::{ClassId, TenantId, UserId};
use homeroom_journal::{Conn, DatabaseError, sql};

use crate::domain::{Notice, NoticeId};

#[derive(sqlx::FromRow)]
struct NoticeRow {
    #[sqlx(try_from = "String")]
    notice_id: NoticeId,
    #[sqlx(try_from = "String")]
    class_id: ClassId,
    text: String,
    #[sqlx(try_from = "String")]
    pinned_by: UserId,
}

impl From<NoticeRow> for Notice {
    fn from(row: NoticeRow) -> Self {
        let NoticeRow { notice_id, class_id, text, pinned_by } = row;
        Self { id: notice_id, class_id, text, pinned_by }
    }
}

/// Keeps a new notice.
pub(crate) async fn insert(conn: &mut Conn, tenant: &TenantId, notice: &Notice) -> Result<(), DatabaseError> {
    sql!(conn, |c| sqlx::query(
        "INSERT INTO notices (tenant_id, notice_id, class_id, text, pinned_by) VALUES ($1, $2, $3, $4, $5)"
    )
    .bind(tenant.as_str())
    .bind(notice.id.as_str())
    .bind(notice.class_id.as_str())
    .bind(&notice.text)
    .bind(notice.pinned_by.as_str())
    .execute(c))?;
    Ok(())
}

/// What hangs on a class's board, oldest first: ids made here sort by time.
pub(crate) async fn of_class(
    conn: &mut Conn,
    tenant: &TenantId,
    class: &ClassId,
) -> Result<Vec<Notice>, DatabaseError> {
    let rows = sql!(conn, |c| sqlx::query_as::<_, NoticeRow>(
        "SELECT notice_id, class_id, text, pinned_by FROM notices WHERE tenant_id = $1 AND class_id = $2 \
         ORDER BY notice_id"
    )
    .bind(tenant.as_str())
    .bind(class.as_str())
    .fetch_all(c))?;
    Ok(rows.into_iter().map(Notice::from).collect())
}
