//! Who is in a room, as the others see it, and how many connections a person has. Both are seams: here they count this
//! process; over a cluster they will count leases in the state adapter.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use homeroom_contract::{Actor, BoxFuture, Failure, OnlineUser, Role, RoomKey, TenantId, UserId};

/// Who shows up in a room. A person with several sockets in it is there once.
pub(crate) trait Presence: Send + Sync {
    /// One more socket of the person; true for the first.
    fn arrive<'a>(
        &'a self,
        room: &'a RoomKey,
        user: &'a UserId,
        role: Role,
    ) -> BoxFuture<'a, Result<bool, Failure>>;

    /// One socket less; true for the last.
    fn depart<'a>(&'a self, room: &'a RoomKey, user: &'a UserId) -> BoxFuture<'a, Result<bool, Failure>>;

    /// Everyone, by id.
    fn online<'a>(&'a self, room: &'a RoomKey) -> BoxFuture<'a, Result<Vec<OnlineUser>, Failure>>;
}

/// How many transports a person has.
pub(crate) trait Places: Send + Sync {
    /// One more, if that makes no more than `max`.
    fn take<'a>(&'a self, actor: &'a Actor, max: usize) -> BoxFuture<'a, Result<bool, Failure>>;

    /// One less.
    fn give_back<'a>(&'a self, actor: &'a Actor) -> BoxFuture<'a, Result<(), Failure>>;
}

/// Presence in this process.
#[derive(Debug, Default)]
pub(crate) struct LocalPresence(Mutex<HashMap<RoomKey, People>>);

type People = BTreeMap<UserId, (Role, usize)>;

impl Presence for LocalPresence {
    fn arrive<'a>(
        &'a self,
        room: &'a RoomKey,
        user: &'a UserId,
        role: Role,
    ) -> BoxFuture<'a, Result<bool, Failure>> {
        let mut rooms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let people = rooms.entry(room.clone()).or_default();
        let (shown, sockets) = people.entry(user.clone()).or_insert((role, 0));
        *shown = role;
        *sockets += 1;
        ready(Ok(*sockets == 1))
    }

    fn depart<'a>(&'a self, room: &'a RoomKey, user: &'a UserId) -> BoxFuture<'a, Result<bool, Failure>> {
        let mut rooms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(people) = rooms.get_mut(room) else { return ready(Ok(false)) };
        let Some((_, sockets)) = people.get_mut(user) else { return ready(Ok(false)) };
        *sockets = sockets.saturating_sub(1);
        let last = *sockets == 0;
        if last {
            people.remove(user);
        }
        if people.is_empty() {
            rooms.remove(room);
        }
        ready(Ok(last))
    }

    fn online<'a>(&'a self, room: &'a RoomKey) -> BoxFuture<'a, Result<Vec<OnlineUser>, Failure>> {
        let rooms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let people = rooms.get(room).into_iter().flatten();
        let online = people.map(|(user_id, (role, _))| OnlineUser { user_id: user_id.clone(), role: *role });
        ready(Ok(online.collect()))
    }
}

/// Connections to this process.
#[derive(Debug, Default)]
pub(crate) struct LocalPlaces(Mutex<HashMap<(TenantId, UserId), usize>>);

impl Places for LocalPlaces {
    fn take<'a>(&'a self, actor: &'a Actor, max: usize) -> BoxFuture<'a, Result<bool, Failure>> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (actor.tenant.clone(), actor.subject_id().clone());
        let count = taken.get(&key).copied().unwrap_or_default();
        if count < max {
            taken.insert(key, count + 1);
        }
        ready(Ok(count < max))
    }

    fn give_back<'a>(&'a self, actor: &'a Actor) -> BoxFuture<'a, Result<(), Failure>> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (actor.tenant.clone(), actor.subject_id().clone());
        if let Some(count) = taken.get_mut(&key) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&key);
            }
        }
        ready(Ok(()))
    }
}

fn ready<'a, T: Send + 'a>(value: T) -> BoxFuture<'a, T> {
    Box::pin(std::future::ready(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use homeroom_contract::Room;

    fn room() -> RoomKey {
        RoomKey { tenant: TenantId::new("d").unwrap(), namespace: "n", room: Room::of("class", "c") }
    }

    #[tokio::test]
    async fn only_a_persons_first_and_last_socket_count() {
        let (presence, room, ada) = (LocalPresence::default(), room(), UserId::new("ada").unwrap());
        assert!(presence.arrive(&room, &ada, Role::Teacher).await.unwrap());
        assert!(!presence.arrive(&room, &ada, Role::Teacher).await.unwrap());
        assert_eq!(presence.online(&room).await.unwrap().len(), 1);
        assert!(!presence.depart(&room, &ada).await.unwrap());
        assert!(presence.depart(&room, &ada).await.unwrap());
        assert!(presence.online(&room).await.unwrap().is_empty());
        assert!(presence.0.lock().unwrap().is_empty(), "nothing is kept of an empty room");
    }

    #[tokio::test]
    async fn a_place_given_back_can_be_taken_again() {
        let places = LocalPlaces::default();
        let ada = Actor::person(TenantId::new("d").unwrap(), UserId::new("ada").unwrap());
        assert!(places.take(&ada, 2).await.unwrap());
        assert!(places.take(&ada, 2).await.unwrap());
        assert!(!places.take(&ada, 2).await.unwrap());
        places.give_back(&ada).await.unwrap();
        assert!(places.take(&ada, 2).await.unwrap());
    }
}
