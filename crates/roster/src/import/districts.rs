//! Whose roster a source is: the orgs are checked first, since the tenant of everything else follows from them.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use homeroom_contract::TenantId;
use homeroom_journal::{Conn, DatabaseError, sql};

use super::hierarchy::{Hierarchy, Homeless, Node};
use super::references::{Known, World};
use super::source::Source;
use super::{ImportError, Origin};
use crate::oneroster::{File, Mode, OrgKind, Reason, Refusal, Row, Status};

/// The orgs of a source, in order.
#[derive(Debug, Default)]
pub(super) struct Districts {
    pub(super) tenants: BTreeSet<TenantId>,
    pub(super) hierarchy: Hierarchy,
    /// Orgs of another tenant than the one that was named: nothing of the source is to be applied.
    pub(super) foreign: bool,
}

type Stored = BTreeMap<String, (Node, Origin)>;

/// Checks the orgs of a source and finds out the tenants; refused orgs are taken out and told.
pub(super) async fn districts(
    conn: &mut Conn,
    source: &mut Source,
    named: Option<&TenantId>,
) -> Result<Districts, ImportError> {
    let there = tenants(conn).await?;
    let sole = if there.len() == 1 { there.first() } else { None };
    let base = named.or(sole);
    let mode = source.mode(File::Orgs);
    if mode != Mode::Bulk && base.is_none() && (mode == Mode::Absent || !there.is_empty()) {
        return if source.report.refusals.is_empty() {
            Err(ImportError::TenantUnclear)
        } else {
            Ok(Districts::default())
        };
    }
    let stored = match base {
        Some(base) => stored_orgs(conn, base).await?,
        None => Stored::new(),
    };
    if let (Mode::Absent, Some(base)) = (mode, base) {
        return Ok(Districts { tenants: BTreeSet::from([base.clone()]), ..Districts::default() });
    }
    let refusals = check(source, mode, &stored);
    source.refuse(refusals);
    let mut nodes: BTreeMap<String, Node> = stored
        .into_iter()
        .filter(|(_, (_, origin))| mode == Mode::Delta || *origin == Origin::Gateway)
        .map(|(id, (node, _))| (id, node))
        .collect();
    // An org that goes is still below what it was below; one that never was here needs no tenant to go.
    source
        .contents
        .orgs
        .retain(|row| row.status == Status::Active || nodes.contains_key(row.record.id.as_str()));
    for row in source.contents.orgs.iter().filter(|row| row.status == Status::Active) {
        let parent = row.record.parent.as_ref().map(ToString::to_string);
        nodes.insert(row.record.id.to_string(), Node { kind: row.record.kind.clone(), parent });
    }
    let (hierarchy, homeless) = Hierarchy::new(&nodes);
    let refusals = homeless.iter().filter_map(|(id, why)| {
        let row = source.contents.orgs.iter().find(|row| row.record.id.as_str() == id)?;
        Some(match why {
            Homeless::Circle => refusal(row, "parentSourcedId", "It stands above itself.".to_owned()),
            Homeless::Nowhere => refusal(
                row,
                "type",
                "It belongs to no district or school, and none belongs to it.".to_owned(),
            ),
        })
    });
    let mut refusals: Vec<Refusal> = refusals.collect();
    let homeless: HashSet<&str> = homeless.iter().map(|(id, _)| id.as_str()).collect();
    source.contents.orgs.retain(|row| !homeless.contains(row.record.id.as_str()));

    // Of what was in the database only the tenants that the source speaks of.
    let mut tenants: BTreeSet<TenantId> =
        source.contents.orgs.iter().flat_map(|row| hierarchy.of(row.record.id.as_str()).cloned()).collect();
    if mode == Mode::Delta {
        tenants.extend(base.cloned());
    }
    let mut foreign = false;
    if let Some(named) = named {
        for row in &source.contents.orgs {
            let others: Vec<&str> = hierarchy
                .of(row.record.id.as_str())
                .filter(|tenant| *tenant != named)
                .map(TenantId::as_str)
                .collect();
            if !others.is_empty() {
                foreign = true;
                refusals.push(refusal(
                    row,
                    "sourcedId",
                    format!("It belongs to {}, not to {named}.", others.join(", ")),
                ));
            }
        }
    }
    source.refuse(refusals);
    Ok(Districts { tenants, hierarchy, foreign })
}

fn refusal(row: &Row<crate::oneroster::Org>, column: &str, message: String) -> Refusal {
    Refusal {
        file: File::Orgs,
        line: row.line,
        column: Some(column.to_owned()),
        reason: Reason::Conflict,
        message,
        sourced_id: Some(row.record.id.to_string()),
    }
}

/// Takes out the orgs with a parent that isn't there.
fn check(source: &mut Source, mode: Mode, stored: &Stored) -> Vec<Refusal> {
    let known = Known {
        stock: Box::new(|id| stored.get(id).map(|(_, origin)| *origin)),
        bulk: mode == Mode::Bulk,
        rows: source.contents.orgs.iter().map(|row| row.record.id.to_string()).collect(),
        refused: source.refused(File::Orgs),
    };
    let mut world = World {
        known: BTreeMap::from([(File::Orgs, known)]),
        roles_in_users: source.roles_in_users(),
        everybody: &HashSet::new(),
        refusals: Vec::new(),
    };
    world.check(File::Orgs, &mut source.contents.orgs);
    world.refusals
}

async fn tenants(conn: &mut Conn) -> Result<Vec<TenantId>, DatabaseError> {
    const QUESTION: &str = "SELECT tenant_id FROM roster_tenants ORDER BY tenant_id";
    let ids = sql!(conn, |c| sqlx::query_scalar::<_, String>(QUESTION).fetch_all(c))?;
    Ok(ids.iter().filter_map(|id| TenantId::new(id).ok()).collect())
}

async fn stored_orgs(conn: &mut Conn, tenant: &TenantId) -> Result<Stored, DatabaseError> {
    const QUESTION: &str = "SELECT org_id, kind, parent_id, origin FROM orgs WHERE tenant_id = $1";
    let rows = sql!(conn, |c| sqlx::query_as::<_, (String, String, Option<String>, String)>(QUESTION)
        .bind(tenant.as_str())
        .fetch_all(c))?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, kind, parent, origin)| {
            let kind = OrgKind::from_token(&kind)?;
            Some((id, (Node { kind, parent }, Origin::of(&origin))))
        })
        .collect())
}
