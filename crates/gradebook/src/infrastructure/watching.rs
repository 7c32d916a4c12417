//! Who is typing and who is in which cell: told to whoever joins, and gone by itself, person by person.
//!
//! Nothing of this is promised. Without the shared state a gradebook works all the same, and newcomers are told of nobody.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join;
use homeroom_contract::{Actor, ClassId, TenantId};
use homeroom_state::{Key, StateAdapter, StateError};

use crate::domain::WatchedCell;

/// What somebody does in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doing {
    /// Types.
    Typing,
    /// Is in it.
    Focused,
}

/// Who does what in a class's gradebook.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) typing: Vec<WatchedCell>,
    pub(crate) focused: Vec<WatchedCell>,
}

/// What is kept of it.
#[derive(Clone)]
pub(crate) struct Watching(Arc<dyn StateAdapter>);

impl Watching {
    pub(crate) fn new(state: Arc<dyn StateAdapter>) -> Self {
        Self(state)
    }

    /// Notes that somebody does this in a cell for that long from now, or in none any more.
    pub(crate) async fn note(
        &self,
        doing: Doing,
        actor: &Actor,
        class: &ClassId,
        cell: Option<&WatchedCell>,
        lasts: Duration,
    ) {
        let key = key(&actor.tenant, doing, class);
        let person = actor.subject_id().as_str();
        let noted = match cell.map(serde_json::to_vec) {
            Some(Ok(cell)) => self.0.set_field(&key, person, cell.into(), Some(lasts)).await,
            Some(Err(error)) => Err(StateError::Other(Box::new(error))),
            None => self.0.delete_field(&key, person).await.map(|_| ()),
        };
        if let Err(error) = noted {
            tracing::debug!(%error, ?doing, "newcomers are not told of it");
        }
    }

    /// Who does what in a class's gradebook now.
    pub(crate) async fn seen(&self, tenant: &TenantId, class: &ClassId) -> Seen {
        // At once, so that a newcomer waits for a state that is away only once.
        let typing = self.cells(tenant, Doing::Typing, class);
        let (typing, focused) = join(typing, self.cells(tenant, Doing::Focused, class)).await;
        Seen { typing, focused }
    }

    async fn cells(&self, tenant: &TenantId, doing: Doing, class: &ClassId) -> Vec<WatchedCell> {
        let fields = self.0.fields(&key(tenant, doing, class)).await.unwrap_or_else(|error| {
            tracing::debug!(%error, ?doing, "a newcomer is not told of it");
            Vec::new()
        });
        fields.iter().filter_map(|(_, cell)| serde_json::from_slice(cell).ok()).collect()
    }
}

fn key(tenant: &TenantId, doing: Doing, class: &ClassId) -> Key {
    let kind = match doing {
        Doing::Typing => "gradebook-typing",
        Doing::Focused => "gradebook-focused",
    };
    Key::of(tenant, kind).and(class.as_str())
}
