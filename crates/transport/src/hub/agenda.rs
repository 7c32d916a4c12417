//! What is to happen when: any number of deadlines, and one task that waits for the next of them.
//!
//! What always holds: a key has one deadline at most; what was taken or replaced does not come up any more.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeBounds;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

/// Values by key, each with the instant when it comes up.
#[derive(Debug)]
pub(crate) struct Agenda<K, V> {
    state: Mutex<State<K, V>>,
    /// Something comes up earlier than what was waited for.
    earlier: Notify,
}

#[derive(Debug)]
struct State<K, V> {
    by_key: BTreeMap<K, (Instant, V)>,
    by_time: BTreeSet<(Instant, K)>,
}

impl<K: Ord + Clone, V> Agenda<K, V> {
    pub(crate) fn new() -> Self {
        let state = State { by_key: BTreeMap::new(), by_time: BTreeSet::new() };
        Self { state: Mutex::new(state), earlier: Notify::new() }
    }

    /// Sets a deadline; gives back what it replaces.
    pub(crate) fn set(&self, key: K, at: Instant, value: V) -> Option<V> {
        self.put(&mut self.lock(), key, at, value)
    }

    /// Has this come up no later than that; what is there with an earlier deadline keeps it.
    pub(crate) fn no_later_than(&self, key: K, at: Instant, value: V) {
        let mut state = self.lock();
        let at = state.by_key.get(&key).map_or(at, |(before, _)| at.min(*before));
        self.put(&mut state, key, at, value);
    }

    fn put(&self, state: &mut State<K, V>, key: K, at: Instant, value: V) -> Option<V> {
        let replaced = state.take(&key);
        state.by_time.insert((at, key.clone()));
        state.by_key.insert(key, (at, value));
        if state.by_time.first().is_some_and(|(first, _)| *first == at) {
            self.earlier.notify_one();
        }
        replaced
    }

    /// Changes what comes up under a key. Only what was not there yet gets this deadline: what is added comes up no later for
    /// it.
    pub(crate) fn add_to(&self, key: K, at: Instant, change: impl FnOnce(&mut V))
    where
        V: Default,
    {
        let mut state = self.lock();
        if let Some((_, value)) = state.by_key.get_mut(&key) {
            return change(value);
        }
        let mut value = V::default();
        change(&mut value);
        self.put(&mut state, key, at, value);
    }

    /// Takes everything, due or not.
    pub(crate) fn take_all(&self) -> Vec<(K, V)> {
        let mut state = self.lock();
        state.by_time.clear();
        std::mem::take(&mut state.by_key).into_iter().map(|(key, (_, value))| (key, value)).collect()
    }

    /// Calls one off.
    pub(crate) fn take(&self, key: &K) -> Option<V> {
        self.lock().take(key)
    }

    /// Calls off all within the range for which `which` holds.
    pub(crate) fn take_range(&self, range: impl RangeBounds<K>, which: impl Fn(&V) -> bool) -> Vec<V> {
        let mut state = self.lock();
        let keys = state.by_key.range(range).filter(|(_, (_, value))| which(value));
        let keys: Vec<_> = keys.map(|(key, _)| key.clone()).collect();
        keys.iter().filter_map(|key| state.take(key)).collect()
    }

    /// Whether something has come up that nobody has taken yet.
    pub(crate) fn is_due(&self) -> bool {
        let now = Instant::now();
        self.lock().by_time.first().is_some_and(|(first, _)| *first <= now)
    }

    /// Waits for the next that comes up, and takes it. For one task alone.
    pub(crate) async fn next(&self) -> (K, V) {
        loop {
            let due = self.lock().due(Instant::now());
            let first = match due {
                Ok(due) => return due,
                Err(first) => first,
            };
            match first {
                Some(at) => tokio::select! {
                    () = sleep_until(at) => {}
                    () = self.earlier.notified() => {}
                },
                None => self.earlier.notified().await,
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<K, V>> {
        // Both maps are changed by nothing that can panic in between.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Ord + Clone, V> State<K, V> {
    fn take(&mut self, key: &K) -> Option<V> {
        let (at, value) = self.by_key.remove(key)?;
        self.by_time.remove(&(at, key.clone()));
        Some(value)
    }

    /// What is due, or when something will be.
    fn due(&mut self, now: Instant) -> Result<(K, V), Option<Instant>> {
        let Some((at, key)) = self.by_time.first() else { return Err(None) };
        if *at > now {
            return Err(Some(*at));
        }
        let key = key.clone();
        self.take(&key).map(|value| (key, value)).ok_or(None)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn things_come_up_in_time_order_whatever_the_order_they_were_set_in() {
        let (agenda, now) = (Agenda::new(), Instant::now());
        for (key, secs) in [("b", 2), ("c", 3), ("a", 1)] {
            agenda.set(key, now + Duration::from_secs(secs), secs);
        }
        assert!(!agenda.is_due());
        assert_eq!(agenda.next().await, ("a", 1));
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(agenda.is_due());
        assert_eq!(agenda.next().await, ("b", 2));
        assert_eq!(agenda.next().await, ("c", 3));
        assert!(Instant::now() - now >= Duration::from_secs(3));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_replaced_or_taken_does_not_come_up() {
        let (agenda, now) = (Agenda::new(), Instant::now());
        agenda.set(1, now + Duration::from_secs(1), "first");
        assert_eq!(agenda.set(1, now + Duration::from_secs(5), "second"), Some("first"));
        agenda.set(2, now + Duration::from_secs(2), "taken");
        assert_eq!(agenda.take(&2), Some("taken"));
        agenda.set(3, now + Duration::from_secs(3), "ranged");
        assert_eq!(agenda.take_range(3..=3, |_| true), ["ranged"]);
        assert_eq!(agenda.next().await, (1, "second"));
        assert!(Instant::now() - now >= Duration::from_secs(5));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_added_to_comes_up_once_and_no_later_for_it() {
        let (agenda, now) = (Agenda::<_, Vec<u8>>::new(), Instant::now());
        agenda.add_to("a", now + Duration::from_secs(1), |all| all.push(1));
        agenda.add_to("a", now + Duration::from_secs(9), |all| all.push(2));
        agenda.add_to("b", now + Duration::from_secs(2), |all| all.push(3));
        assert_eq!(agenda.next().await, ("a", vec![1, 2]));
        assert!(Instant::now() - now < Duration::from_secs(2));
        assert_eq!(agenda.take_all(), [("b", vec![3])]);
    }

    #[tokio::test(start_paused = true)]
    async fn an_earlier_deadline_wakes_the_one_who_waits() {
        let (agenda, now) = (Agenda::new(), Instant::now());
        agenda.set("late", now + Duration::from_mins(1), ());
        let setting = async { agenda.set("soon", now + Duration::from_secs(1), ()) };
        let ((key, ()), _) = tokio::join!(agenda.next(), setting);
        assert_eq!(key, "soon");
        assert!(Instant::now() - now < Duration::from_mins(1));
    }
}
