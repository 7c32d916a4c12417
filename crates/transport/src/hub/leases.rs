//! What this node holds in the shared state for as long as it lives: fields of hashes that expire unless they are renewed, so
//! that what a killed node held is gone by itself.
//!
//! What always holds: everything held is renewed in time to outlive two renewals that fail; what was let go and settled is not
//! there any more, whatever renewal was under way; nobody waits here for longer than one operation on the state may take, and nothing
//! fails because the state is away: what could not be written is with the next renewal.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};
use std::sync::{Arc, Mutex as Lock, MutexGuard as LockGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use homeroom_state::{Held, Key, StateAdapter, StateError, patience};
use tokio::sync::{Mutex, MutexGuard, watch};
use tokio::time::{Instant, sleep};

/// Leases renewed by one operation. More are renewed by several, so that none takes longer than one may.
const BATCH: usize = 1000;

/// Everything that this node holds.
pub(crate) struct Leases {
    state: Arc<dyn StateAdapter>,
    life: Duration,
    /// The lease that says that this node lives.
    own: (Key, String),
    held: Lock<Book>,
    /// One field is written or deleted by one at a time.
    turns: Vec<Mutex<()>>,
    /// How often the state was found to have lost what was held.
    emptied: watch::Sender<u64>,
    /// Until then what is missing may only not have been put back yet.
    doubt: Lock<Option<Instant>>,
}

#[derive(Default)]
struct Book {
    leases: BTreeMap<(Key, String), Lease>,
    next: u64,
    /// The node stops: nothing is held any more.
    over: bool,
}

#[derive(Clone)]
struct Lease {
    id: u64,
    value: Bytes,
    /// Whether it has been in the state, as far as we know.
    written: bool,
}

impl Leases {
    /// Leases of the node with that id. They expire `life` after they were renewed the last time.
    pub(crate) fn new(state: Arc<dyn StateAdapter>, life: Duration, node: &str) -> Self {
        let leases = Self {
            state,
            life,
            own: (Self::nodes(), node.to_owned()),
            held: Lock::default(),
            turns: (0..64).map(|_| Mutex::new(())).collect(),
            emptied: watch::Sender::new(0),
            doubt: Lock::default(),
        };
        leases.enter(&leases.own.0, node, Bytes::new(), false);
        leases
    }

    /// Where nodes are listed for as long as they live, by id.
    pub(crate) fn nodes() -> Key {
        Key::shared("nodes")
    }

    /// The state itself, to look at what others hold.
    pub(crate) fn state(&self) -> &dyn StateAdapter {
        self.state.as_ref()
    }

    /// How often to look whether others' leases have ended.
    pub(crate) fn sweep(&self) -> Duration {
        self.life / 6
    }

    /// Rises when the state was found to have lost what was held: it was emptied, or this node stood still for too long. By
    /// then the leases are back.
    pub(crate) fn emptied(&self) -> watch::Receiver<u64> {
        self.emptied.subscribe()
    }

    /// Holds this field from now on; it is in the state when that is [settled](Self::settle).
    pub(crate) fn hold(&self, key: &Key, field: &str, value: Bytes) {
        self.enter(key, field, value, false);
    }

    /// Holds this field no longer; it is gone from the state when that is [settled](Self::settle).
    pub(crate) fn let_go(&self, key: &Key, field: &str) {
        self.book().leases.remove(&(key.clone(), field.to_owned()));
    }

    /// Makes the state say of this field what holds here by now.
    pub(crate) async fn settle(&self, key: &Key, field: &str) {
        // Who has no patience left for its turn leaves it to the next renewal, or to the lease's end.
        let Ok(_turn) = patience::wait(Duration::MAX, self.turn(key, field)).await else { return };
        let held = self.book().leases.get(&(key.clone(), field.to_owned())).cloned();
        let Some(Lease { id, value, written }) = held else { return self.delete(key, field).await };
        if written {
            return;
        }
        match self.state.set_field(key, field, value, Some(self.life)).await {
            Ok(()) => self.written(key, field, id),
            Err(error) => tracing::debug!(%error, %key, "a lease waits for the next renewal"),
        }
    }

    /// Holds this field from now on, if the hash has fewer than `places` others. When the state can't say, it is held.
    pub(crate) async fn hold_if_room(
        &self,
        key: &Key,
        field: &str,
        value: Bytes,
        places: usize,
    ) -> Result<bool, StateError> {
        let _turn = self.turn(key, field).await;
        let taken = self.state.set_field_if_room(key, field, value.clone(), Some(self.life), places).await;
        if !matches!(taken, Ok(false)) {
            self.enter(key, field, value, taken.is_ok());
        }
        taken
    }

    /// Gives everything back at once: the node stops.
    pub(crate) async fn give_up(&self) {
        let leases = {
            let mut book = self.book();
            book.over = true;
            std::mem::take(&mut book.leases)
        };
        let held = leases.into_iter().map(|((key, field), lease)| Held { key, field, value: lease.value });
        let held: Vec<_> = held.collect();
        for batch in held.chunks(BATCH) {
            if let Err(error) = self.state.forget(batch).await {
                tracing::debug!(%error, "leases have to end by themselves");
            }
        }
    }

    /// Whether something that is not in the state is really gone, and not only lost for now.
    pub(crate) async fn vouched(&self, nodes: &[(String, Bytes)]) -> bool {
        if !nodes.iter().any(|(node, _)| *node == self.own.1) {
            // Sooner than the next renewal would find it: until then every look at the state is a wrong one.
            let _ = self.renew().await;
            return false;
        }
        let doubt = *self.doubt.lock().unwrap_or_else(PoisonError::into_inner);
        doubt.is_none_or(|until| until <= Instant::now())
    }

    /// Renews what is held, for ever.
    pub(crate) async fn keep(&self) {
        let (beat, soon) = (self.life / 3, self.life / 12);
        let mut away = false;
        loop {
            match self.renew().await {
                Ok(()) => {
                    if std::mem::take(&mut away) {
                        tracing::info!("leases are renewed again");
                    }
                    sleep(beat).await;
                }
                Err(error) => {
                    if !std::mem::replace(&mut away, true) {
                        tracing::warn!(%error, "leases can't be renewed");
                    }
                    sleep(soon).await;
                }
            }
        }
    }

    async fn renew(&self) -> Result<(), StateError> {
        let (held, ids, fresh) = self.snapshot();
        let mut gone = 0;
        for batch in held.chunks(BATCH) {
            gone += self.state.renew(batch, self.life).await?;
        }
        let mut stale = Vec::new();
        {
            let mut book = self.book();
            for (held, id) in held.into_iter().zip(ids) {
                match book.leases.entry((held.key, held.field)) {
                    Entry::Occupied(mut lease) if lease.get().id == id => lease.get_mut().written = true,
                    // Let go meanwhile, and held anew.
                    Entry::Occupied(_) => {}
                    Entry::Vacant(lease) => stale.push(lease.into_key()),
                }
            }
        }
        // Whatever was let go meanwhile may have been missing, and this may have put it back.
        if gone > fresh + stale.len() {
            tracing::warn!(gone, "the state had lost what this node holds");
            // The others will have put theirs back by then.
            let until = Instant::now() + self.life / 2;
            *self.doubt.lock().unwrap_or_else(PoisonError::into_inner) = Some(until);
            self.emptied.send_modify(|times| *times += 1);
        }
        for (key, field) in stale {
            let _turn = self.turn(&key, &field).await;
            if !self.book().leases.contains_key(&(key.clone(), field.clone())) {
                self.delete(&key, &field).await;
            }
        }
        Ok(())
    }

    /// All that is held, and how many of them have not been in the state yet.
    fn snapshot(&self) -> (Vec<Held>, Vec<u64>, usize) {
        let book = self.book();
        let fresh = book.leases.values().filter(|lease| !lease.written).count();
        let held = book.leases.iter().map(|((key, field), lease)| {
            (Held { key: key.clone(), field: field.clone(), value: lease.value.clone() }, lease.id)
        });
        let (held, ids) = held.unzip();
        (held, ids, fresh)
    }

    /// Notes that this is held, unless the node stops.
    fn enter(&self, key: &Key, field: &str, value: Bytes, written: bool) {
        let mut book = self.book();
        if !book.over {
            book.next += 1;
            let id = book.next;
            book.leases.insert((key.clone(), field.to_owned()), Lease { id, value, written });
        }
    }

    fn written(&self, key: &Key, field: &str, id: u64) {
        if let Some(lease) = self.book().leases.get_mut(&(key.clone(), field.to_owned()))
            && lease.id == id
        {
            lease.written = true;
        }
    }

    async fn delete(&self, key: &Key, field: &str) {
        if let Err(error) = self.state.delete_field(key, field).await {
            tracing::debug!(%error, %key, "a lease has to end by itself");
        }
    }

    async fn turn(&self, key: &Key, field: &str) -> Option<MutexGuard<'_, ()>> {
        let [head, ..] = BuildHasherDefault::<DefaultHasher>::default().hash_one((key, field)).to_le_bytes();
        match self.turns.get(usize::from(head) % self.turns.len().max(1)) {
            Some(turn) => Some(turn.lock().await),
            None => None,
        }
    }

    fn book(&self) -> LockGuard<'_, Book> {
        // Between any two of its changes the book is whole.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use homeroom_contract::{ManualClock, Timestamp};
    use homeroom_state::MemoryState;

    use super::*;

    const LIFE: Duration = Duration::from_secs(12);

    fn leases() -> (Leases, Arc<dyn StateAdapter>, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::at(Timestamp::from_unix_millis(1_000_000)));
        let state: Arc<dyn StateAdapter> = Arc::new(MemoryState::new(Arc::clone(&clock) as _));
        (Leases::new(Arc::clone(&state), LIFE, "here"), state, clock)
    }

    async fn vouched(leases: &Leases) -> bool {
        leases.vouched(&leases.state().fields(&Leases::nodes()).await.unwrap()).await
    }

    async fn hold(leases: &Leases, key: &Key, field: &str) {
        leases.hold(key, field, "1".into());
        leases.settle(key, field).await;
    }

    /// Whoever settles says what holds by then, in whatever order they come to it.
    #[tokio::test]
    async fn the_state_says_what_held_last() {
        let (leases, state, _clock) = leases();
        let key = Key::shared("test");
        hold(&leases, &key, "back again").await;
        leases.let_go(&key, "back again");
        leases.hold(&key, "back again", "2".into());
        leases.settle(&key, "back again").await;
        assert_eq!(state.fields(&key).await.unwrap(), [("back again".to_owned(), "2".into())]);
        leases.hold(&key, "gone again", "1".into());
        leases.let_go(&key, "gone again");
        leases.settle(&key, "gone again").await;
        leases.settle(&key, "back again").await;
        assert_eq!(state.fields(&key).await.unwrap(), [("back again".to_owned(), "2".into())]);
    }

    #[tokio::test]
    async fn what_is_held_outlives_its_life_by_being_renewed_and_ends_without() {
        let (leases, state, clock) = leases();
        let key = Key::shared("test");
        hold(&leases, &key, "held").await;
        hold(&leases, &key, "let go").await;
        leases.let_go(&key, "let go");
        leases.settle(&key, "let go").await;
        for _ in 0..3 {
            clock.advance(LIFE / 2);
            leases.renew().await.unwrap();
        }
        assert_eq!(state.fields(&key).await.unwrap(), [("held".to_owned(), "1".into())]);
        clock.advance(LIFE);
        assert_eq!(state.fields(&key).await.unwrap(), []);
    }

    #[tokio::test(start_paused = true)]
    async fn a_state_that_was_emptied_is_noticed_filled_again_and_not_trusted_for_a_while() {
        let (leases, state, _clock) = leases();
        let (key, emptied) = (Key::shared("test"), leases.emptied());
        hold(&leases, &key, "held").await;
        leases.renew().await.unwrap();
        hold(&leases, &key, "new").await;
        leases.renew().await.unwrap();
        assert!(vouched(&leases).await);
        assert_eq!(*emptied.borrow(), 0, "what is new was not lost");
        for key in [&key, &Leases::nodes()] {
            state.delete(key).await.unwrap();
        }
        assert!(!vouched(&leases).await);
        assert_eq!(*emptied.borrow(), 1);
        assert_eq!(state.fields(&key).await.unwrap().len(), 2);
        assert!(!vouched(&leases).await, "the others may not have put theirs back");
        tokio::time::advance(LIFE / 2).await;
        assert!(vouched(&leases).await);
    }

    #[tokio::test]
    async fn all_is_given_back_at_once_and_nothing_held_after_that() {
        let (leases, state, _clock) = leases();
        let key = Key::shared("test");
        for n in 0..2500 {
            hold(&leases, &key, &n.to_string()).await;
        }
        leases.renew().await.unwrap();
        leases.give_up().await;
        hold(&leases, &key, "late").await;
        leases.renew().await.unwrap();
        assert_eq!(state.fields(&key).await.unwrap(), []);
        assert_eq!(state.fields(&Leases::nodes()).await.unwrap(), []);
    }
}
