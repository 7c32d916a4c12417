//! The tables of this context. Every statement binds the tenant, and every function works on the caller's connection.

pub(crate) mod restrictions;
pub(crate) mod sessions;
pub(crate) mod violations;

use homeroom_journal::{Conn, DatabaseError, sql};

/// How many rows one statement reads, or deletes because they are over: nobody waits for long because of it.
pub(crate) const BATCH: i64 = 1_000;

/// The version of the next change. From here on every other writer waits, until COMMIT: so nobody sees a version before an
/// earlier one, and what is read after this is what stands.
pub(crate) async fn next_version(conn: &mut Conn) -> Result<i64, DatabaseError> {
    const NEXT: &str = "UPDATE auth_head SET version = version + 1 RETURNING version";
    sql!(conn, |c| sqlx::query_scalar::<_, i64>(NEXT).fetch_one(c))
}

/// The version of the last change.
pub(crate) async fn head(conn: &mut Conn) -> Result<i64, DatabaseError> {
    sql!(conn, |c| sqlx::query_scalar::<_, i64>("SELECT version FROM auth_head").fetch_one(c))
}
