//! Who is connected, and who is still on the threshold.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{Connection, Sid};

/// Every connection of the engine by its id, and per address those not yet let in.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    connections: Mutex<HashMap<Sid, Arc<Connection>>>,
    pending: Mutex<HashMap<IpAddr, usize>>,
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
    // Both maps are whole between any two of their calls, so a panic elsewhere can't have broken them.
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
