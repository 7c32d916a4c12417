//! `results.csv`. There may be millions of rows, so they are compared and written in batches, line item by line item.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use homeroom_contract::{LineItemId, TenantId, Timestamp, UserId};
use homeroom_journal::{Conn, DatabaseError, sql};
use homeroom_roster::{Absent, Part, Tally, oneroster};

use super::super::cells::{CellRow, Changed, SaveError, cells, save, save_what_stands};
use super::super::{BATCH, unreadable};
use super::{is_gone, standing};
use crate::domain::{Author, Cell, Marks, ScoreStatus};

/// How often a cell is looked at that others keep writing meanwhile.
const ATTEMPTS: u32 = 5;

/// A cell's place.
type Key<'r> = (&'r LineItemId, &'r UserId);

/// An import of one tenant's results, under way.
struct Import<'a> {
    conn: &'a mut Conn,
    tenant: &'a TenantId,
    author: Author,
    at: Timestamp,
    posted: bool,
    tally: Tally,
}

/// Takes over one tenant's rows. `posted` says whether families see what comes for the first time.
pub(crate) async fn apply(
    conn: &mut Conn,
    tenant: &TenantId,
    at: Timestamp,
    part: &Part<oneroster::StudentResult>,
    posted: bool,
) -> Result<Tally, SaveError> {
    let by = UserId::new("oneroster-import").map_err(unreadable)?;
    let author = Author { by, reason: None };
    let mut import = Import { conn, tenant, author, at, posted, tally: Tally::default() };
    import.withdraw_told(part).await?;
    import.withdraw_absent(part).await?;

    // Where a file has two results for one cell, the later row counts.
    let rows: BTreeMap<Key<'_>, &oneroster::StudentResult> =
        standing(part).map(|row| ((&row.line_item, &row.student), row)).collect();
    let rows: Vec<&oneroster::StudentResult> = rows.into_values().collect();
    for batch in rows.chunks(BATCH) {
        import.withdraw_moved(batch).await?;
        import.take(batch.to_vec()).await?;
    }
    Ok(import.tally)
}

impl Import<'_> {
    /// Writes what these rows say, where it is something new. Teachers go on meanwhile: a cell that was written between being
    /// read and being replaced is looked at again, and usually let be, since it was set here.
    async fn take(&mut self, mut rows: Vec<&oneroster::StudentResult>) -> Result<(), SaveError> {
        for _ in 0..ATTEMPTS {
            let overtaken = self.take_what_stands(&rows).await?;
            rows.retain(|row| overtaken.contains(&(row.line_item.clone(), row.student.clone())));
            if rows.is_empty() {
                return Ok(());
            }
        }
        Err(SaveError::Overtaken)
    }

    /// Writes what it can; hands back the cells that somebody else has written meanwhile.
    async fn take_what_stands(
        &mut self,
        rows: &[&oneroster::StudentResult],
    ) -> Result<HashSet<(LineItemId, UserId)>, SaveError> {
        let mut standing = of_line_items(self.conn, self.tenant, rows).await?;
        let mut changed: Vec<Changed> = Vec::new();
        for row in rows {
            let key = (row.line_item.clone(), row.student.clone());
            let mut cell = standing.remove(&key).unwrap_or_else(|| Cell::blank(&key.0, key.1));
            match cell.import(marks(row), row.id.as_str(), self.posted, &self.author, self.at) {
                Some(change) => changed.push((cell, change)),
                None => self.tally.unchanged += 1,
            }
        }
        let place = |cell: &Cell| (cell.line_item_id.clone(), cell.student_id.clone());
        let overtaken = save_what_stands(self.conn, self.tenant, &changed).await?;
        let overtaken: HashSet<_> = overtaken.into_iter().map(|(cell, _)| place(cell)).collect();
        for (cell, _) in changed.iter().filter(|(cell, _)| !overtaken.contains(&place(cell))) {
            // The first version of a cell is one that wasn't there.
            *(if cell.version == 1 { &mut self.tally.added } else { &mut self.tally.changed }) += 1;
        }
        Ok(overtaken)
    }

    /// Takes results away that rows say are gone.
    async fn withdraw_told(&mut self, part: &Part<oneroster::StudentResult>) -> Result<(), SaveError> {
        let told: Vec<&str> =
            part.rows.iter().filter(|row| is_gone(row)).map(|row| row.record.id.as_str()).collect();
        for batch in told.chunks(BATCH) {
            let gone = of_sources(self.conn, self.tenant, batch).await?;
            self.withdraw(gone).await?;
        }
        Ok(())
    }

    /// Takes imported results away that the file doesn't have any more.
    async fn withdraw_absent(&mut self, part: &Part<oneroster::StudentResult>) -> Result<(), SaveError> {
        if part.absent == Absent::Stay {
            return Ok(());
        }
        let listed: HashSet<&str> = part.rows.iter().map(|row| row.record.id.as_str()).collect();
        let mut after = String::new();
        loop {
            let page = after_source(self.conn, self.tenant, &after).await?;
            let Some(last) = page.last().and_then(|cell| cell.source_id.clone()) else { return Ok(()) };
            let gone = page.into_iter().filter(|cell| {
                let source = cell.source_id.as_deref().unwrap_or_default();
                !listed.contains(source) && part.absent.is_gone(source)
            });
            self.withdraw(gone.collect()).await?;
            after = last;
        }
    }

    /// Takes results away whose `sourcedId` now stands for another cell.
    async fn withdraw_moved(&mut self, rows: &[&oneroster::StudentResult]) -> Result<(), SaveError> {
        let place: HashMap<&str, Key<'_>> =
            rows.iter().map(|row| (row.id.as_str(), (&row.line_item, &row.student))).collect();
        let sources: Vec<&str> = place.keys().copied().collect();
        let mut moved = of_sources(self.conn, self.tenant, &sources).await?;
        moved.retain(|cell| {
            let key = cell.source_id.as_deref().and_then(|source| place.get(source));
            key != Some(&(&cell.line_item_id, &cell.student_id))
        });
        self.withdraw(moved).await
    }

    async fn withdraw(&mut self, cells: Vec<Cell>) -> Result<(), SaveError> {
        let mut changed: Vec<Changed> = Vec::new();
        for mut cell in cells {
            if let Some(change) = cell.withdraw(&self.author, self.at) {
                changed.push((cell, change));
            }
        }
        self.tally.removed += u64::try_from(changed.len()).unwrap_or(u64::MAX);
        save(self.conn, self.tenant, &changed).await
    }
}

