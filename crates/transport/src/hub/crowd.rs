//! How much may be told to one room. A command is known to tell a room when it records its event, within its transaction, and a
//! signal when it has been handled, before anyone hears of it: what is refused has not happened.
//!
//! What always holds: a call counts once in each room, however much it tells there; what the gateway does by itself is never
//! refused.

use std::cell::RefCell;
use std::collections::HashSet;
use std::time::Duration;

use homeroom_contract::{Code, Failure, Limit, Room, Signalled};
use homeroom_journal::Stream;
use tokio::time::Instant;

use super::{Hub, Member};
use crate::limiter::Limiter;
use crate::metrics::Tier;

tokio::task_local! {
    /// The rooms in which the call that this task is about has been counted.
    static COUNTED: RefCell<HashSet<Room>>;
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

    /// Counts the call that this task is about in these rooms; if one is full, how long until it has a place.
    pub(crate) fn admit<'a>(
        &self,
        stream: &Stream,
        rooms: impl Iterator<Item = &'a Room>,
    ) -> Result<(), Duration> {
        let Some(limit) = self.limit else { return Ok(()) };
        let now = Instant::now();
        let counted = COUNTED.try_with(|counted| {
            let mut counted = counted.borrow_mut();
            for room in rooms {
                if !counted.contains(room) {
                    self.windows.take((stream.clone(), room.clone()), limit, now)?;
                    counted.insert(room.clone());
                }
            }
            Ok(())
        });
        counted.unwrap_or(Ok(()))
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
