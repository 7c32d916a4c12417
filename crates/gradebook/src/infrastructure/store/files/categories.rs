//! `categories.csv`.

use std::collections::{HashMap, HashSet};

use homeroom_contract::{CategoryId, TenantId};
use homeroom_journal::{Conn, DatabaseError, sql};
use homeroom_roster::{Origin, Part, Tally, oneroster};

use super::super::BATCH;
use super::{is_gone, origin, standing};

#[derive(sqlx::FromRow)]
struct Kept {
    #[sqlx(try_from = "String")]
    category_id: CategoryId,
    title: String,
    weight: Option<f64>,
    imported: bool,
    active: bool,
}

async fn kept(conn: &mut Conn, tenant: &TenantId) -> Result<Vec<Kept>, DatabaseError> {
    sql!(conn, |c| sqlx::query_as::<_, Kept>(
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
    let kept: HashMap<CategoryId, Kept> =
        kept(conn, tenant).await?.into_iter().map(|kept| (kept.category_id.clone(), kept)).collect();
    let mut tally = Tally::default();
    let mut write = Vec::new();
    for row in standing(part) {
        match kept.get(&row.id) {
            None => {
                tally.added += 1;
                write.push(row);
            }
            Some(kept) if kept.imported && !same(kept, row) => {
                tally.changed += 1;
                write.push(row);
            }
            Some(_) => tally.unchanged += 1,
        }
    }
    upsert(conn, tenant, &write).await?;

    let listed: HashSet<&CategoryId> = part.rows.iter().map(|row| &row.record.id).collect();
    let told: HashSet<&CategoryId> =
        part.rows.iter().filter(|row| is_gone(row)).map(|row| &row.record.id).collect();
    for kept in kept.values().filter(|kept| kept.imported && kept.active) {
        let id = &kept.category_id;
        if told.contains(id) || (!listed.contains(id) && part.absent.is_gone(id.as_str())) {
            remove(conn, tenant, id).await?;
            tally.removed += 1;
        }
    }
    Ok(tally)
}

fn same(kept: &Kept, row: &oneroster::Category) -> bool {
    kept.active && kept.title == row.title && kept.weight == row.weight
}

async fn upsert(
    conn: &mut Conn,
    tenant: &TenantId,
    rows: &[&oneroster::Category],
) -> Result<(), DatabaseError> {
    for batch in rows.chunks(BATCH) {
        sql!(conn, |c| async {
            let mut insert = sqlx::QueryBuilder::new(
                "INSERT INTO gradebook_categories (tenant_id, category_id, title, weight, imported, active) ",
            );
            insert.push_values(batch, |mut into, row| {
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

async fn remove(conn: &mut Conn, tenant: &TenantId, id: &CategoryId) -> Result<(), DatabaseError> {
    sql!(conn, |c| sqlx::query(
        "UPDATE gradebook_categories SET active = false WHERE tenant_id = $1 AND category_id = $2"
    )
    .bind(tenant.as_str())
    .bind(id.as_str())
    .execute(c))?;
    Ok(())
}
