//! The statements that append to a stream.

use std::collections::BTreeSet;
use std::sync::Arc;

use sqlx::QueryBuilder;

use crate::{Conn, DatabaseError, Entry, JournalError, Stream, sql};

/// Rows per statement: 9 values each, and PostgreSQL takes 65,535, SQLite 32,766 in one statement.
const ROWS: usize = 1_000;

/// Statements of up to so many rows are worth keeping prepared; each number of rows is a text of its own.
const COMMON: usize = 4;

/// Takes the next `count` numbers and gives the first of them. Holds the stream's head until the transaction ends.
pub(crate) async fn advance(conn: &mut Conn, stream: &Stream, count: usize) -> Result<u64, DatabaseError> {
    let by = i64::try_from(count).unwrap_or(i64::MAX);
    let head: i64 = sql!(conn, |c| {
        sqlx::query_scalar::<_, i64>(
        "INSERT INTO journal_heads (tenant_id, namespace, seq) VALUES ($1, $2, $3) \
         ON CONFLICT (tenant_id, namespace) DO UPDATE SET seq = journal_heads.seq + excluded.seq RETURNING seq",
    )
    .bind(stream.tenant.as_str())
    .bind(&*stream.namespace)
    .bind(by)
    .fetch_one(c)
    })?;
    Ok(u64::try_from(head - by + 1).unwrap_or_default())
}

/// Writes the entries, numbered already.
pub(crate) async fn entries(conn: &mut Conn, entries: &[Arc<Entry>]) -> Result<(), JournalError> {
    for chunk in entries.chunks(ROWS) {
        let rows = chunk
            .iter()
            .map(|entry| {
                let deliveries = serde_json::to_string(&entry.deliveries)
                    .map_err(|cause| JournalError::unfit("deliveries", cause))?;
                Ok((entry, deliveries))
            })
            .collect::<Result<Vec<_>, JournalError>>()?;
        sql!(conn, |c| async {
            let mut insert = QueryBuilder::new(
                "INSERT INTO journal_entries \
                 (tenant_id, namespace, seq, event_id, at, actor, kind, body, deliveries) ",
            );
            insert.push_values(&rows, |mut row, (entry, deliveries)| {
                row.push_bind(entry.stream.tenant.as_str())
                    .push_bind(&*entry.stream.namespace)
                    .push_bind(i64::try_from(entry.seq).unwrap_or(i64::MAX))
                    .push_bind(entry.event_id.0)
                    .push_bind(entry.at.to_utc())
                    .push_bind(entry.actor.as_str())
                    .push_bind(&*entry.kind)
                    .push_bind(entry.body.get())
                    .push_bind(deliveries.as_str());
            });
            insert.build().persistent(rows.len() <= COMMON).execute(c).await
        })?;
    }
    Ok(())
}

/// Writes which rooms each entry concerns.
pub(crate) async fn rooms(conn: &mut Conn, entries: &[Arc<Entry>]) -> Result<(), JournalError> {
    let rows: Vec<_> = entries
        .iter()
        .flat_map(|entry| {
            let rooms: BTreeSet<_> = entry.deliveries.iter().flat_map(|delivery| &delivery.rooms).collect();
            rooms.into_iter().map(move |room| (entry, room))
        })
        .collect();
    for chunk in rows.chunks(ROWS) {
        sql!(conn, |c| async {
            let mut insert =
                QueryBuilder::new("INSERT INTO journal_rooms (tenant_id, namespace, room, seq) ");
            insert.push_values(chunk, |mut row, (entry, room)| {
                row.push_bind(entry.stream.tenant.as_str())
                    .push_bind(&*entry.stream.namespace)
                    .push_bind(room.as_str())
                    .push_bind(i64::try_from(entry.seq).unwrap_or(i64::MAX));
            });
            insert.build().persistent(chunk.len() <= COMMON).execute(c).await
        })?;
    }
    Ok(())
}
