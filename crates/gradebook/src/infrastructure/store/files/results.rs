//! `results.csv`. There may be millions of rows, so they are compared and written in batches, line item by line item.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use homeroom_contract::{LineItemId, TenantId, Timestamp, UserId};
use homeroom_journal::{Conn, DatabaseError, sql};
use homeroom_roster::{Absent, Part, Tally, oneroster};

use super::super::cells::{CellRow, Changed, SaveError, cells, find, of_line_item, save_what_stands};
use super::super::{BATCH, unreadable};
use super::{is_gone, standing};
use crate::domain::{Author, Cell, Marks, ScoreStatus};

/// How often a cell is looked at that others keep writing meanwhile.
const ATTEMPTS: u32 = 5;

/// A cell's place.
type Key<'r> = (&'r LineItemId, &'r UserId);

/// The rows that count, by the cells that they are for.
type Placed<'r> = BTreeMap<Key<'r>, &'r oneroster::StudentResult>;

/// The cell that each `sourcedId` stands for.
fn places<'r>(rows: &Placed<'r>) -> HashMap<&'r str, Key<'r>> {
    rows.iter().map(|(key, row)| (row.id.as_str(), *key)).collect()
}

/// Whether the result that stands here has become another cell's.
fn has_moved(cell: &Cell, place: &HashMap<&str, Key<'_>>) -> bool {
    let key = cell.source_id.as_deref().and_then(|source| place.get(source));
    key.is_some_and(|key| *key != (&cell.line_item_id, &cell.student_id))
}

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

    // Where a file has two results for one cell, the later row counts.
    let rows: Placed<'_> = standing(part).map(|row| ((&row.line_item, &row.student), row)).collect();
    if part.absent == Absent::Stay {
        import.withdraw_moved(&rows).await?;
    } else {
        import.withdraw_moved_or_absent(&rows, part).await?;
    }
    let rows: Vec<&oneroster::StudentResult> = rows.into_values().collect();
    for batch in rows.chunks(BATCH) {
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
        for row in part.rows.iter().filter(|row| is_gone(row)) {
            let gone = of_source(self.conn, self.tenant, row.record.id.as_str()).await?;
            self.withdraw(gone).await?;
        }
        Ok(())
    }

    /// Takes imported results away whose `sourcedId` now stands for another cell, or that the file doesn't have any more.
    async fn withdraw_moved_or_absent(
        &mut self,
        rows: &Placed<'_>,
        part: &Part<oneroster::StudentResult>,
    ) -> Result<(), SaveError> {
        let listed: HashSet<&str> = part.rows.iter().map(|row| row.record.id.as_str()).collect();
        let place = places(rows);
        let mut after = String::new();
        loop {
            let page = after_source(self.conn, self.tenant, &after).await?;
            let Some(last) = page.last().and_then(|cell| cell.source_id.clone()) else { return Ok(()) };
            let gone = page.into_iter().filter(|cell| {
                let source = cell.source_id.as_deref().unwrap_or_default();
                if listed.contains(source) { has_moved(cell, &place) } else { part.absent.is_gone(source) }
            });
            self.withdraw(gone.collect()).await?;
            after = last;
        }
    }

    /// The first half of it, for the few rows of a delta.
    async fn withdraw_moved(&mut self, rows: &Placed<'_>) -> Result<(), SaveError> {
        let place = places(rows);
        for source in place.keys() {
            let mut moved = of_source(self.conn, self.tenant, source).await?;
            moved.retain(|cell| has_moved(cell, &place));
            self.withdraw(moved).await?;
        }
        Ok(())
    }

    /// Takes these away. A cell that somebody has written since it was read is looked at again, and let be if it was set here.
    async fn withdraw(&mut self, mut cells: Vec<Cell>) -> Result<(), SaveError> {
        for _ in 0..ATTEMPTS {
            let overtaken = self.withdraw_what_stands(&cells).await?;
            if overtaken.is_empty() {
                return Ok(());
            }
            cells.clear();
            for before in overtaken {
                let now = find(self.conn, self.tenant, &before.line_item_id, &before.student_id).await?;
                if now.source_id == before.source_id {
                    cells.push(now);
                }
            }
        }
        Err(SaveError::Overtaken)
    }

    /// Takes away what it can; hands back the cells, as they were read, that somebody else has written meanwhile.
    async fn withdraw_what_stands(&mut self, cells: &[Cell]) -> Result<Vec<Cell>, SaveError> {
        let (mut read, mut changed) = (HashMap::new(), Vec::<Changed>::new());
        for before in cells {
            let mut cell = before.clone();
            if let Some(change) = cell.withdraw(&self.author, self.at) {
                read.insert((&before.line_item_id, &before.student_id), before);
                changed.push((cell, change));
            }
        }
        let overtaken = save_what_stands(self.conn, self.tenant, &changed).await?;
        self.tally.removed += u64::try_from(changed.len() - overtaken.len()).unwrap_or(u64::MAX);
        let place = |cell: &Cell| read.get(&(&cell.line_item_id, &cell.student_id)).copied().cloned();
        Ok(overtaken.into_iter().filter_map(|(cell, _)| place(cell)).collect())
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

/// The imported result with that `sourcedId`. One at a time: a list of them, in a table that the import itself has just filled,
/// makes both databases read the whole table, since neither has counted it yet.
async fn of_source(conn: &mut Conn, tenant: &TenantId, source: &str) -> Result<Vec<Cell>, DatabaseError> {
    let rows = sql!(conn, |c| sqlx::query_as::<_, CellRow>(
        "SELECT * FROM gradebook_results WHERE tenant_id = $1 AND source_id = $2"
    )
    .bind(tenant.as_str())
    .bind(source)
    .fetch_all(c))?;
    cells(rows)
}

/// All cells of the line items that these rows are about; one line item at a time for the same reason.
async fn of_line_items(
    conn: &mut Conn,
    tenant: &TenantId,
    rows: &[&oneroster::StudentResult],
) -> Result<HashMap<(LineItemId, UserId), Cell>, DatabaseError> {
    let items: BTreeSet<&LineItemId> = rows.iter().map(|row| &row.line_item).collect();
    let mut found = HashMap::new();
    for item in items {
        let cells = of_line_item(conn, tenant, item).await?.into_iter();
        found.extend(cells.map(|cell| ((cell.line_item_id.clone(), cell.student_id.clone()), cell)));
    }
    Ok(found)
}
