//! Sessions and their refresh tokens, of which only hashes are kept.
//!
//! Rows are locked in this order, always: the refresh token, its session, the head of changes, the journal's stream.

use chrono::{DateTime, Utc};
use homeroom_contract::{TenantId, Timestamp, UserId};
use homeroom_journal::{Conn, DatabaseError, sql};

use super::BATCH;

/// What has become of a refresh token that somebody came with.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Spent {
    /// It was good, and is spent from now on. Its session.
    Now(String),
    /// It was spent before. Its session.
    Before(String),
    /// There is none such.
    Unknown,
}

/// Begins a session.
pub(crate) async fn begin(
    conn: &mut Conn,
    tenant: &TenantId,
    session: &str,
    user: &UserId,
    at: Timestamp,
    expires_at: Timestamp,
) -> Result<(), DatabaseError> {
    const BEGIN: &str = "INSERT INTO auth_sessions \
         (tenant_id, session_id, user_id, started_at, expires_at, ended_at) VALUES ($1, $2, $3, $4, $5, NULL)";
    sql!(conn, |c| sqlx::query(BEGIN)
        .bind(tenant.as_str())
        .bind(session)
        .bind(user.as_str())
        .bind(at.to_utc())
        .bind(expires_at.to_utc())
        .execute(c))?;
    Ok(())
}

/// Adds a refresh token to a session.
pub(crate) async fn add_token(
    conn: &mut Conn,
    tenant: &TenantId,
    hash: &[u8; 32],
    session: &str,
    expires_at: Timestamp,
) -> Result<(), DatabaseError> {
    const ADD: &str = "INSERT INTO auth_refresh_tokens (tenant_id, token_hash, session_id, spent_at, expires_at) \
         VALUES ($1, $2, $3, NULL, $4)";
    sql!(conn, |c| sqlx::query(ADD)
        .bind(tenant.as_str())
        .bind(hash.as_slice())
        .bind(session)
        .bind(expires_at.to_utc())
        .execute(c))?;
    Ok(())
}

/// Whose session a refresh token belongs to, spent or not.
pub(crate) async fn holder(
    conn: &mut Conn,
    tenant: &TenantId,
    hash: &[u8; 32],
) -> Result<Option<UserId>, DatabaseError> {
    const QUESTION: &str = "SELECT s.user_id FROM auth_refresh_tokens t \
         JOIN auth_sessions s ON s.tenant_id = t.tenant_id AND s.session_id = t.session_id \
         WHERE t.tenant_id = $1 AND t.token_hash = $2";
    let user = sql!(conn, |c| sqlx::query_scalar::<_, String>(QUESTION)
        .bind(tenant.as_str())
        .bind(hash.as_slice())
        .fetch_optional(c))?;
    Ok(user.and_then(|user| UserId::new(user).ok()))
}

/// Spends a refresh token. Of two who come with it at once, the second waits for the first and finds it spent.
pub(crate) async fn spend(
    conn: &mut Conn,
    tenant: &TenantId,
    hash: &[u8; 32],
    now: Timestamp,
) -> Result<Spent, DatabaseError> {
    const SPEND: &str = "UPDATE auth_refresh_tokens SET spent_at = $3 \
         WHERE tenant_id = $1 AND token_hash = $2 AND spent_at IS NULL AND expires_at > $3 RETURNING session_id";
    const FIND: &str = "SELECT session_id FROM auth_refresh_tokens \
         WHERE tenant_id = $1 AND token_hash = $2 AND spent_at IS NOT NULL";
    let session = sql!(conn, |c| sqlx::query_scalar::<_, String>(SPEND)
        .bind(tenant.as_str())
        .bind(hash.as_slice())
        .bind(now.to_utc())
        .fetch_optional(c))?;
    if let Some(session) = session {
        return Ok(Spent::Now(session));
    }
    let session = sql!(conn, |c| sqlx::query_scalar::<_, String>(FIND)
        .bind(tenant.as_str())
        .bind(hash.as_slice())
        .fetch_optional(c))?;
    Ok(session.map_or(Spent::Unknown, Spent::Before))
}

