//! `categories.csv`.

use std::collections::HashMap;

use homeroom_contract::{CategoryId, TenantId};
use homeroom_journal::{Conn, DatabaseError, sql};
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

/// Takes over one tenant's rows.
pub(crate) async fn apply(
    conn: &mut Conn,
    tenant: &TenantId,
    part: &Part<oneroster::Category>,
) -> Result<Tally, DatabaseError> {
    let kept = kept(conn, tenant).await?;
    let Changes { written, gone, mut tally } = Changes::between(&kept, part, |row| row.id.as_str());
    upsert(conn, tenant, &written).await?;
    for id in gone {
        remove(conn, tenant, id).await?;
        tally.removed += 1;
    }
    Ok(tally)
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

async fn remove(conn: &mut Conn, tenant: &TenantId, id: &str) -> Result<(), DatabaseError> {
    sql!(conn, |c| sqlx::query(
        "UPDATE gradebook_categories SET active = false WHERE tenant_id = $1 AND category_id = $2"
    )
    .bind(tenant.as_str())
    .bind(id)
    .execute(c))?;
    Ok(())
}
