//! Which tenant an org belongs to.
//!
//! A district is a tenant, with everything below it. A school without a district is one too. Orgs above districts (local,
//! state, national) belong to every tenant below them, since who administers them administers all of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use homeroom_contract::TenantId;

use crate::oneroster::OrgKind;

/// An org as far as the hierarchy goes.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) kind: OrgKind,
    pub(super) parent: Option<String>,
}

/// Orgs and their tenants.
#[derive(Debug, Default)]
pub(super) struct Hierarchy {
    of: HashMap<String, BTreeSet<TenantId>>,
}

/// Why an org has no tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Homeless {
    /// It stands above itself.
    Circle,
    /// It is below no district or school and above none.
    Nowhere,
}

impl Hierarchy {
    /// Puts the orgs in order. Parents that aren't among them are taken as none.
    pub(super) fn new(orgs: &BTreeMap<String, Node>) -> (Self, Vec<(String, Homeless)>) {
        let mut hierarchy = Self::default();
        let mut circles = BTreeSet::new();
        for id in orgs.keys() {
            let Some(path) = path_up(orgs, id) else {
                circles.insert(id.as_str());
                continue;
            };
            let topmost =
                |kind: &OrgKind| path.iter().rev().find(|(_, node)| node.kind == *kind).map(|(id, _)| *id);
            let root = topmost(&OrgKind::District).or_else(|| topmost(&OrgKind::School));
            let Some(tenant) = root.and_then(|root| TenantId::new(root).ok()) else { continue };
            hierarchy.put(id, &tenant);
            let above = path.iter().skip_while(|(id, _)| *id != tenant.as_str());
            for (above, _) in above {
                hierarchy.put(above, &tenant);
            }
        }
        let homeless = orgs.keys().filter(|id| !hierarchy.of.contains_key(*id)).map(|id| {
            let why = if circles.contains(id.as_str()) { Homeless::Circle } else { Homeless::Nowhere };
            (id.clone(), why)
        });
        let homeless = homeless.collect();
        (hierarchy, homeless)
    }

    fn put(&mut self, org: &str, tenant: &TenantId) {
        self.of.entry(org.to_owned()).or_default().insert(tenant.clone());
    }

    /// The tenants of an org; none if it isn't known.
    pub(super) fn of(&self, org: &str) -> impl Iterator<Item = &TenantId> {
        self.of.get(org).into_iter().flatten()
    }
}

/// The org and those above it, from below to the top; none if that goes round in a circle.
fn path_up<'a>(orgs: &'a BTreeMap<String, Node>, id: &'a str) -> Option<Vec<(&'a str, &'a Node)>> {
    let mut path = Vec::new();
    let mut at = Some(id);
    while let Some((id, node)) = at.and_then(|id| orgs.get_key_value(id)) {
        if path.len() >= orgs.len() {
            return None;
        }
        path.push((id.as_str(), node));
        at = node.parent.as_deref();
    }
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn orgs(list: &[(&str, OrgKind, &str)]) -> BTreeMap<String, Node> {
        list.iter()
            .map(|(id, kind, parent)| {
                let parent = (!parent.is_empty()).then(|| (*parent).to_owned());
                ((*id).to_owned(), Node { kind: kind.clone(), parent })
            })
            .collect()
    }

    fn of(hierarchy: &Hierarchy, org: &str) -> Vec<String> {
        hierarchy.of(org).map(ToString::to_string).collect()
    }

    #[test]
    fn a_tenant_is_a_district_or_a_school_without_one() {
        use OrgKind::{Department, District, National, School, State};
        let (hierarchy, homeless) = Hierarchy::new(&orgs(&[
            ("nation", National, ""),
            ("state", State, "nation"),
            ("d1", District, "state"),
            ("d2", District, "state"),
            ("s1", School, "d1"),
            ("s2", School, "d2"),
            ("art", Department, "s2"),
            ("free", School, ""),
            ("desert", State, "nation"),
        ]));
        assert_eq!(of(&hierarchy, "s1"), ["d1"]);
        assert_eq!(of(&hierarchy, "art"), ["d2"]);
        assert_eq!(of(&hierarchy, "free"), ["free"]);
        assert_eq!(of(&hierarchy, "nation"), ["d1", "d2"]);
        assert_eq!(homeless, [("desert".to_owned(), Homeless::Nowhere)]);
    }

    #[test]
    fn a_circle_has_no_tenant() {
        let (_, homeless) = Hierarchy::new(&orgs(&[
            ("a", OrgKind::District, "b"),
            ("b", OrgKind::District, "a"),
            ("c", OrgKind::School, "a"),
        ]));
        assert_eq!(homeless.len(), 3);
        assert!(homeless.iter().all(|(_, why)| *why == Homeless::Circle));
    }
}
