//! How many connections a person or a service has, on all nodes together. While the state is away every node counts its own alone:
//! nobody is kept out because of that.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use homeroom_contract::{Actor, TenantId, UserId};
use homeroom_state::Key;

use super::Leases;

/// The connections of everyone.
pub(crate) struct Places {
    node: Arc<str>,
    leases: Arc<Leases>,
    here: Mutex<HashMap<Whose, usize>>,
}

/// A service of a person's name is somebody else.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Whose {
    tenant: TenantId,
    subject: UserId,
    service: bool,
}

impl Places {
    pub(crate) fn new(node: Arc<str>, leases: Arc<Leases>) -> Self {
        Self { node, leases, here: Mutex::default() }
    }

    /// One more, by that id on this node, if that makes no more than `max`.
    pub(crate) async fn take(&self, actor: &Actor, id: u64, max: usize) -> bool {
        // Before the state is asked, so that of several that come at once no more than `max` pass here either.
        if !self.count(actor, max) {
            return false;
        }
        let (key, field) = (key(actor), self.field(id));
        match self.leases.hold_if_room(&key, &field, Bytes::new(), max).await {
            Ok(true) => true,
            Ok(false) => {
                self.uncount(actor);
                false
            }
            Err(error) => {
                tracing::debug!(%error, "connections are counted on this node alone");
                true
            }
        }
    }

    /// One less.
    pub(crate) async fn give_back(&self, actor: &Actor, id: u64) {
        self.uncount(actor);
        let (key, field) = (key(actor), self.field(id));
        self.leases.let_go(&key, &field);
        self.leases.settle(&key, &field).await;
    }

    fn field(&self, id: u64) -> String {
        format!("{}/{id}", self.node)
    }

    fn count(&self, actor: &Actor, max: usize) -> bool {
        let mut here = self.here.lock().unwrap_or_else(PoisonError::into_inner);
        let whose = whose(actor);
        let count = here.get(&whose).copied().unwrap_or_default();
        if count < max {
            here.insert(whose, count + 1);
        }
        count < max
    }

    fn uncount(&self, actor: &Actor) {
        let mut here = self.here.lock().unwrap_or_else(PoisonError::into_inner);
        let whose = whose(actor);
        if let Some(count) = here.get_mut(&whose) {
            *count -= 1;
            if *count == 0 {
                here.remove(&whose);
            }
        }
    }
}

fn whose(actor: &Actor) -> Whose {
    Whose {
        tenant: actor.tenant.clone(),
        subject: actor.subject_id().clone(),
        service: actor.user().is_none(),
    }
}

/// `{tenant}:connections:{person}`, `{tenant}:service-connections:{name}`
fn key(actor: &Actor) -> Key {
    let kind = if actor.user().is_some() { "connections" } else { "service-connections" };
    Key::of(&actor.tenant, kind).and(actor.subject_id().as_str())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::Duration;

    use homeroom_contract::{Service, Subject, SystemClock};
    use homeroom_state::{MemoryState, StateAdapter};

    use super::*;

    fn node(name: &'static str, state: &Arc<dyn StateAdapter>) -> Places {
        let leases = Leases::new(Arc::clone(state), Duration::from_mins(1), name);
        Places::new(name.into(), Arc::new(leases))
    }

    #[tokio::test]
    async fn a_place_given_back_on_one_node_can_be_taken_on_another() {
        let state: Arc<dyn StateAdapter> = Arc::new(MemoryState::new(Arc::new(SystemClock)));
        let (here, there) = (node("here", &state), node("there", &state));
        let ada = Actor::person(TenantId::new("d").unwrap(), UserId::new("ada").unwrap());
        assert!(here.take(&ada, 1, 2).await);
        assert!(there.take(&ada, 1, 2).await);
        assert!(!here.take(&ada, 2, 2).await);
        assert!(!there.take(&ada, 2, 2).await);
        here.give_back(&ada, 1).await;
        assert!(there.take(&ada, 3, 2).await);
        there.give_back(&ada, 1).await;
        there.give_back(&ada, 3).await;
        assert!(here.here.lock().unwrap().is_empty(), "nothing is kept of somebody who has gone");
        assert!(state.fields(&key(&ada)).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_service_takes_no_place_of_the_person_of_its_name() {
        let state: Arc<dyn StateAdapter> = Arc::new(MemoryState::new(Arc::new(SystemClock)));
        let (here, there) = (node("here", &state), node("there", &state));
        let (tenant, name) = (TenantId::new("d").unwrap(), UserId::new("ada").unwrap());
        let subject = Subject::Service(Service { name: name.clone(), scopes: BTreeSet::new() });
        let service = Actor { tenant: tenant.clone(), subject };
        let person = Actor::person(tenant, name);
        assert!(here.take(&service, 1, 1).await);
        assert!(!there.take(&service, 1, 1).await);
        assert!(here.take(&person, 2, 1).await);
        assert!(!there.take(&person, 2, 1).await);
    }
}
