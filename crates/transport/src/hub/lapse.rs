//! What follows by itself when a socket falls silent: who typed and stopped, or whose connection broke, is no longer typing.

use std::sync::Arc;
use std::time::Duration;

use homeroom_contract::{Emission, Room, Signalled};
use tokio::time::Instant;

use super::agenda::Agenda;
use super::{Hub, Member};

/// By socket and key.
pub(super) type Lapses = Agenda<(u64, String), Pending>;

/// What follows, and from whom.
pub(super) struct Pending {
    member: Arc<Member>,
    then: Vec<Emission>,
}

/// Longer than that nobody waits for a sign of life.
const LONGEST: Duration = Duration::from_hours(24);

impl Hub {
    /// Does what a signal leads to.
    pub(crate) fn signal(&self, member: &Arc<Member>, signalled: Signalled) {
        if let Some(lapse) = signalled.lapse {
            let key = (member.id, lapse.key);
            if lapse.then.is_empty() {
                self.lapses.take(&key);
            } else {
                let at = Instant::now() + lapse.after.min(LONGEST);
                self.lapses.set(key, at, Pending { member: Arc::clone(member), then: lapse.then });
            }
        }
        for emission in &signalled.emissions {
            self.emit(member, emission);
        }
    }

    /// The member has left that room: what would have followed there follows now.
    pub(super) fn lapse_in(&self, member: &Member, room: &Room) {
        self.lapse_of(member, |pending| pending.then.iter().any(|emission| emission.room == *room));
    }

    /// The member is gone: everything that would have followed follows now.
    pub(super) fn lapse_all(&self, member: &Member) {
        self.lapse_of(member, |_| true);
    }

    fn lapse_of(&self, member: &Member, which: impl Fn(&Pending) -> bool) {
        let range = (member.id, String::new())..(member.id + 1, String::new());
        for pending in self.lapses.take_range(range, which) {
            self.follow(&pending);
        }
    }

    fn follow(&self, pending: &Pending) {
        for emission in &pending.then {
            self.emit(&pending.member, emission);
        }
    }

    /// Lets lapse what is due, for ever.
    pub(super) async fn watch_lapses(&self) {
        loop {
            let (_, pending) = self.lapses.next().await;
            self.follow(&pending);
        }
    }
}
