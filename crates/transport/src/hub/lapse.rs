//! What follows by itself when a socket falls silent: who typed and stopped, or whose connection broke, is no longer typing.

use std::sync::Arc;
use std::time::Duration;

use homeroom_contract::{Emission, Lapse, Room, Signalled};
use tokio::time::Instant;

use super::agenda::Agenda;
use super::{Echo, Hub, Member, Said};

/// By socket and key.
pub(super) type Lapses = Agenda<(u64, String), Pending>;

/// What follows, and from whom.
pub(super) struct Pending {
    member: Arc<Member>,
    key: String,
    then: Vec<Emission>,
}

/// Longer than that nobody waits for a sign of life.
pub(super) const LONGEST: Duration = Duration::from_hours(24);

impl Hub {
    /// Does what a signal leads to.
    pub(crate) fn signal(&self, member: &Arc<Member>, signalled: Signalled) {
        let echo = signalled.lapse.as_ref().map(|lapse| self.echo(member, lapse));
        if let Some(Lapse { key, after, then }) = signalled.lapse {
            let by = (member.id, key.clone());
            if then.is_empty() {
                self.lapses.take(&by);
            } else {
                let at = Instant::now() + after.min(LONGEST);
                self.lapses.set(by, at, Pending { member: Arc::clone(member), key, then });
            }
        }
        self.emit_all(member, &signalled.emissions, echo);
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
        let settled = Lapse { key: pending.key.clone(), after: Duration::ZERO, then: Vec::new() };
        let echo = self.echo(&pending.member, &settled);
        self.emit_all(&pending.member, &pending.then, Some(echo));
    }

    /// Emits these; the other nodes hear with the first of them what may follow.
    fn emit_all(&self, from: &Member, emissions: &[Emission], mut echo: Option<Echo>) {
        for emission in emissions {
            self.emit(from, emission, echo.take().as_ref());
        }
        if let Some(echo) = echo {
            self.relay.echo(from.table.stream(), echo);
        }
    }

    /// What the other nodes have to know of a lapse.
    fn echo(&self, member: &Member, lapse: &Lapse) -> Echo {
        let said = |emission: &Emission| Said {
            room: emission.room.clone(),
            event: emission.event.to_owned(),
            payload: emission.payload.clone(),
        };
        Echo {
            node: self.node.as_ref().into(),
            member: member.id,
            key: lapse.key.clone(),
            after_ms: u64::try_from(lapse.after.min(LONGEST).as_millis()).unwrap_or(u64::MAX),
            then: lapse.then.iter().map(said).collect(),
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
