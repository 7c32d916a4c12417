//! The cells: results, and what every change of one leaves behind.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use homeroom_contract::{ClassId, Failure, LineItemId, TenantId, Timestamp, UserId};
use homeroom_journal::{Conn, DatabaseError, sql};

use super::{BATCH, UnknownWord, changes, unreadable};
use crate::domain::{Cell, Change, GradebookError, LineItem, Marks, ScoreStatus};

/// A cell as its row is.
#[derive(sqlx::FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "OneRoster's result has these four flags, each for itself")]
pub(super) struct CellRow {
    #[sqlx(try_from = "String")]
    line_item_id: LineItemId,
    #[sqlx(try_from = "String")]
    student_id: UserId,
    version: i64,
    revision: i64,
    score: Option<f64>,
    text_score: Option<String>,
    score_status: String,
    late: bool,
    missing: bool,
    incomplete: bool,
    in_progress: bool,
    comment: Option<String>,
    graded_by: Option<String>,
    posted_at: Option<DateTime<Utc>>,
    source_id: Option<String>,
}

impl TryFrom<CellRow> for Cell {
    type Error = DatabaseError;

    fn try_from(row: CellRow) -> Result<Self, DatabaseError> {
        let score_status =
            ScoreStatus::parse(&row.score_status).ok_or_else(|| unreadable(UnknownWord(row.score_status)))?;
        Ok(Self {
            line_item_id: row.line_item_id,
            student_id: row.student_id,
            version: row.version,
            revision: row.revision,
            marks: Marks {
                score: row.score,
                text_score: row.text_score,
                score_status,
                late: row.late,
                missing: row.missing,
                incomplete: row.incomplete,
                in_progress: row.in_progress,
                comment: row.comment,
            },
            graded_by: row.graded_by.map(UserId::new).transpose().map_err(unreadable)?,
            posted_at: row.posted_at.map(Timestamp::new),
            source_id: row.source_id,
        })
    }
}

pub(super) fn cells(rows: Vec<CellRow>) -> Result<Vec<Cell>, DatabaseError> {
    rows.into_iter().map(Cell::try_from).collect()
}

/// One student's cell; blank if it was never set.
pub(crate) async fn find(
    conn: &mut Conn,
    tenant: &TenantId,
    item: &LineItemId,
    student: &UserId,
) -> Result<Cell, DatabaseError> {
    let row = sql!(conn, |c| sqlx::query_as::<_, CellRow>(
        "SELECT * FROM gradebook_results WHERE tenant_id = $1 AND line_item_id = $2 AND student_id = $3"
    )
    .bind(tenant.as_str())
    .bind(item.as_str())
    .bind(student.as_str())
    .fetch_optional(c))?;
    row.map_or_else(|| Ok(Cell::blank(item, student.clone())), Cell::try_from)
}

/// All cells of a line item that were ever set.
pub(crate) async fn of_line_item(
    conn: &mut Conn,
    tenant: &TenantId,
    item: &LineItemId,
) -> Result<Vec<Cell>, DatabaseError> {
    let rows = sql!(conn, |c| sqlx::query_as::<_, CellRow>(
        "SELECT * FROM gradebook_results WHERE tenant_id = $1 AND line_item_id = $2 ORDER BY student_id"
    )
    .bind(tenant.as_str())
    .bind(item.as_str())
    .fetch_all(c))?;
    cells(rows)
}

/// `CROSS JOIN` keeps SQLite to this order of the tables: by itself it goes through the results of the whole district, since they
/// come in the order that is asked for. To PostgreSQL it is a join as any other.
const OF_CLASS: &str = "SELECT r.* FROM gradebook_line_items i CROSS JOIN gradebook_results r \
     WHERE r.tenant_id = i.tenant_id AND r.line_item_id = i.line_item_id \
     AND i.tenant_id = $1 AND i.class_id = $2 AND i.active \
     AND ($3 IS NULL OR r.student_id = $3) ORDER BY r.line_item_id, r.student_id";

/// The cells of a class that were ever set: of one student or all.
pub(crate) async fn of_class(
    conn: &mut Conn,
    tenant: &TenantId,
    class: &ClassId,
    student: Option<&UserId>,
) -> Result<Vec<Cell>, DatabaseError> {
    let rows = sql!(conn, |c| {
        sqlx::query_as::<_, CellRow>(OF_CLASS)
            .bind(tenant.as_str())
            .bind(class.as_str())
            .bind(student.map(UserId::as_str))
            .fetch_all(c)
    })?;
    cells(rows)
}

/// How many scores of a line item lie outside of its range.
pub(crate) async fn count_outside(
    conn: &mut Conn,
    tenant: &TenantId,
    item: &LineItem,
) -> Result<i64, DatabaseError> {
    sql!(conn, |c| sqlx::query_scalar::<_, i64>(
        "SELECT COUNT(*) FROM gradebook_results WHERE tenant_id = $1 AND line_item_id = $2 \
         AND (score < $3 OR score > $4)"
    )
    .bind(tenant.as_str())
    .bind(item.line_item_id.as_str())
    .bind(item.result_value_min)
    .bind(item.result_value_max)
    .fetch_one(c))
}

