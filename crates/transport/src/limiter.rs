//! How often something may happen: a sliding window for each of whatever is counted, exact, kept in this process.
//!
//! What always holds: a refused call costs nothing of the window, and a window that is over costs no memory for long.

use std::collections::hash_map::RandomState;
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher as _, Hash};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use homeroom_contract::Limit;
use tokio::time::Instant;

const SHARDS: u8 = 16;

/// The windows of all, spread over a few locks.
#[derive(Debug)]
pub(crate) struct Limiter<K> {
    shards: Vec<Mutex<Shard<K>>>,
    hasher: RandomState,
}

#[derive(Debug)]
struct Shard<K> {
    windows: HashMap<K, Window>,
    /// Calls until the next look for windows that are over.
    until_sweep: usize,
}

#[derive(Debug)]
struct Window {
    taken: VecDeque<Instant>,
    per: Duration,
}

impl<K> Default for Limiter<K> {
    fn default() -> Self {
        let empty = || Mutex::new(Shard { windows: HashMap::new(), until_sweep: 0 });
        Self { shards: (0..SHARDS).map(|_| empty()).collect(), hasher: RandomState::new() }
    }
}

impl<K: Hash + Eq> Limiter<K> {
    /// Takes one; when the window is full, says how long until it has a place again.
    pub(crate) fn take(&self, whose: K, limit: Limit, now: Instant) -> Result<(), Duration> {
        let Some(mut shard) = self.shard(&whose) else { return Ok(()) };
        shard.sweep(now);
        let window =
            shard.windows.entry(whose).or_insert_with(|| Window { taken: VecDeque::new(), per: limit.per });
        window.per = limit.per;
        window.forget(now);
        if window.taken.len() < limit.count as usize {
            window.taken.push_back(now);
            return Ok(());
        }
        let oldest = window.taken.front().copied().unwrap_or(now);
        Err((oldest + limit.per).saturating_duration_since(now).max(Duration::from_millis(1)))
    }
}

impl<K: Hash + Eq> Limiter<K> {
    /// Gives back what was taken at `at` for a call that has not happened after all.
    pub(crate) fn give_back(&self, whose: &K, at: Instant) {
        let Some(mut shard) = self.shard(whose) else { return };
        if let Some(window) = shard.windows.get_mut(whose)
            && let Some(index) = window.taken.iter().rposition(|taken| *taken == at)
        {
            window.taken.remove(index);
        }
    }

    fn shard(&self, whose: &K) -> Option<MutexGuard<'_, Shard<K>>> {
        let [head, ..] = self.hasher.hash_one(whose).to_le_bytes();
        let shard = self.shards.get(usize::from(head % SHARDS))?;
        Some(shard.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<K> Shard<K> {
    /// Once for as many calls as there are windows, so that it costs each call next to nothing.
    fn sweep(&mut self, now: Instant) {
        if self.until_sweep > 0 {
            self.until_sweep -= 1;
            return;
        }
        self.windows.retain(|_, window| {
            window.forget(now);
            !window.taken.is_empty()
        });
        self.until_sweep = self.windows.len().max(64);
    }
}

impl Window {
    fn forget(&mut self, now: Instant) {
        while self.taken.front().is_some_and(|at| now.saturating_duration_since(*at) >= self.per) {
            self.taken.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn whose(subject: &str) -> String {
        subject.to_owned()
    }

    #[test]
    fn a_full_window_says_when_it_has_a_place() {
        let (limiter, start) = (Limiter::default(), Instant::now());
        let limit = Limit::per_10s(2);
        let at = |secs| start + Duration::from_secs(secs);
        assert_eq!(limiter.take(whose("a"), limit, at(0)), Ok(()));
        assert_eq!(limiter.take(whose("a"), limit, at(4)), Ok(()));
        assert_eq!(limiter.take(whose("a"), limit, at(5)), Err(Duration::from_secs(5)));
        assert_eq!(limiter.take(whose("b"), limit, at(5)), Ok(()), "another person has another window");
        assert_eq!(limiter.take(whose("a"), limit, at(10)), Ok(()));
        assert_eq!(limiter.take(whose("a"), limit, at(11)), Err(Duration::from_secs(3)));
    }

    #[test]
    fn what_is_given_back_can_be_taken_again() {
        let (limiter, start) = (Limiter::default(), Instant::now());
        let limit = Limit::per_10s(2);
        let later = start + Duration::from_secs(1);
        limiter.take(whose("a"), limit, start).unwrap();
        limiter.take(whose("a"), limit, later).unwrap();
        limiter.give_back(&whose("a"), start);
        limiter.give_back(&whose("a"), start);
        limiter.give_back(&whose("b"), later);
        assert_eq!(
            limiter.take(whose("a"), limit, later),
            Ok(()),
            "one place, and the other's is taken still"
        );
        assert_eq!(limiter.take(whose("a"), limit, later), Err(Duration::from_secs(10)));
    }

    #[test]
    fn windows_that_are_over_are_forgotten() {
        let (limiter, start) = (Limiter::default(), Instant::now());
        for n in 0..4000 {
            limiter.take(whose(&format!("u{n}")), Limit::per_10s(1), start).unwrap();
        }
        for n in 0..16_000 {
            let later = start + Duration::from_secs(20);
            let _ = limiter.take(whose(&format!("v{}", n % 200)), Limit::per_10s(1), later);
        }
        let kept: usize = limiter.shards.iter().map(|shard| shard.lock().unwrap().windows.len()).sum();
        assert!(kept <= 200, "{kept}");
    }

    proptest! {
        #[test]
        fn never_more_than_the_count_in_any_window(gaps in proptest::collection::vec(0_u64..400, 1..80)) {
            let (limiter, mut now) = (Limiter::default(), Instant::now());
            let limit = Limit { count: 3, per: Duration::from_millis(500) };
            let mut taken = Vec::new();
            for gap in gaps {
                now += Duration::from_millis(gap);
                match limiter.take(whose("a"), limit, now) {
                    Ok(()) => taken.push(now),
                    Err(wait) => prop_assert!(limiter.take(whose("a"), limit, now + wait - Duration::from_millis(1)).is_err() || wait <= Duration::from_millis(1)),
                }
            }
            for four in taken.windows(4) {
                prop_assert!(four[3] - four[0] >= limit.per);
            }
        }
    }
}
