//! Who is connected, and who is still on the threshold.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use homeroom_contract::Limit;
use tokio::time::Instant;

use super::{Connection, EngineConfig, Sid, query::Refusal};
use crate::limiter::Limiter;

/// When an address with too many connections is told to try again, in seconds.
const FULL_FOR: u32 = 10;

/// Every connection of the engine by its id, and per address those not yet let in.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    connections: Mutex<HashMap<Sid, Arc<Connection>>>,
    pending: Mutex<HashMap<IpAddr, usize>>,
    /// Handshakes under way among them.
    open: AtomicUsize,
    open_by_address: Mutex<HashMap<IpAddr, usize>>,
    opened_by_address: Limiter<IpAddr>,
}

/// One place among the connections of the node and of an address; given back when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    registry: Arc<Registry>,
    address: Option<IpAddr>,
}

/// One place on the threshold of an address; given back when dropped.
#[derive(Debug)]
pub(crate) struct Pending {
    registry: Arc<Registry>,
    address: IpAddr,
}

impl Registry {
    pub(crate) fn insert(&self, connection: &Arc<Connection>) {
        lock(&self.connections).insert(*connection.id(), connection.clone());
    }

    pub(crate) fn remove(&self, id: &Sid) {
        lock(&self.connections).remove(id);
    }

    pub(crate) fn contains(&self, id: &str) -> bool {
        Sid::parse(id).is_some_and(|id| lock(&self.connections).contains_key(&id))
    }

    pub(crate) fn len(&self) -> usize {
        lock(&self.connections).len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        lock(&self.connections).is_empty()
    }

    pub(crate) fn all(&self) -> Vec<Arc<Connection>> {
        lock(&self.connections).values().cloned().collect()
    }

    /// Takes a place for a new connection, if there is one. An address that isn't known has no limit.
    pub(crate) fn enter(
        self: &Arc<Self>,
        address: Option<IpAddr>,
        config: &EngineConfig,
    ) -> Result<Place, Refusal> {
        if self.open.fetch_add(1, Ordering::SeqCst) >= config.max_connections {
            self.open.fetch_sub(1, Ordering::SeqCst);
            return Err(Refusal::Unavailable);
        }
        // From here on, giving it up gives everything back.
        let mut place = Place { registry: self.clone(), address: None };
        if let Some(address) = address {
            let mut open = lock(&self.open_by_address);
            let there = open.entry(address).or_default();
            if *there >= config.max_connections_per_address {
                return Err(Refusal::TooMany { seconds: FULL_FOR });
            }
            *there += 1;
            place.address = Some(address);
            drop(open);
            let limit = Limit::per_minute(config.new_connections_per_address_per_min);
            self.opened_by_address.take(address, limit, Instant::now()).map_err(|wait| Refusal::TooMany {
                seconds: u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1),
            })?;
        }
        Ok(place)
    }

    /// Takes a place on the threshold, if this address has fewer than `max`.
    pub(crate) fn knock(self: &Arc<Self>, address: IpAddr, max: usize) -> Option<Pending> {
        let mut pending = lock(&self.pending);
        let waiting = pending.get(&address).copied().unwrap_or_default();
        if waiting >= max {
            return None;
        }
        pending.insert(address, waiting + 1);
        Some(Pending { registry: self.clone(), address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.registry.open.fetch_sub(1, Ordering::SeqCst);
        let Some(address) = self.address else { return };
        let mut open = lock(&self.registry.open_by_address);
        if let Some(there) = open.get_mut(&address) {
            *there -= 1;
            if *there == 0 {
                open.remove(&address);
            }
        }
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        let mut pending = lock(&self.registry.pending);
        if let Some(waiting) = pending.get_mut(&self.address) {
            *waiting -= 1;
            if *waiting == 0 {
                pending.remove(&self.address);
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // The maps are whole between any two of their calls, so a panic elsewhere can't have broken them.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_only_so_many_places() {
        let registry = Arc::new(Registry::default());
        let (one, other): (IpAddr, IpAddr) = ("10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap());
        let first = registry.knock(one, 2).unwrap();
        let second = registry.knock(one, 2).unwrap();
        assert!(registry.knock(one, 2).is_none());
        assert!(registry.knock(other, 2).is_some(), "another address has its own places");
        drop(first);
        let third = registry.knock(one, 2);
        assert!(third.is_some());
        drop((third, second));
        assert!(lock(&registry.pending).is_empty(), "nothing is kept of an address that has gone");
    }
}
