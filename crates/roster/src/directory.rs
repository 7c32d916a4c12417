//! The roster as the transport asks it: who may be connected, and whom a change concerns.

use std::collections::{BTreeMap, BTreeSet};

use homeroom_contract::{
    Actor, Affected, BoxFuture, Directory, Failure, RosterChange, RosterPosition, Standing, Subject,
    TenantId, Timestamp, UserId,
};
use homeroom_journal::sql;

use crate::{Roster, RosterError};

impl Directory for Roster {
    fn standing<'a>(&'a self, actor: &'a Actor) -> BoxFuture<'a, Result<Standing, Failure>> {
        Box::pin(async move { Ok(self.standing_of(actor).await?) })
    }

    fn sole_tenant(&self) -> BoxFuture<'_, Result<Option<TenantId>, Failure>> {
        Box::pin(async move { Ok(self.the_only_tenant().await?) })
    }

    fn position(&self, now: Timestamp) -> BoxFuture<'_, Result<RosterPosition, Failure>> {
        Box::pin(async move { Ok(RosterPosition { version: self.head().await?, at: now }) })
    }

    fn changes(
        &self,
        since: RosterPosition,
        now: Timestamp,
    ) -> BoxFuture<'_, Result<(Vec<RosterChange>, RosterPosition), Failure>> {
        Box::pin(async move { Ok(self.changes_since(since, now).await?) })
    }
}

impl Roster {
    async fn standing_of(&self, actor: &Actor) -> Result<Standing, RosterError> {
        const PERSON: &str =
            "SELECT p.active AND p.enabled FROM people p WHERE p.tenant_id = $1 AND p.user_id = $2";
        const TENANT: &str = "SELECT true FROM roster_tenants WHERE tenant_id = $1";
        let mut conn = self.database.lookup().await?;
        let tenant = actor.tenant.as_str();
        let active = match &actor.subject {
            Subject::Person(user) => sql!(conn, |c| sqlx::query_scalar::<_, bool>(PERSON)
                .bind(tenant)
                .bind(user.as_str())
                .fetch_optional(c))?,
            Subject::Service(_) => {
                sql!(conn, |c| sqlx::query_scalar::<_, bool>(TENANT).bind(tenant).fetch_optional(c))?
            }
        };
        Ok(match active {
            Some(true) => Standing::Active,
            Some(false) => Standing::Disabled,
            None => Standing::Unknown,
        })
    }

    async fn the_only_tenant(&self) -> Result<Option<TenantId>, RosterError> {
        let tenants = self.tenants(2).await?;
        Ok(<[TenantId; 1]>::try_from(tenants).ok().map(|[tenant]| tenant))
    }

    async fn tenants(&self, limit: i64) -> Result<Vec<TenantId>, RosterError> {
        const QUESTION: &str = "SELECT tenant_id FROM roster_tenants ORDER BY tenant_id LIMIT $1";
        let mut conn = self.database.lookup().await?;
        let ids = sql!(conn, |c| sqlx::query_scalar::<_, String>(QUESTION).bind(limit).fetch_all(c))?;
        Ok(ids.iter().filter_map(|id| TenantId::new(id).ok()).collect())
    }

    async fn head(&self) -> Result<i64, RosterError> {
        let mut conn = self.database.lookup().await?;
        Ok(sql!(conn, |c| sqlx::query_scalar::<_, i64>("SELECT version FROM roster_head").fetch_one(c))?)
    }

    async fn told_since(&self, version: i64) -> Result<BTreeMap<TenantId, Told>, RosterError> {
        const QUESTION: &str = "SELECT tenant_id, user_id FROM roster_changes WHERE version > $1";
        let mut conn = self.database.lookup().await?;
        let rows = sql!(conn, |c| sqlx::query_as::<_, (String, Option<String>)>(QUESTION)
            .bind(version)
            .fetch_all(c))?;
        let mut told: BTreeMap<TenantId, Told> = BTreeMap::new();
        for (tenant, user) in rows {
            let Ok(tenant) = TenantId::new(tenant) else { continue };
            let told = told.entry(tenant).or_default();
            match user.and_then(|user| UserId::new(user).ok()) {
                Some(user) => _ = told.people.insert(user),
                None => told.everyone = true,
            }
        }
        Ok(told)
    }

    async fn changes_since(
        &self,
        since: RosterPosition,
        now: Timestamp,
    ) -> Result<(Vec<RosterChange>, RosterPosition), RosterError> {
        let head = self.head().await?;
        let mut told: BTreeMap<TenantId, Told> = BTreeMap::new();
        if head < since.version {
            // The database has gone back: whatever has changed since then has changed back.
            tracing::warn!(head, since = since.version, "the roster has gone back");
            for tenant in self.tenants(i64::MAX).await? {
                told.entry(tenant).or_default().everyone = true;
            }
        } else if head > since.version {
            told = self.told_since(since.version).await?;
        }
        // Changes older than a few days are gone, but then a day has begun as well.
        if self.settings.any_day_began(since.at, now) {
            for tenant in self.tenants(i64::MAX).await? {
                if self.today(&tenant, since.at) < self.today(&tenant, now) {
                    told.entry(tenant).or_default().everyone = true;
                }
            }
        }
        let changes = told.into_iter().flat_map(|(tenant, told)| told.changes(tenant));
        Ok((changes.collect(), RosterPosition { version: head, at: now }))
    }
}

/// What is told of one tenant.
#[derive(Debug, Default)]
struct Told {
    everyone: bool,
    people: BTreeSet<UserId>,
}

impl Told {
    fn changes(self, tenant: TenantId) -> impl Iterator<Item = RosterChange> {
        let people = Some(self.people).filter(|people| !people.is_empty());
        let people = people.map(|people| Affected::People(people.into_iter().collect()));
        let everyone = self.everyone.then_some(Affected::Everyone);
        let told = people.into_iter().chain(everyone);
        told.map(move |affected| RosterChange { tenant: tenant.clone(), affected })
    }
}
