//! How much may be told to one room. A command is known to tell a room when it records its event, within its transaction, and a
//! signal when it has been handled, before anyone hears of it: what is refused has not happened.
//!
//! What always holds: a call counts once in each room, however much it tells there, and in none if one of them is full; what the
//! gateway does by itself is never refused.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

use homeroom_contract::{Code, Failure, Limit, Room, Signalled};
use homeroom_journal::Stream;
use tokio::time::Instant;

use super::{Hub, Member};
use crate::limiter::Limiter;
use crate::metrics::Tier;

tokio::task_local! {
    /// The rooms in which the call that this task is about has been counted, and when.
    static COUNTED: RefCell<HashMap<(Stream, Room), Instant>>;
}

/// The windows of all rooms.
pub(crate) struct Crowd {
    windows: Limiter<(Stream, Room)>,
    /// None: no room has a limit.
    limit: Option<Limit>,
}

impl Crowd {
    pub(crate) fn new(limit: Option<Limit>) -> Self {
        Self { windows: Limiter::default(), limit }
    }

    /// Runs a call, whose rooms are counted.
    pub(crate) async fn within<T>(call: impl Future<Output = T>) -> T {
        COUNTED.scope(RefCell::default(), call).await
    }

    /// Counts the call that this task is about in these rooms. If one is full, how long until it has a place; the call is over
    /// then, and is counted nowhere.
    pub(crate) fn admit<'a>(
        &self,
        stream: &Stream,
        rooms: impl Iterator<Item = &'a Room>,
    ) -> Result<(), Duration> {
        let Some(limit) = self.limit else { return Ok(()) };
        let now = Instant::now();
        let admitted = COUNTED.try_with(|counted| {
            let mut counted = counted.borrow_mut();
            for room in rooms {
                let place = (stream.clone(), room.clone());
                if counted.contains_key(&place) {
                    continue;
                }
                if let Err(wait) = self.windows.take(place.clone(), limit, now) {
                    for (place, at) in counted.drain() {
                        self.windows.give_back(&place, at);
                    }
                    return Err(wait);
                }
                counted.insert(place, now);
            }
            Ok(())
        });
        admitted.unwrap_or(Ok(()))
    }
}

impl Hub {
    /// Whether a signal may be told to its rooms.
    pub(crate) fn bear(&self, member: &Member, signalled: &Signalled) -> Result<(), Failure> {
        let rooms = signalled.emissions.iter().map(|emission| &emission.room);
        self.crowd.admit(member.table.stream(), rooms).map_err(|wait| {
            self.metrics.limited(Tier::Room);
            Failure::new(Code::RateLimitExceeded, "Too much is going on in this room.").retry_after(wait)
        })
    }
}

#[cfg(test)]
mod tests {
    use homeroom_contract::{ClassId, TenantId};

    use super::*;

    fn class(id: &str) -> Room {
        Room::class(&ClassId::new(id).unwrap())
    }

    #[tokio::test]
    async fn a_call_that_is_refused_counts_in_none_of_its_rooms() {
        let crowd = Crowd::new(Some(Limit::per_10s(1)));
        let stream = Stream::new(TenantId::new("d-1").unwrap(), "board");
        let tell = |rooms: &[Room]| crowd.admit(&stream, rooms.iter());
        let (one, two, full) = (class("c-1"), class("c-2"), class("c-3"));
        Crowd::within(async { tell(std::slice::from_ref(&full)).unwrap() }).await;
        Crowd::within(async {
            tell(std::slice::from_ref(&one)).unwrap();
            assert!(tell(&[two.clone(), full.clone()]).is_err());
        })
        .await;
        Crowd::within(async { tell(&[one.clone(), two.clone(), one.clone()]).unwrap() }).await;
        Crowd::within(async { assert!(tell(&[one]).is_err() && tell(&[two]).is_err()) }).await;
    }
}
