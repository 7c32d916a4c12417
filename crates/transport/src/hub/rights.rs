//! When the roster changes: who may no longer be here is sent away, who may no longer be in a room is out of it, and who may
//! now be in one from the start is in.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use homeroom_contract::{Affected, Code, Failure, RosterChange, RosterPosition, Standing};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::sight::{PROMISED, Seen};
use super::{Hub, Link, Member};
use crate::dispatch::builtin::{RoomRevokedWsEvent, SessionRevokedWsEvent};
use crate::engine::CloseReason;
use crate::guard::caught;

/// The one reason why a room is taken from somebody who was let in.
pub(super) const ROSTER_CHANGED: &str = "ROSTER_CHANGED";

/// Who is named by a change comes before those of a whole district whom another one concerns.
const NAMED_FIRST: Duration = Duration::from_mins(1);

impl Hub {
    /// Looks for changes since then, again and again, for ever. However long it takes to look up whom one concerns, the next
    /// is found in time.
    pub(super) async fn watch_rights(&self, mut since: RosterPosition) {
        let mut ticks = interval(self.config.roster_poll());
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut failing, mut seen) = (false, Instant::now());
        loop {
            ticks.tick().await;
            let began = Instant::now();
            match caught(self.directory.changes(since, self.now())).await {
                Ok((changes, position)) => {
                    since = position;
                    failing = false;
                    self.rights_changed(&changes, seen);
                    self.sight.saw(Seen::Roster, began);
                    seen = began;
                }
                Err(failure) if !failing => {
                    failing = true;
                    tracing::warn!(%failure, "the roster's changes can't be read");
                }
                Err(_) => {}
            }
        }
    }

    /// These have happened since the look that began when everything had been `seen`.
    fn rights_changed(&self, changes: &[RosterChange], seen: Instant) {
        if changes.is_empty() {
            return;
        }
        // Before the connected are listed: who comes after that sees the new epoch.
        self.epoch.fetch_add(1, Ordering::SeqCst);
        let now = Instant::now();
        let withheld_from = (now + self.config.doubt()).min(seen + PROMISED);
        for change in changes {
            let at = match change.affected {
                Affected::People(_) => now.checked_sub(NAMED_FIRST).unwrap_or(now),
                Affected::Everyone => now,
            };
            for link in self.links.concerned(change) {
                self.doubt(&link, withheld_from, at);
            }
        }
    }

    /// From now on it is doubtful what those on this transport may: at that time it is to be looked up, and if it still is not
    /// by then, nothing more is delivered.
    fn doubt(&self, link: &Arc<Link>, withheld_from: Instant, at: Instant) {
        link.doubt.raise(withheld_from);
        self.doubts.no_later_than(link.id, at, Arc::clone(link));
    }

    /// Something was done by an answer that may be out of date, nobody knows for how long: nothing is delivered until it has been
    /// looked up again.
    pub(super) fn suspect(&self, link: &Arc<Link>) {
        let now = Instant::now();
        self.doubt(link, now, now);
    }

    /// Looks up the rights of whoever is in doubt, for ever.
    pub(super) async fn review_rights(&self) {
        let most = self.config.recheck_concurrency.max(1);
        let mut reviews = FuturesUnordered::new();
        let (mut began, mut of) = (Instant::now(), 0_u64);
        loop {
            tokio::select! {
                (_, link) = self.doubts.next(), if reviews.len() < most => {
                    if of == 0 {
                        began = Instant::now();
                    }
                    of += 1;
                    reviews.push(self.review_in_time(link));
                }
                Some(()) = reviews.next() => {
                    if reviews.is_empty() && !self.doubts.is_due() {
                        self.reviewed(std::mem::take(&mut of), began.elapsed());
                    }
                }
            }
        }
    }

    /// All who were in doubt have been looked up, or will be tried again.
    fn reviewed(&self, transports: u64, took: Duration) {
        let ms = took.as_millis();
        if took > self.config.doubt() {
            tracing::info!(transports, ms, "rights were looked up again; meanwhile events waited for some");
        } else {
            tracing::debug!(transports, ms, "rights were looked up again");
        }
    }

    async fn review_in_time(&self, link: Arc<Link>) {
        // Somebody else may have looked meanwhile.
        if !link.doubt.is_raised() {
            return;
        }
        // A rule that hangs or panics must not keep others' rights alive. Should something change meanwhile, this comes up again.
        let look = timeout(self.config.call_timeout(), caught(self.look(&link)));
        let done = look.await.unwrap_or_else(|_| Err(Failure::new(Code::Unavailable, "It took too long.")));
        if let Err(failure) = done
            && !link.connection.outbox().is_closed()
        {
            tracing::warn!(%failure, tenant = %link.actor.tenant, "rights could not be looked up");
            self.doubts.no_later_than(link.id, Instant::now() + self.config.roster_poll(), link);
        }
    }

    /// Looks up what those on this transport may, until nothing has changed meanwhile.
    pub(super) async fn review(&self, link: &Arc<Link>) -> Result<(), Failure> {
        while !self.look(link).await? {}
        Ok(())
    }

    /// Looks up what those on this transport may; true if nothing has changed meanwhile.
    async fn look(&self, link: &Arc<Link>) -> Result<bool, Failure> {
        let (epoch, raised) = (self.epoch(), link.doubt.raised());
        match self.directory.standing(&link.actor).await? {
            Standing::Active => {}
            // Nothing more is delivered, however long it takes to be gone.
            Standing::Disabled => {
                revoke(link, "DISABLED");
                return Ok(true);
            }
            Standing::Unknown => {
                revoke(link, "UNKNOWN");
                return Ok(true);
            }
        }
        for member in link.members() {
            self.look_again(&member, epoch).await?;
        }
        Ok(link.doubt.settle(raised))
    }

    /// Asks again for every room that the member is in, and for those that it should be in from the start.
    async fn look_again(&self, member: &Arc<Member>, epoch: u64) -> Result<(), Failure> {
        let mut changed = false;
        let greeted = member.namespace.greet(member.actor()).await?;
        let entered = member.admissions();
        let more = greeted.into_iter().filter(|room| entered.iter().all(|(other, _)| other != room));
        let more: Vec<_> = more.collect();
        for (room, before) in entered {
            match member.namespace.admit(member.actor(), &room).await? {
                Some(admission) if admission == before => {}
                Some(admission) if member.is_in(&room) => {
                    let _ = self.insert(member, &room, admission, epoch).await;
                }
                Some(_) => {}
                None => {
                    self.take_out(member, &room).await;
                    changed = true;
                    member.tell(&RoomRevokedWsEvent { room, reason: ROSTER_CHANGED });
                }
            }
        }
        for room in more {
            if let Some(admission) = member.namespace.admit(member.actor(), &room).await?
                && !member.is_in(&room)
            {
                let _ = self.insert(member, &room, admission, epoch).await;
                changed = true;
            }
        }
        if changed {
            self.sessions.keep(member).await;
        }
        Ok(())
    }
}

/// Sends a person away for good: a stock client stays away after `41`.
pub(super) fn revoke(link: &Link, reason: &'static str) {
    tracing::info!(tenant = %link.actor.tenant, subject = %link.actor.subject_id(), reason, "session revoked");
    for member in link.members() {
        member.tell(&SessionRevokedWsEvent { reason });
        member.socket.disconnect();
    }
    link.connection.close(CloseReason::Policy);
}
