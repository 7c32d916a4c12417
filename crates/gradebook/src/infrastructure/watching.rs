//! Who is typing and who is in which cell: told to whoever joins, and gone by itself, person by person, or with the person.
//!
//! Nothing of this is promised. Without the shared state a gradebook works all the same, and newcomers are told of nobody.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{join, join3};
use homeroom_contract::{Actor, Call, ClassId, Room, TenantId};
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

/// Somebody in a class's gradebook.
#[derive(Clone, Copy)]
pub(crate) struct Watcher<'a> {
    pub(crate) actor: &'a Actor,
    pub(crate) class: &'a ClassId,
}

impl Watcher<'_> {
    fn key(self, doing: Doing) -> Key {
        key(&self.actor.tenant, doing, self.class)
    }

    fn person(&self) -> &str {
        self.actor.subject_id().as_str()
    }

    fn debug(self, doing: Doing, noted: Result<(), StateError>) {
        if let Err(error) = noted {
            tracing::debug!(%error, ?doing, class = %self.class, "newcomers are not told of it");
        }
    }
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

    /// Notes that somebody does this in that cell for that long from now, and in none else.
    pub(crate) async fn begun(&self, doing: Doing, at: Watcher<'_>, cell: &WatchedCell, lasts: Duration) {
        let noted = match serde_json::to_vec(cell) {
            Ok(cell) => self.0.set_field(&at.key(doing), at.person(), cell.into(), Some(lasts)).await,
            Err(error) => Err(StateError::Other(Box::new(error))),
        };
        at.debug(doing, noted);
    }

    /// Notes that somebody no longer does this in such a cell; in another cell it goes on, from another device for instance.
    pub(crate) async fn ended(
        &self,
        doing: Doing,
        at: Watcher<'_>,
        such: impl Fn(&WatchedCell) -> bool + Send,
    ) {
        let key = at.key(doing);
        let noted = match self.0.field(&key, at.person()).await {
            Ok(Some(seen)) if serde_json::from_slice(&seen).is_ok_and(|cell| such(&cell)) => {
                self.0.compare_and_set(&key, at.person(), Some(seen), None, None).await.map(|_| ())
            }
            Ok(_) => Ok(()),
            Err(error) => Err(error),
        };
        at.debug(doing, noted);
    }

    /// Notes that somebody has left a class's gradebook.
    pub(crate) async fn left(&self, at: Watcher<'_>) {
        join(self.ended(Doing::Typing, at, |_| true), self.ended(Doing::Focused, at, |_| true)).await;
    }

    /// Who does what in a class's gradebook now. Whoever is not there any more does nothing: their connection may have broken, or
    /// their node been killed.
    pub(crate) async fn seen(&self, call: &Call, class: &ClassId) -> Seen {
        let (tenant, room) = (&call.actor.tenant, Room::class_staff(class));
        // At once, so that a newcomer waits for a state that is away only once.
        let typing = self.cells(tenant, Doing::Typing, class);
        let focused = self.cells(tenant, Doing::Focused, class);
        let (mut typing, mut focused, there) = join3(typing, focused, call.session.online(&room)).await;
        let there: HashSet<_> = there.into_iter().map(|user| user.user_id).collect();
        for cells in [&mut typing, &mut focused] {
            cells.retain(|cell| there.contains(&cell.user_id));
        }
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