/// A cell that was changed, and the change.
pub(crate) type Changed = (Cell, Change);

const INSERT: &str = "INSERT INTO gradebook_results (tenant_id, line_item_id, student_id, version, revision, score, \
     text_score, score_status, late, missing, incomplete, in_progress, comment, graded_by, posted_at, source_id) ";

/// Takes the place of what the change was made on, and of nothing else.
const REPLACE: &str = " ON CONFLICT (tenant_id, line_item_id, student_id) DO UPDATE SET \
     version = excluded.version, revision = excluded.revision, score = excluded.score, \
     text_score = excluded.text_score, score_status = excluded.score_status, late = excluded.late, \
     missing = excluded.missing, incomplete = excluded.incomplete, in_progress = excluded.in_progress, \
     comment = excluded.comment, graded_by = excluded.graded_by, posted_at = excluded.posted_at, \
     source_id = excluded.source_id WHERE gradebook_results.revision = excluded.revision - 1 \
     RETURNING line_item_id, student_id";

/// Why cells weren't saved.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SaveError {
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Somebody else has written one of these cells since it was read.
    #[error("a cell was written by somebody else meanwhile")]
    Overtaken,
}

impl From<SaveError> for Failure {
    fn from(error: SaveError) -> Self {
        match error {
            SaveError::Database(error) => error.into(),
            SaveError::Overtaken => GradebookError::Contended.into(),
        }
    }
}

/// Keeps these cells, each one change further than it was read, and the changes: all of them, or `Overtaken`.
pub(crate) async fn save(conn: &mut Conn, tenant: &TenantId, changed: &[Changed]) -> Result<(), SaveError> {
    let overtaken = save_what_stands(conn, tenant, changed).await?;
    if overtaken.is_empty() { Ok(()) } else { Err(SaveError::Overtaken) }
}

/// The same, but those that somebody else has written since they were read are left alone, and handed back.
pub(super) async fn save_what_stands<'c>(
    conn: &mut Conn,
    tenant: &TenantId,
    changed: &'c [Changed],
) -> Result<Vec<&'c Changed>, DatabaseError> {
    let mut overtaken = Vec::new();
    for batch in changed.chunks(BATCH) {
        let written: Vec<(String, String)> = sql!(conn, |c| async {
            let mut insert = sqlx::QueryBuilder::new(INSERT);
            insert.push_values(batch, |mut row, (cell, _)| {
                let marks = &cell.marks;
                row.push_bind(tenant.as_str())
                    .push_bind(cell.line_item_id.as_str())
                    .push_bind(cell.student_id.as_str())
                    .push_bind(cell.version)
                    .push_bind(cell.revision)
                    .push_bind(marks.score)
                    .push_bind(marks.text_score.as_deref())
                    .push_bind(marks.score_status.as_str())
                    .push_bind(marks.late)
                    .push_bind(marks.missing)
                    .push_bind(marks.incomplete)
                    .push_bind(marks.in_progress)
                    .push_bind(marks.comment.as_deref())
                    .push_bind(cell.graded_by.as_ref().map(UserId::as_str))
                    .push_bind(cell.posted_at.map(Timestamp::to_utc))
                    .push_bind(cell.source_id.as_deref());
            });
            insert.push(REPLACE).build_query_as().fetch_all(c).await
        })?;
        if written.len() == batch.len() {
            changes::append(conn, tenant, batch).await?;
            continue;
        }
        let written: HashSet<(String, String)> = written.into_iter().collect();
        let stands = |(cell, _): &&Changed| {
            written.contains(&(cell.line_item_id.to_string(), cell.student_id.to_string()))
        };
        let (standing, rest): (Vec<&Changed>, Vec<&Changed>) = batch.iter().partition(stands);
        let standing: Vec<Changed> = standing.into_iter().cloned().collect();
        changes::append(conn, tenant, &standing).await?;
        overtaken.extend(rest);
    }
    Ok(overtaken)
}

#[cfg(test)]
mod tests {
    use homeroom_journal::{Database, DatabaseOptions};
    use homeroom_testkit::TestDatabase;

    use super::*;

    #[tokio::test]
    async fn on_sqlite_a_class_is_read_without_the_rest_of_its_district() {
        let file = TestDatabase::sqlite();
        let database = Database::open(file.url(), DatabaseOptions::default()).await.unwrap();
        database.migrate().await.unwrap();
        let mut conn = database.lookup().await.unwrap();
        let explain = || sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {OF_CLASS}"));
        let plan = sql!(&mut conn, |c| sqlx::query_as::<_, (i64, i64, i64, String)>(explain()).fetch_all(c));
        let plan: Vec<String> = plan.unwrap().into_iter().map(|step| step.3).collect();
        assert!(plan[0].starts_with("SEARCH i USING INDEX gradebook_line_items_of_class"), "{plan:?}");
        assert_eq!(plan[1], "SEARCH r USING PRIMARY KEY (tenant_id=? AND line_item_id=?)");
    }
}
