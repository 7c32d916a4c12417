//! Whose rights an import touched: the people whose own row, roles or enrollments changed, and those they are linked with, as
//! it was and as it is, since a guardian's rights follow the child's enrollments.

use std::collections::BTreeSet;

use homeroom_contract::{TenantId, Timestamp};
use homeroom_journal::{Conn, DatabaseError, sql};
use sqlx::QueryBuilder;

use super::ImportError;
use crate::oneroster::User;

/// Statements about many people take so many at once.
const AT_ONCE: usize = 1000;
/// How long changes are kept for nodes that have not asked. A node that asks later is told of a new day, which says more.
const KEPT: std::time::Duration = std::time::Duration::from_hours(72);

/// The people whose rights an import touched. Where that may be everyone, those who lost something are named even so: they are the
/// ones to be looked up first.
#[derive(Debug)]
pub(super) struct Touched {
    everyone: bool,
    people: BTreeSet<String>,
    kin: BTreeSet<String>,
    /// Those of the people who may have lost something, up to the limit.
    losing: BTreeSet<String>,
    limit: usize,
}

impl Touched {
    /// More people than the limit are everyone. Who is `losing` comes in the order in which it matters.
    pub(super) fn new<'a>(
        everyone: bool,
        people: impl Iterator<Item = &'a str>,
        losing: impl Iterator<Item = &'a str>,
        limit: usize,
    ) -> Self {
        let mut first = BTreeSet::new();
        for person in losing {
            if first.len() == limit {
                break;
            }
            first.insert(person.to_owned());
        }
        let people = people.map(str::to_owned).collect();
        let mut touched = Self { everyone, people, kin: BTreeSet::new(), losing: first, limit };
        touched.cut();
        touched
    }

    /// If they are too many, or everyone is meant anyway, only those who lost something are named.
    fn cut(&mut self) {
        self.everyone |= self.people.union(&self.kin).count() > self.limit;
        if self.everyone {
            self.people = std::mem::take(&mut self.losing);
        }
    }

    /// With the people linked with them, as far as there is room for more names.
    pub(super) fn closed(mut self) -> Self {
        if !self.everyone {
            self.cut();
        }
        for person in std::mem::take(&mut self.kin) {
            if self.people.len() >= self.limit {
                break;
            }
            self.people.insert(person);
        }
        self
    }

    /// Adds the people linked with those who are named.
    pub(super) async fn add_kin(&mut self, conn: &mut Conn, tenant: &TenantId) -> Result<(), DatabaseError> {
        let origin: Vec<&String> = self.people.iter().collect();
        for some in origin.chunks(AT_ONCE) {
            let kin: Vec<String> = sql!(conn, |c| async {
                let mut question = QueryBuilder::new("SELECT DISTINCT kin_id FROM kin WHERE tenant_id = ");
                question.push_bind(tenant.as_str()).push(" AND person_id IN (");
                let mut ids = question.separated(", ");
                for id in some {
                    ids.push_bind(id.as_str());
                }
                question.push(")");
                question.build_query_scalar::<String>().fetch_all(c).await
            })?;
            self.kin.extend(kin);
        }
        Ok(())
    }

    fn is_nobody(&self) -> bool {
        !self.everyone && self.people.is_empty()
    }
}

/// Writes down the links that these people declare, in place of those they declared before.
pub(super) async fn write_kin(
    conn: &mut Conn,
    tenant: &TenantId,
    people: &[&User],
) -> Result<(), DatabaseError> {
    for some in people.chunks(AT_ONCE) {
        sql!(conn, |c| async {
            let mut statement = QueryBuilder::new("DELETE FROM kin WHERE tenant_id = ");
            statement.push_bind(tenant.as_str()).push(" AND declared_by IN (");
            let mut ids = statement.separated(", ");
            for user in some {
                ids.push_bind(user.id.as_str());
            }
            statement.push(")");
            statement.build().execute(c).await
        })?;
    }
    let links: Vec<[&str; 3]> = people
        .iter()
        .flat_map(|user| user.agents.iter().map(move |agent| (user.id.as_str(), agent.as_str())))
        .filter(|(user, agent)| user != agent)
        .flat_map(|(user, agent)| [[user, agent, user], [agent, user, user]])
        .collect();
    for some in links.chunks(AT_ONCE) {
        sql!(conn, |c| async {
            let mut statement =
                QueryBuilder::new("INSERT INTO kin (tenant_id, person_id, kin_id, declared_by) ");
            statement.push_values(some, |mut row, [person, kin, declared_by]| {
                row.push_bind(tenant.as_str()).push_bind(*person).push_bind(*kin).push_bind(*declared_by);
            });
            statement.push(" ON CONFLICT DO NOTHING");
            statement.build().execute(c).await
        })?;
    }
    Ok(())
}

/// Writes down whose rights changed in every tenant, under a new version, and that the tenants are there.
pub(super) async fn record(
    conn: &mut Conn,
    touched: &[(TenantId, Touched)],
    at: Timestamp,
) -> Result<(), DatabaseError> {
    const NEXT: &str = "UPDATE roster_head SET version = version + 1 RETURNING version";
    const TENANT: &str = "INSERT INTO roster_tenants (tenant_id, version) VALUES ($1, $2) \
         ON CONFLICT (tenant_id) DO UPDATE SET version = excluded.version";
    const FORGET: &str = "DELETE FROM roster_changes WHERE recorded_at < $1";
    let version = sql!(conn, |c| sqlx::query_scalar::<_, i64>(NEXT).fetch_one(c))?;
    for (tenant, touched) in touched {
        sql!(conn, |c| sqlx::query(TENANT).bind(tenant.as_str()).bind(version).execute(c))?;
        if touched.is_nobody() {
            continue;
        }
        let everyone = touched.everyone.then_some(None);
        let people: Vec<Option<&str>> =
            everyone.into_iter().chain(touched.people.iter().map(|person| Some(person.as_str()))).collect();
        let numbered: Vec<(i64, Option<&str>)> = (0..).zip(people).collect();
        for some in numbered.chunks(AT_ONCE) {
            sql!(conn, |c| async {
                let mut statement = QueryBuilder::new(
                    "INSERT INTO roster_changes (tenant_id, version, ordinal, user_id, recorded_at) ",
                );
                statement.push_values(some, |mut row, (ordinal, person)| {
                    row.push_bind(tenant.as_str())
                        .push_bind(version)
                        .push_bind(*ordinal)
                        .push_bind(*person)
                        .push_bind(at.to_utc());
                });
                statement.build().execute(c).await
            })?;
        }
    }
    let old = at.to_utc() - KEPT;
    sql!(conn, |c| sqlx::query(FORGET).bind(old).execute(c))?;
    Ok(())
}

/// The version of the roster, over all tenants.
pub(super) async fn head(conn: &mut Conn) -> Result<i64, DatabaseError> {
    sql!(conn, |c| sqlx::query_scalar::<_, i64>("SELECT version FROM roster_head").fetch_one(c))
}

/// Makes sure that there is no other import now, nor was one since that version was seen: what it wrote was not compared with.
/// Also makes versions visible in their order.
pub(super) async fn lock(conn: &mut Conn, seen: i64) -> Result<(), ImportError> {
    const LOCK: &str = "UPDATE roster_head SET version = version RETURNING version";
    let version = sql!(conn, |c| sqlx::query_scalar::<_, i64>(LOCK).fetch_one(c))?;
    if version == seen { Ok(()) } else { Err(ImportError::Overtaken) }
}
