//! `categories.csv`.

use std::collections::{HashMap, HashSet};

use homeroom_contract::{CategoryId, TenantId};
use homeroom_journal::{Conn, DatabaseError, Dialect, sql};
use homeroom_roster::{Origin, Part, Tally, oneroster};

use super::super::BATCH;
use super::{Changes, Kept, origin};

#[derive(sqlx::FromRow)]
struct KeptCategory {
    #[sqlx(try_from = "String")]
    category_id: CategoryId,
    title: String,
    weight: Option<f64>,
    imported: bool,
    active: bool,
}

async fn kept(conn: &mut Conn, tenant: &TenantId) -> Result<Vec<KeptCategory>, DatabaseError> {
    sql!(conn, |c| sqlx::query_as::<_, KeptCategory>(
        "SELECT category_id, title, weight, imported, active FROM gradebook_categories WHERE tenant_id = $1"
    )
    .bind(tenant.as_str())
    .fetch_all(c))
}

/// The categories that there are.
pub(crate) async fn known(
    conn: &mut Conn,
    tenant: &TenantId,
) -> Result<HashMap<CategoryId, Origin>, DatabaseError> {
    let kept = kept(conn, tenant).await?.into_iter().filter(|kept| kept.active);
    Ok(kept.map(|kept| (kept.category_id, origin(kept.imported))).collect())
}

/// Takes over the categories that one tenant's rows have. What is gone goes with [`remove_unused`], after the line items.
pub(crate) async fn apply(
    conn: &mut Conn,
    tenant: &TenantId,
    part: &Part<oneroster::Category>,
) -> Result<Tally, DatabaseError> {
    let kept = kept(conn, tenant).await?;
    let Changes { written, tally, .. } = Changes::between(&kept, part, |row| row.id.as_str());
    upsert(conn, tenant, &written).await?;
    Ok(tally)
}

/// Takes away what the rows say is gone, but for what a line item still has: without its category and the weight of that, its
/// grades would count nowhere. How many.
pub(crate) async fn remove_unused(
    conn: &mut Conn,
    tenant: &TenantId,
    part: &Part<oneroster::Category>,
) -> Result<u64, DatabaseError> {
    let kept = kept(conn, tenant).await?;
    let Changes { gone, .. } = Changes::between(&kept, part, |row| row.id.as_str());
    if gone.is_empty() {
        return Ok(0);
    }
    for id in &gone {
        hold(conn, tenant, id).await?;
    }
    let used = used(conn, tenant).await?;
    let mut removed = 0;
    for id in gone.into_iter().filter(|id| !used.contains(*id)) {
        remove(conn, tenant, id).await?;
        removed += 1;
    }
    Ok(removed)
}

impl Kept<oneroster::Category> for KeptCategory {
    fn id(&self) -> &str {
        self.category_id.as_str()
    }

    fn is_imported(&self) -> bool {
        self.imported
    }

    fn is_active(&self) -> bool {
        self.active
    }

    fn is_as(&self, row: &oneroster::Category) -> bool {
        self.title == row.title && self.weight == row.weight
    }
}

async fn upsert(
    conn: &mut Conn,
    tenant: &TenantId,
    rows: &[(&oneroster::Category, Option<&KeptCategory>)],
) -> Result<(), DatabaseError> {
    for batch in rows.chunks(BATCH) {
        sql!(conn, |c| async {
            let mut insert = sqlx::QueryBuilder::new(
                "INSERT INTO gradebook_categories (tenant_id, category_id, title, weight, imported, active) ",
            );
            insert.push_values(batch, |mut into, (row, _)| {
                into.push_bind(tenant.as_str())
                    .push_bind(row.id.as_str())
                    .push_bind(row.title.as_str())
                    .push_bind(row.weight)
                    .push_bind(true)
                    .push_bind(true);
            });
            insert.push(
                " ON CONFLICT (tenant_id, category_id) DO UPDATE SET title = excluded.title, \
                 weight = excluded.weight, imported = excluded.imported, active = excluded.active",
            );
            insert.build().execute(c).await
        })?;
    }
    Ok(())
}

/// Waits for whoever is giving this category to a line item, and lets nobody begin: a statement of its own, so that the next one
/// sees what they have written. On SQLite there is one writer anyway.
async fn hold(conn: &mut Conn, tenant: &TenantId, id: &str) -> Result<(), DatabaseError> {
    if conn.dialect() == Dialect::Sqlite {
        return Ok(());
    }
    sql!(conn, |c| sqlx::query(
        "SELECT 1 FROM gradebook_categories WHERE tenant_id = $1 AND category_id = $2 FOR UPDATE"
    )
    .bind(tenant.as_str())
    .bind(id)
    .execute(c))?;
    Ok(())
}

/// The categories that line items have.
async fn used(conn: &mut Conn, tenant: &TenantId) -> Result<HashSet<String>, DatabaseError> {
    let used = sql!(conn, |c| sqlx::query_scalar::<_, String>(
        "SELECT DISTINCT category_id FROM gradebook_line_items \
         WHERE tenant_id = $1 AND active AND category_id IS NOT NULL"
    )
    .bind(tenant.as_str())
    .fetch_all(c))?;
    Ok(used.into_iter().collect())
}

async fn remove(conn: &mut Conn, tenant: &TenantId, id: &str) -> Result<(), DatabaseError> {
    sql!(conn, |c| sqlx::query(
        "UPDATE gradebook_categories SET active = false WHERE tenant_id = $1 AND category_id = $2"
    )
    .bind(tenant.as_str())
    .bind(id)
    .execute(c))?;
    Ok(())
}
