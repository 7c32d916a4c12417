//! Every transport in use, by person: whom a change of the roster concerns.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use homeroom_contract::{Affected, RosterChange, TenantId, UserId};

use super::Link;

/// The person's transport as the connection knows it, while it is in use.
#[derive(Debug, Default)]
pub(super) struct Seat(Mutex<Option<Arc<Link>>>);

impl Seat {
    pub(super) fn link(&self) -> Option<Arc<Link>> {
        self.lock().clone()
    }

    pub(super) fn put(&self, link: Option<Arc<Link>>) {
        *self.lock() = link;
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<Link>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Transports by tenant and person.
#[derive(Debug, Default)]
pub(super) struct Links(Mutex<HashMap<TenantId, People>>);

type People = HashMap<UserId, Vec<Arc<Link>>>;

impl Links {
    pub(super) fn add(&self, link: &Arc<Link>) {
        let mut tenants = self.lock();
        let people = tenants.entry(link.actor.tenant.clone()).or_default();
        people.entry(link.actor.subject_id().clone()).or_default().push(Arc::clone(link));
    }

    pub(super) fn remove(&self, link: &Link) {
        let mut tenants = self.lock();
        let Some(people) = tenants.get_mut(&link.actor.tenant) else { return };
        if let Some(links) = people.get_mut(link.actor.subject_id()) {
            links.retain(|other| other.id != link.id);
            if links.is_empty() {
                people.remove(link.actor.subject_id());
            }
        }
        if people.is_empty() {
            tenants.remove(&link.actor.tenant);
        }
    }

    pub(super) fn all(&self) -> Vec<Arc<Link>> {
        self.lock().values().flat_map(HashMap::values).flatten().cloned().collect()
    }

    /// Those of the people whom a change concerns.
    pub(super) fn concerned(&self, change: &RosterChange) -> Vec<Arc<Link>> {
        let tenants = self.lock();
        let Some(people) = tenants.get(&change.tenant) else { return Vec::new() };
        match &change.affected {
            Affected::Everyone => people.values().flatten().cloned().collect(),
            Affected::People(users) => {
                users.iter().filter_map(|user| people.get(user)).flatten().cloned().collect()
            }
        }
    }

    /// Those of one person.
    pub(super) fn of(&self, tenant: &TenantId, user: &UserId) -> Vec<Arc<Link>> {
        self.lock().get(tenant).and_then(|people| people.get(user)).cloned().unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<TenantId, People>> {
        // Between any two of its changes the map is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
