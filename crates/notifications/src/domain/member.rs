//! A person of the tenant as the roster has them now: the rooms that they are in from CONNECT on, and so whatever reaches them.
//!
//! Who receives what is sent to a target is who would be in the target's room if they connected: there is one rule for both.
//! Who holds no role and has no child here is in no room but the own, and receives nothing that is for many.

use std::collections::BTreeSet;

use homeroom_contract::{Role, TenantId, UserId};

use crate::domain::{NotificationRoom, OrgKind, Place, RoleGroup, RoleHeld, Target};

/// A person of the tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The person.
    pub user_id: UserId,
    /// The person, if a student, and the children that the person is a guardian of.
    pub students: Vec<UserId>,
    /// The roles held now. `PARENT` counts for nothing without a child, and then at the child's schools only.
    pub roles: Vec<RoleHeld>,
    /// The schools of the children.
    pub children_at: Vec<Place>,
}

impl Member {
    /// Where somebody is one of the people: the orgs of the roles, and the schools of the children.
    pub fn places(&self) -> impl Iterator<Item = &Place> {
        self.counted().map(|held| &held.at).chain(&self.children_at)
    }

    /// The rooms that the person is in from CONNECT on, and no others. `tenant` is the place of the tenant's own org.
    pub fn rooms(&self, tenant: &Place) -> BTreeSet<NotificationRoom> {
        let own = [NotificationRoom::User(self.user_id.clone())];
        let family = self.students.iter().cloned().map(NotificationRoom::Student);
        let held = self.counted().filter_map(|held| Some((&held.at, RoleGroup::of(held.role)?)));
        let with_children = self.children_at.iter().map(|school| (school, RoleGroup::Parents));
        let schools = held.chain(with_children).filter(|(at, _)| at.kind == OrgKind::School);
        let schools = schools.flat_map(|(at, group)| {
            let school = at.org.clone();
            [NotificationRoom::School(school.clone()), NotificationRoom::SchoolRole(school, group)]
        });
        let belongs = self.counted().next().is_some() || !self.students.is_empty();
        let district = belongs.then(|| NotificationRoom::District(tenant.org.clone()));
        let runs = |held: &RoleHeld| held.role == Role::DistrictAdmin && tenant.is_within(&held.at.org);
        let admins =
            self.roles.iter().any(runs).then(|| NotificationRoom::DistrictAdmins(tenant.org.clone()));
        own.into_iter().chain(family).chain(schools).chain(district).chain(admins).collect()
    }

    /// Whether that target means this person: whether the person is in its room.
    pub fn is_meant_by(&self, target: &Target, tenant: &Place) -> bool {
        let id = TenantId::new(tenant.org.as_str());
        let room = id.ok().and_then(|id| target.room(&id));
        room.is_some_and(|room| self.rooms(tenant).iter().any(|own| own.room() == room))
    }

    /// The roles that count by themselves.
    fn counted(&self) -> impl Iterator<Item = &RoleHeld> {
        self.roles.iter().filter(|held| !matches!(held.role, Role::Guest | Role::Parent))
    }
}