/// Carries a session on, if it has not ended; whose it is.
pub(crate) async fn carry_on(
    conn: &mut Conn,
    tenant: &TenantId,
    session: &str,
    expires_at: Timestamp,
) -> Result<Option<UserId>, DatabaseError> {
    const CARRY_ON: &str = "UPDATE auth_sessions SET expires_at = $3 \
         WHERE tenant_id = $1 AND session_id = $2 AND ended_at IS NULL RETURNING user_id";
    let user = sql!(conn, |c| sqlx::query_scalar::<_, String>(CARRY_ON)
        .bind(tenant.as_str())
        .bind(session)
        .bind(expires_at.to_utc())
        .fetch_optional(c))?;
    Ok(user.and_then(|user| UserId::new(user).ok()))
}

/// Ends a session; whose it was and until when it would have gone on, if it had not ended already.
pub(crate) async fn end(
    conn: &mut Conn,
    tenant: &TenantId,
    session: &str,
    now: Timestamp,
) -> Result<Option<(UserId, Timestamp)>, DatabaseError> {
    const END: &str = "UPDATE auth_sessions SET ended_at = $3 \
         WHERE tenant_id = $1 AND session_id = $2 AND ended_at IS NULL RETURNING user_id, expires_at";
    let ended = sql!(conn, |c| sqlx::query_as::<_, (String, DateTime<Utc>)>(END)
        .bind(tenant.as_str())
        .bind(session)
        .bind(now.to_utc())
        .fetch_optional(c))?;
    Ok(ended.and_then(|(user, until)| Some((UserId::new(user).ok()?, Timestamp::new(until)))))
}

/// Until when a session goes on, or would have gone on if it had not ended; none if there is none such.
pub(crate) async fn until(
    conn: &mut Conn,
    tenant: &TenantId,
    session: &str,
) -> Result<Option<Timestamp>, DatabaseError> {
    const QUESTION: &str = "SELECT expires_at FROM auth_sessions WHERE tenant_id = $1 AND session_id = $2";
    let until = sql!(conn, |c| sqlx::query_scalar::<_, DateTime<Utc>>(QUESTION)
        .bind(tenant.as_str())
        .bind(session)
        .fetch_optional(c))?;
    Ok(until.map(Timestamp::new))
}

/// Ends all sessions of somebody.
pub(crate) async fn end_all(
    conn: &mut Conn,
    tenant: &TenantId,
    user: &UserId,
    now: Timestamp,
) -> Result<(), DatabaseError> {
    const END: &str = "UPDATE auth_sessions SET ended_at = $3 \
         WHERE tenant_id = $1 AND user_id = $2 AND ended_at IS NULL";
    sql!(conn, |c| sqlx::query(END).bind(tenant.as_str()).bind(user.as_str()).bind(now.to_utc()).execute(c))?;
    Ok(())
}

/// Deletes some refresh tokens that have expired; tells how many.
pub(crate) async fn purge_tokens(conn: &mut Conn, now: Timestamp) -> Result<u64, DatabaseError> {
    const PURGE: &str = "DELETE FROM auth_refresh_tokens WHERE (tenant_id, token_hash) IN \
         (SELECT tenant_id, token_hash FROM auth_refresh_tokens WHERE expires_at <= $1 LIMIT $2)";
    sql!(conn, |c| sqlx::query(PURGE).bind(now.to_utc()).bind(BATCH).execute(c))
}

/// Deletes some sessions that have expired; tells how many.
pub(crate) async fn purge(conn: &mut Conn, now: Timestamp) -> Result<u64, DatabaseError> {
    const PURGE: &str = "DELETE FROM auth_sessions WHERE (tenant_id, session_id) IN \
         (SELECT tenant_id, session_id FROM auth_sessions WHERE expires_at <= $1 LIMIT $2)";
    sql!(conn, |c| sqlx::query(PURGE).bind(now.to_utc()).bind(BATCH).execute(c))
}
