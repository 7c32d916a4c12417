//! What somebody is to an org.

use chrono::NaiveDate;
use homeroom_contract::{Actor, OrgId, Role, Subject};
use homeroom_journal::{Conn, sql};

use super::{Fact, acting_person, holds};
use crate::RosterError;
use crate::vocabulary::{admin, role};

/// What a person is to an org today. A service is nothing to an org: it acts by its scopes alone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrgStanding {
    /// The highest administrative role at the org or one above it.
    pub admin: Option<Role>,
    /// A counselor at the org or one above it.
    pub counselor: bool,
    /// The roles held at this very org, each once, from the least to the most rights.
    pub here: Vec<Role>,
}

const FACTS: &str = concat!(
    "SELECT 'org' AS what, o.org_id AS id, '' AS word, '' AS detail FROM orgs o \
     WHERE o.tenant_id = $2 AND o.org_id = $4 AND o.active UNION ALL ",
    acting_person!(),
    " UNION ALL SELECT 'role', r.org_id, r.role, '' FROM org_closure o \
     JOIN roles r ON r.tenant_id = o.tenant_id AND r.org_id = o.ancestor_id AND r.user_id = $3 \
     WHERE o.tenant_id = $2 AND o.descendant_id = $4 AND ",
    holds!("r"),
);

/// What the actor is to the org on that day. `NotFound` for an org that isn't in the actor's tenant.
pub(crate) async fn standing_at(
    conn: &mut Conn,
    actor: &Actor,
    org: &OrgId,
    today: NaiveDate,
) -> Result<OrgStanding, RosterError> {
    let facts = sql!(conn, |c| sqlx::query_as::<_, Fact>(FACTS)
        .bind(today)
        .bind(actor.tenant.as_str())
        .bind(actor.subject_id().as_str())
        .bind(org.as_str())
        .fetch_all(c))?;
    if !facts.iter().any(|fact| fact.what == "org") {
        return Err(RosterError::NotFound("org"));
    }
    let person =
        matches!(actor.subject, Subject::Person(_)) && facts.iter().any(|fact| fact.what == "person");
    if !person {
        return Ok(OrgStanding::default());
    }
    let roles = || facts.iter().filter(|fact| fact.what == "role");
    let mut here: Vec<Role> =
        roles().filter(|fact| fact.id == org.as_str()).filter_map(|fact| role(&fact.word)).collect();
    here.sort_unstable();
    here.dedup();
    Ok(OrgStanding {
        admin: roles().filter_map(|fact| admin(&fact.word)).max(),
        counselor: roles().any(|fact| role(&fact.word) == Some(Role::Counselor)),
        here,
    })
}
