//! Line items and categories.

use chrono::NaiveDate;
use homeroom_contract::{AcademicSessionId, CategoryId, ClassId, LineItemId, TenantId};
use homeroom_journal::{Conn, DatabaseError, Dialect, sql};

use super::unreadable;
use crate::domain::{Category, LineItem};

/// A line item as its row is.
#[derive(sqlx::FromRow)]
pub(super) struct LineItemRow {
    #[sqlx(try_from = "String")]
    line_item_id: LineItemId,
    #[sqlx(try_from = "String")]
    class_id: ClassId,
    #[sqlx(try_from = "String")]
    academic_session_id: AcademicSessionId,
    category_id: Option<String>,
    title: String,
    assign_date: NaiveDate,
    due_date: NaiveDate,
    result_value_min: Option<f64>,
    result_value_max: Option<f64>,
    version: i64,
}

impl TryFrom<LineItemRow> for LineItem {
    type Error = DatabaseError;

    fn try_from(row: LineItemRow) -> Result<Self, DatabaseError> {
        Ok(Self {
            line_item_id: row.line_item_id,
            class_id: row.class_id,
            academic_session_id: row.academic_session_id,
            category_id: row.category_id.map(CategoryId::new).transpose().map_err(unreadable)?,
            title: row.title,
            assign_date: row.assign_date,
            due_date: row.due_date,
            result_value_min: row.result_value_min,
            result_value_max: row.result_value_max,
            version: row.version,
        })
    }
}

const FIND: &str = "SELECT * FROM gradebook_line_items WHERE tenant_id = $1 AND line_item_id = $2 AND active";
const HOLD: &str =
    "SELECT * FROM gradebook_line_items WHERE tenant_id = $1 AND line_item_id = $2 AND active FOR UPDATE";

/// One line item.
pub(crate) async fn find(
    conn: &mut Conn,
    tenant: &TenantId,
    id: &LineItemId,
) -> Result<Option<LineItem>, DatabaseError> {
    one(conn, FIND, tenant, id).await
}

/// One line item, held until COMMIT: nobody else writes a grade of it meanwhile. On SQLite there is one writer anyway.
pub(crate) async fn hold(
    conn: &mut Conn,
    tenant: &TenantId,
    id: &LineItemId,
) -> Result<Option<LineItem>, DatabaseError> {
    let text = match conn.dialect() {
        Dialect::Postgres => HOLD,
        Dialect::Sqlite => FIND,
    };
    one(conn, text, tenant, id).await
}

async fn one(
    conn: &mut Conn,
    text: &'static str,
    tenant: &TenantId,
    id: &LineItemId,
) -> Result<Option<LineItem>, DatabaseError> {
    let row = sql!(conn, |c| sqlx::query_as::<_, LineItemRow>(text)
        .bind(tenant.as_str())
        .bind(id.as_str())
        .fetch_optional(c))?;
    row.map(LineItem::try_from).transpose()
}

/// The line items of a class, by due date.
pub(crate) async fn of_class(
    conn: &mut Conn,
    tenant: &TenantId,
    class: &ClassId,
) -> Result<Vec<LineItem>, DatabaseError> {
    let rows = sql!(conn, |c| sqlx::query_as::<_, LineItemRow>(
        "SELECT * FROM gradebook_line_items WHERE tenant_id = $1 AND class_id = $2 AND active \
         ORDER BY due_date, line_item_id"
    )
    .bind(tenant.as_str())
    .bind(class.as_str())
    .fetch_all(c))?;
    rows.into_iter().map(LineItem::try_from).collect()
}

/// Keeps a new line item that was made here.
pub(crate) async fn insert(conn: &mut Conn, tenant: &TenantId, item: &LineItem) -> Result<(), DatabaseError> {
    sql!(conn, |c| {
        sqlx::query(
        "INSERT INTO gradebook_line_items (tenant_id, line_item_id, class_id, academic_session_id, category_id, title, \
         assign_date, due_date, result_value_min, result_value_max, version, imported, active) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, false, true)"
    )
    .bind(tenant.as_str())
    .bind(item.line_item_id.as_str())
    .bind(item.class_id.as_str())
    .bind(item.academic_session_id.as_str())
    .bind(item.category_id.as_ref().map(CategoryId::as_str))
    .bind(&item.title)
    .bind(item.assign_date)
    .bind(item.due_date)
    .bind(item.result_value_min)
    .bind(item.result_value_max)
    .bind(item.version)
    .execute(c)
    })?;
    Ok(())
}

/// Keeps a line item that was changed here and is [held](hold). From now on an import lets it be.
pub(crate) async fn update(conn: &mut Conn, tenant: &TenantId, item: &LineItem) -> Result<(), DatabaseError> {
    sql!(conn, |c| {
        sqlx::query(
        "UPDATE gradebook_line_items SET academic_session_id = $3, category_id = $4, title = $5, assign_date = $6, \
         due_date = $7, result_value_min = $8, result_value_max = $9, version = $10, imported = false \
         WHERE tenant_id = $1 AND line_item_id = $2"
    )
    .bind(tenant.as_str())
    .bind(item.line_item_id.as_str())
    .bind(item.academic_session_id.as_str())
    .bind(item.category_id.as_ref().map(CategoryId::as_str))
    .bind(&item.title)
    .bind(item.assign_date)
    .bind(item.due_date)
    .bind(item.result_value_min)
    .bind(item.result_value_max)
    .bind(item.version)
    .execute(c)
    })?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct CategoryRow {
    #[sqlx(try_from = "String")]
    category_id: CategoryId,
    title: String,
    weight: Option<f64>,
}

impl From<CategoryRow> for Category {
    fn from(row: CategoryRow) -> Self {
        Self { category_id: row.category_id, title: row.title, weight: row.weight }
    }
}

const CATEGORY: &str = "SELECT category_id, title, weight FROM gradebook_categories \
     WHERE tenant_id = $1 AND category_id = $2 AND active";
const CATEGORY_TO_STAY: &str = "SELECT category_id, title, weight FROM gradebook_categories \
     WHERE tenant_id = $1 AND category_id = $2 AND active FOR SHARE";

/// One category, which no import takes away before this transaction ends.
pub(crate) async fn category(
    conn: &mut Conn,
    tenant: &TenantId,
    id: &CategoryId,
) -> Result<Option<Category>, DatabaseError> {
    // SQLite has one writer anyway.
    let question = if conn.dialect() == Dialect::Postgres { CATEGORY_TO_STAY } else { CATEGORY };
    let row = sql!(conn, |c| sqlx::query_as::<_, CategoryRow>(question)
        .bind(tenant.as_str())
        .bind(id.as_str())
        .fetch_optional(c))?;
    Ok(row.map(Category::from))
}

/// The categories that line items of a class have.
pub(crate) async fn categories_of_class(
    conn: &mut Conn,
    tenant: &TenantId,
    class: &ClassId,
) -> Result<Vec<Category>, DatabaseError> {
    let rows = sql!(conn, |c| sqlx::query_as::<_, CategoryRow>(
        "SELECT category_id, title, weight FROM gradebook_categories WHERE tenant_id = $1 AND active \
         AND category_id IN (SELECT category_id FROM gradebook_line_items \
         WHERE tenant_id = $1 AND class_id = $2 AND active) ORDER BY title, category_id"
    )
    .bind(tenant.as_str())
    .bind(class.as_str())
    .fetch_all(c))?;
    Ok(rows.into_iter().map(Category::from).collect())
}
