//! `lineItems.csv`. Teachers go on meanwhile: what they have changed since the import looked is let be, for it is theirs from then
//! on. So nothing is looked at twice.

use std::collections::HashMap;

use chrono::NaiveDate;
use homeroom_contract::{LineItemId, TenantId};
use homeroom_journal::{Conn, DatabaseError, Dialect, sql};
use homeroom_roster::{Origin, Part, Tally, oneroster};

use super::super::BATCH;
use super::{Changes, Kept, origin};

#[derive(sqlx::FromRow)]
struct KeptLineItem {
    #[sqlx(try_from = "String")]
    line_item_id: LineItemId,
    class_id: String,
    academic_session_id: String,
    category_id: Option<String>,
    title: String,
    assign_date: NaiveDate,
    due_date: NaiveDate,
    result_value_min: Option<f64>,
    result_value_max: Option<f64>,
    version: i64,
    imported: bool,
    active: bool,
}

async fn kept(conn: &mut Conn, tenant: &TenantId) -> Result<Vec<KeptLineItem>, DatabaseError> {
    sql!(conn, |c| sqlx::query_as::<_, KeptLineItem>(
        "SELECT * FROM gradebook_line_items WHERE tenant_id = $1"
    )
    .bind(tenant.as_str())
    .fetch_all(c))
}

/// The line items that there are.
pub(crate) async fn known(
    conn: &mut Conn,
    tenant: &TenantId,
) -> Result<HashMap<LineItemId, Origin>, DatabaseError> {
    let kept = kept(conn, tenant).await?.into_iter().filter(|kept| kept.active);
    Ok(kept.map(|kept| (kept.line_item_id, origin(kept.imported))).collect())
}

/// Takes over one tenant's rows.
pub(crate) async fn apply(
    conn: &mut Conn,
    tenant: &TenantId,
    part: &Part<oneroster::LineItem>,
) -> Result<Tally, DatabaseError> {
    let kept = kept(conn, tenant).await?;
    let Changes { written, gone, mut tally } = Changes::between(&kept, part, |row| row.id.as_str());
    let overtaken = tally.added + tally.changed - upsert(conn, tenant, &written).await?;
    // Only what was there already can have been changed by somebody.
    tally.changed = tally.changed.saturating_sub(overtaken);
    tally.unchanged += overtaken;
    tally.removed = remove(conn, tenant, &gone).await?;
    Ok(tally)
}

impl Kept<oneroster::LineItem> for KeptLineItem {
    fn id(&self) -> &str {
        self.line_item_id.as_str()
    }

    fn is_imported(&self) -> bool {
        self.imported
    }

    fn is_active(&self) -> bool {
        self.active
    }

    fn is_as(&self, row: &oneroster::LineItem) -> bool {
        self.class_id == row.class.as_str()
            && self.academic_session_id == row.session.as_str()
            && self.category_id.as_deref() == Some(row.category.as_str())
            && self.title == row.title
            && self.assign_date == row.assign_date
            && self.due_date == row.due_date
            && self.result_value_min == row.value_min
            && self.result_value_max == row.value_max
    }
}

/// Takes the place of what the import looked at, and of nothing that somebody has changed here since; how many were written.
async fn upsert(
    conn: &mut Conn,
    tenant: &TenantId,
    rows: &[(&oneroster::LineItem, Option<&KeptLineItem>)],
) -> Result<u64, DatabaseError> {
    let mut written = 0;
    for batch in rows.chunks(BATCH) {
        written += sql!(conn, |c| async {
            let mut insert = sqlx::QueryBuilder::new(
                "INSERT INTO gradebook_line_items (tenant_id, line_item_id, class_id, academic_session_id, \
                 category_id, title, assign_date, due_date, result_value_min, result_value_max, version, imported, \
                 active) ",
            );
            insert.push_values(batch, |mut into, (row, before)| {
                into.push_bind(tenant.as_str())
                    .push_bind(row.id.as_str())
                    .push_bind(row.class.as_str())
                    .push_bind(row.session.as_str())
                    .push_bind(row.category.as_str())
                    .push_bind(row.title.as_str())
                    .push_bind(row.assign_date)
                    .push_bind(row.due_date)
                    .push_bind(row.value_min)
                    .push_bind(row.value_max)
                    .push_bind(before.map_or(1, |before| before.version + 1))
                    .push_bind(true)
                    .push_bind(true);
            });
            insert.push(
                " ON CONFLICT (tenant_id, line_item_id) DO UPDATE SET class_id = excluded.class_id, \
                 academic_session_id = excluded.academic_session_id, category_id = excluded.category_id, \
                 title = excluded.title, assign_date = excluded.assign_date, due_date = excluded.due_date, \
                 result_value_min = excluded.result_value_min, result_value_max = excluded.result_value_max, \
                 version = excluded.version, imported = excluded.imported, active = excluded.active \
                 WHERE gradebook_line_items.imported AND gradebook_line_items.version = excluded.version - 1",
            );
            insert.build().execute(c).await
        })?;
    }
    Ok(written)
}

/// Takes these away, but for those that were changed here or have a cell that was set here; how many.
async fn remove(conn: &mut Conn, tenant: &TenantId, ids: &[&str]) -> Result<u64, DatabaseError> {
    let mut removed = 0;
    for batch in ids.chunks(BATCH) {
        hold(conn, tenant, batch).await?;
        removed += sql!(conn, |c| async {
            let mut update = sqlx::QueryBuilder::new(
                "UPDATE gradebook_line_items SET active = false, version = version + 1 \
                 WHERE imported AND NOT EXISTS (SELECT 1 FROM gradebook_results r \
                 WHERE r.tenant_id = gradebook_line_items.tenant_id \
                 AND r.line_item_id = gradebook_line_items.line_item_id AND r.graded_by IS NOT NULL)",
            );
            push_ids(&mut update, tenant, batch);
            update.build().execute(c).await
        })?;
    }
    Ok(removed)
}

/// Waits for whoever is writing grades of these, and lets nobody begin: a statement of its own, so that the next one sees what they
/// have written. On SQLite there is one writer anyway.
async fn hold(conn: &mut Conn, tenant: &TenantId, ids: &[&str]) -> Result<(), DatabaseError> {
    if conn.dialect() == Dialect::Sqlite {
        return Ok(());
    }
    sql!(conn, |c| async {
        let mut select = sqlx::QueryBuilder::new("SELECT line_item_id FROM gradebook_line_items WHERE true");
        push_ids(&mut select, tenant, ids);
        select.push(" ORDER BY line_item_id FOR UPDATE").build_query_scalar::<String>().fetch_all(c).await
    })?;
    Ok(())
}

fn push_ids<DB: sqlx::Database>(query: &mut sqlx::QueryBuilder<DB>, tenant: &TenantId, ids: &[&str])
where
    String: for<'q> sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    query.push(" AND tenant_id = ").push_bind(tenant.to_string()).push(" AND line_item_id IN (");
    let mut list = query.separated(", ");
    for id in ids {
        list.push_bind((*id).to_owned());
    }
    query.push(")");
}
