//! How many connections a person has, on all nodes together. While the state is away every node counts its own alone: nobody is
//! kept out because of that.

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
    here: Mutex<HashMap<(TenantId, UserId), usize>>,
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
        let whose = (actor.tenant.clone(), actor.subject_id().clone());
        let count = here.get(&whose).copied().unwrap_or_default();
        if count < max {
            here.insert(whose, count + 1);
        }
        count < max
    }

    fn uncount(&self, actor: &Actor) {
        let mut here = self.here.lock().unwrap_or_else(PoisonError::into_inner);
        let whose = (actor.tenant.clone(), actor.subject_id().clone());
        if let Some(count) = here.get_mut(&whose) {
            *count -= 1;
            if *count == 0 {
                here.remove(&whose);
            }
        }
    }
}

/// `{tenant}:connections:{subject}`
fn key(actor: &Actor) -> Key {
    Key::of(&actor.tenant, "connections").and(actor.subject_id().as_str())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use homeroom_contract::SystemClock;
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
}