/// What a row says. A status that is the district's own word is taken for the nearest of the standard's.
fn marks(row: &oneroster::StudentResult) -> Marks {
    let scored = row.score.is_some() || row.text_score.is_some();
    let score_status = ScoreStatus::parse(row.status.as_str()).unwrap_or(if scored {
        ScoreStatus::FullyGraded
    } else {
        ScoreStatus::Submitted
    });
    Marks {
        score: row.score,
        text_score: row.text_score.clone(),
        score_status,
        late: row.late,
        missing: row.missing,
        incomplete: row.incomplete,
        in_progress: row.in_progress,
        comment: row.comment.clone(),
    }
}

/// The next imported cells in the order of their `sourcedId`.
async fn after_source(conn: &mut Conn, tenant: &TenantId, after: &str) -> Result<Vec<Cell>, DatabaseError> {
    let rows = sql!(conn, |c| {
        sqlx::query_as::<_, CellRow>(
        "SELECT * FROM gradebook_results WHERE tenant_id = $1 AND source_id > $2 ORDER BY source_id LIMIT $3"
    )
    .bind(tenant.as_str())
    .bind(after)
    .bind(i64::try_from(BATCH).unwrap_or(i64::MAX))
    .fetch_all(c)
    })?;
    cells(rows)
}

async fn of_sources(
    conn: &mut Conn,
    tenant: &TenantId,
    sources: &[&str],
) -> Result<Vec<Cell>, DatabaseError> {
    let rows = sql!(conn, |c| async {
        let mut select = sqlx::QueryBuilder::new("SELECT * FROM gradebook_results WHERE tenant_id = ");
        select.push_bind(tenant.as_str()).push(" AND source_id IN (");
        let mut list = select.separated(", ");
        for source in sources {
            list.push_bind(*source);
        }
        select.push(")").build_query_as::<CellRow>().fetch_all(c).await
    })?;
    cells(rows)
}

/// All cells of the line items that these rows are about.
async fn of_line_items(
    conn: &mut Conn,
    tenant: &TenantId,
    rows: &[&oneroster::StudentResult],
) -> Result<HashMap<(LineItemId, UserId), Cell>, DatabaseError> {
    let items: BTreeSet<&LineItemId> = rows.iter().map(|row| &row.line_item).collect();
    let rows = sql!(conn, |c| async {
        let mut select = sqlx::QueryBuilder::new("SELECT * FROM gradebook_results WHERE tenant_id = ");
        select.push_bind(tenant.as_str()).push(" AND line_item_id IN (");
        let mut list = select.separated(", ");
        for item in &items {
            list.push_bind(item.as_str());
        }
        select.push(")").build_query_as::<CellRow>().fetch_all(c).await
    })?;
    let cells = cells(rows)?.into_iter();
    Ok(cells.map(|cell| ((cell.line_item_id.clone(), cell.student_id.clone()), cell)).collect())
}
