//! The history of cells. Rows are only ever added.

use chrono::{DateTime, Utc};
use homeroom_contract::{LineItemId, TenantId, Timestamp, UserId};
use homeroom_journal::{Conn, DatabaseError, sql};
use sqlx::types::Json;

use super::cells::Changed;
use super::{UnknownWord, unreadable};
use crate::domain::{Change, ChangeKind, Marks};

#[derive(sqlx::FromRow)]
struct ChangeRow {
    kind: String,
    #[sqlx(try_from = "String")]
    made_by: UserId,
    made_at: DateTime<Utc>,
    old_marks: Json<Marks>,
    new_marks: Json<Marks>,
    posted: bool,
    reason: Option<String>,
}

impl TryFrom<ChangeRow> for Change {
    type Error = DatabaseError;

    fn try_from(row: ChangeRow) -> Result<Self, DatabaseError> {
        Ok(Self {
            kind: ChangeKind::parse(&row.kind).ok_or_else(|| unreadable(UnknownWord(row.kind)))?,
            by: row.made_by,
            at: Timestamp::new(row.made_at),
            old: row.old_marks.0,
            new: row.new_marks.0,
            posted: row.posted,
            reason: row.reason,
        })
    }
}

/// All changes of one cell, oldest first.
pub(crate) async fn of_cell(
    conn: &mut Conn,
    tenant: &TenantId,
    item: &LineItemId,
    student: &UserId,
) -> Result<Vec<Change>, DatabaseError> {
    let rows = sql!(conn, |c| sqlx::query_as::<_, ChangeRow>(
        "SELECT kind, made_by, made_at, old_marks, new_marks, posted, reason FROM gradebook_changes \
         WHERE tenant_id = $1 AND line_item_id = $2 AND student_id = $3 ORDER BY revision"
    )
    .bind(tenant.as_str())
    .bind(item.as_str())
    .bind(student.as_str())
    .fetch_all(c))?;
    rows.into_iter().map(Change::try_from).collect()
}

/// Adds what these cells went through.
pub(super) async fn append(
    conn: &mut Conn,
    tenant: &TenantId,
    changed: &[Changed],
) -> Result<(), DatabaseError> {
    if changed.is_empty() {
        return Ok(());
    }
    sql!(conn, |c| async {
        let mut insert = sqlx::QueryBuilder::new(
            "INSERT INTO gradebook_changes (tenant_id, line_item_id, student_id, revision, kind, made_by, made_at, \
             old_marks, new_marks, posted, reason) ",
        );
        insert.push_values(changed, |mut row, (cell, change)| {
            row.push_bind(tenant.as_str())
                .push_bind(cell.line_item_id.as_str())
                .push_bind(cell.student_id.as_str())
                .push_bind(cell.revision)
                .push_bind(change.kind.as_str())
                .push_bind(change.by.as_str())
                .push_bind(change.at.to_utc())
                .push_bind(Json(&change.old))
                .push_bind(Json(&change.new))
                .push_bind(change.posted)
                .push_bind(change.reason.as_deref());
        });
        insert.build().execute(c).await
    })?;
    Ok(())
}
