//! Stored replies: a command that comes again with the same `clientId` is answered, not carried out again.

use homeroom_contract::{Actor, ClientId, Subject, Timestamp};

use crate::{Conn, DatabaseError, JournalError, sql};

/// How many expired replies one statement deletes.
const BATCH: i64 = 1_000;

/// Under what a reply is stored.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReplyKey<'a> {
    pub(crate) actor: &'a Actor,
    pub(crate) client_id: &'a ClientId,
}

impl ReplyKey<'_> {
    /// A person's id; `service:` and the name, for a service and a person of one name are two. A person's id that begins so, or
    /// as this does, comes behind `person:`.
    fn subject(&self) -> String {
        match &self.actor.subject {
            Subject::Person(user)
                if ["service:", "person:"].iter().any(|kind| user.as_str().starts_with(kind)) =>
            {
                format!("person:{user}")
            }
            Subject::Person(user) => user.to_string(),
            Subject::Service(service) => format!("service:{}", service.name),
        }
    }
}

/// A stored reply, and to what it was the reply.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct StoredReply {
    pub(crate) namespace: String,
    pub(crate) command: String,
    pub(crate) digest: Vec<u8>,
    pub(crate) reply: String,
}

/// The reply under that key, unless it has expired.
pub(crate) async fn find(
    conn: &mut Conn,
    key: ReplyKey<'_>,
    now: Timestamp,
) -> Result<Option<StoredReply>, DatabaseError> {
    sql!(conn, |c| sqlx::query_as::<_, StoredReply>(
        "SELECT namespace, command, digest, reply FROM journal_replies \
         WHERE tenant_id = $1 AND subject = $2 AND client_id = $3 AND expires_at > $4",
    )
    .bind(key.actor.tenant.as_str())
    .bind(key.subject())
    .bind(key.client_id.as_str())
    .bind(now.to_utc())
    .fetch_optional(c))
}

/// Stores the reply; [`JournalError::Twin`] if one is there that has not expired. Waits for a transaction that is storing one.
pub(crate) async fn store(
    conn: &mut Conn,
    key: ReplyKey<'_>,
    stored: StoredReply,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), JournalError> {
    let affected = sql!(conn, |c| sqlx::query(
        "INSERT INTO journal_replies \
         (tenant_id, subject, client_id, namespace, command, digest, reply, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
         ON CONFLICT (tenant_id, subject, client_id) DO UPDATE SET namespace = excluded.namespace, \
         command = excluded.command, digest = excluded.digest, reply = excluded.reply, \
         expires_at = excluded.expires_at WHERE journal_replies.expires_at <= $9",
    )
    .bind(key.actor.tenant.as_str())
    .bind(key.subject())
    .bind(key.client_id.as_str())
    .bind(&stored.namespace)
    .bind(&stored.command)
    .bind(&stored.digest)
    .bind(&stored.reply)
    .bind(expires_at.to_utc())
    .bind(now.to_utc())
    .execute(c))?;
    if affected == 1 { Ok(()) } else { Err(JournalError::Twin) }
}

/// Deletes some that have expired; tells how many, and whether there may be more.
pub(crate) async fn sweep(conn: &mut Conn, now: Timestamp) -> Result<(u64, bool), DatabaseError> {
    let deleted = sql!(conn, |c| sqlx::query(
        "DELETE FROM journal_replies WHERE (tenant_id, subject, client_id) IN \
         (SELECT tenant_id, subject, client_id FROM journal_replies WHERE expires_at <= $1 LIMIT $2)",
    )
    .bind(now.to_utc())
    .bind(BATCH)
    .execute(c))?;
    Ok((deleted, deleted == BATCH.unsigned_abs()))
}
