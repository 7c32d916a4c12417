//! Reading streams.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use homeroom_contract::{EventId, Room, TenantId, Timestamp, UserId};
use serde_json::value::RawValue;
use sqlx::QueryBuilder;
use uuid::Uuid;

use crate::{Conn, DatabaseError, Entry, JournalError, Place, Stream, sql};

/// How many rooms one statement asks for; SQLite joins at most 500 selects.
const ROOMS: usize = 100;

/// How many tenants or entries one statement asks for.
const KEYS: usize = 500;

/// A row of `journal_entries`, without what was asked by.
#[derive(sqlx::FromRow)]
struct Row {
    seq: i64,
    event_id: Uuid,
    at: DateTime<Utc>,
    actor: String,
    kind: String,
    body: String,
    deliveries: String,
}

impl Row {
    fn entry(self, stream: &Stream) -> Result<Entry, JournalError> {
        let json = |cause| JournalError::unreadable("a journal entry", cause);
        Ok(Entry {
            stream: stream.clone(),
            seq: number(self.seq),
            event_id: EventId(self.event_id),
            at: Timestamp::new(self.at),
            actor: UserId::new(self.actor)
                .map_err(|cause| JournalError::unreadable("a journal entry", cause))?,
            kind: self.kind,
            body: RawValue::from_string(self.body).map_err(json)?,
            deliveries: serde_json::from_str(&self.deliveries).map_err(json)?,
        })
    }
}

/// The stream's end.
pub(crate) async fn head(conn: &mut Conn, stream: &Stream) -> Result<Place, DatabaseError> {
    let last = sql!(conn, |c| sqlx::query_as::<_, (i64, Option<Uuid>)>(
        "SELECT seq, event_id FROM journal_heads \
         LEFT JOIN journal_entries USING (tenant_id, namespace, seq) WHERE tenant_id = $1 AND namespace = $2"
    )
    .bind(stream.tenant.as_str())
    .bind(&*stream.namespace)
    .fetch_optional(c))?;
    Ok(last.map(place).unwrap_or_default())
}

/// The ends of all streams of these tenants. A stream without an entry is not among them.
pub(crate) async fn heads(
    conn: &mut Conn,
    tenants: &[TenantId],
) -> Result<Vec<(Stream, Place)>, JournalError> {
    let mut heads = Vec::new();
    for chunk in tenants.chunks(KEYS) {
        let rows: Vec<(String, String, i64, Option<Uuid>)> = sql!(conn, |c| async {
            let mut select = QueryBuilder::new(
                "SELECT tenant_id, namespace, seq, event_id FROM journal_heads \
                 LEFT JOIN journal_entries USING (tenant_id, namespace, seq) WHERE tenant_id IN (",
            );
            let mut list = select.separated(", ");
            for tenant in chunk {
                list.push_bind(tenant.as_str());
            }
            select.push(")");
            select.build_query_as().persistent(chunk.len() == 1).fetch_all(c).await
        })?;
        for (tenant, namespace, seq, event_id) in rows {
            let tenant = TenantId::new(tenant).map_err(|cause| JournalError::unreadable("a head", cause))?;
            heads.push((Stream::new(tenant, namespace), place((seq, event_id))));
        }
    }
    Ok(heads)
}

/// Up to `limit` entries after `after`, in order.
pub(crate) async fn entries(
    conn: &mut Conn,
    stream: &Stream,
    after: u64,
    limit: u32,
) -> Result<Vec<Entry>, JournalError> {
    let rows = sql!(conn, |c| sqlx::query_as::<_, Row>(
        "SELECT seq, event_id, at, actor, kind, body, deliveries FROM journal_entries \
         WHERE tenant_id = $1 AND namespace = $2 AND seq > $3 ORDER BY seq LIMIT $4"
    )
    .bind(stream.tenant.as_str())
    .bind(&*stream.namespace)
    .bind(i64::try_from(after).unwrap_or(i64::MAX))
    .bind(i64::from(limit))
    .fetch_all(c))?;
    rows.into_iter().map(|row| row.entry(stream)).collect()
}

/// Up to `limit` entries after `after` that concern one of these rooms, in order, and whether there are more.
pub(crate) async fn in_rooms(
    conn: &mut Conn,
    stream: &Stream,
    rooms: &[Room],
    after: u64,
    limit: u32,
) -> Result<(Vec<Entry>, bool), JournalError> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let rooms: BTreeSet<&str> = rooms.iter().map(Room::as_str).collect();
    let rooms: Vec<_> = rooms.into_iter().collect();
    let mut found = BTreeSet::new();
    for chunk in rooms.chunks(ROOMS) {
        found.extend(numbers(conn, stream, chunk, after, limit).await?);
    }
    let truncated = found.len() > limit;
    let wanted: Vec<i64> = found.into_iter().take(limit).collect();
    let mut entries = Vec::with_capacity(wanted.len());
    for chunk in wanted.chunks(KEYS) {
        for row in rows(conn, stream, chunk).await? {
            entries.push(row.entry(stream)?);
        }
    }
    Ok((entries, truncated))
}

/// The numbers of the first `limit` entries of each room, and one more, which tells that there are more.
async fn numbers(
    conn: &mut Conn,
    stream: &Stream,
    rooms: &[&str],
    after: u64,
    limit: usize,
) -> Result<Vec<i64>, DatabaseError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    sql!(conn, |c| async {
        // One limited walk down the index for each room: the cost depends on the limit, not on how much a room has seen.
        let mut select = QueryBuilder::new("");
        for (index, room) in rooms.iter().enumerate() {
            if index > 0 {
                select.push(" UNION ALL ");
            }
            select.push("SELECT seq FROM (SELECT seq FROM journal_rooms WHERE tenant_id = ");
            select.push_bind(stream.tenant.as_str());
            select.push(" AND namespace = ").push_bind(&*stream.namespace);
            select.push(" AND room = ").push_bind(*room);
            select.push(" AND seq > ").push_bind(after);
            select.push(" ORDER BY seq LIMIT ").push_bind(limit).push(") AS room");
        }
        select.build_query_scalar::<i64>().persistent(rooms.len() == 1).fetch_all(c).await
    })
}

async fn rows(conn: &mut Conn, stream: &Stream, wanted: &[i64]) -> Result<Vec<Row>, DatabaseError> {
    sql!(conn, |c| async {
        let mut select = QueryBuilder::new(
            "SELECT seq, event_id, at, actor, kind, body, deliveries FROM journal_entries WHERE tenant_id = ",
        );
        select.push_bind(stream.tenant.as_str()).push(" AND namespace = ").push_bind(&*stream.namespace);
        select.push(" AND seq IN (");
        let mut list = select.separated(", ");
        for seq in wanted {
            list.push_bind(*seq);
        }
        select.push(") ORDER BY seq");
        select.build_query_as::<Row>().persistent(false).fetch_all(c).await
    })
}

fn place((seq, event_id): (i64, Option<Uuid>)) -> Place {
    Place { seq: number(seq), event_id: event_id.map(EventId) }
}

fn number(seq: i64) -> u64 {
    u64::try_from(seq).unwrap_or_default()
}
