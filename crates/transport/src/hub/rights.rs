//! When the roster changes: who may no longer be here is sent away, who may no longer be in a room is out of it, and who may
//! now be in one from the start is in.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures_util::{StreamExt as _, stream};
use homeroom_contract::{Code, Failure, RosterPosition, Standing};
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::{Hub, Link, Member};
use crate::dispatch::builtin::{RoomRevokedWsEvent, SessionRevokedWsEvent};
use crate::engine::CloseReason;
use crate::guard::caught;

/// The one reason why a room is taken from somebody who was let in.
pub(super) const ROSTER_CHANGED: &str = "ROSTER_CHANGED";

impl Hub {
    /// Looks for changes since then, again and again, for ever.
    pub(super) async fn watch_rights(&self, mut since: RosterPosition) {
        let mut ticks = interval(self.config.roster_poll());
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // Those whose rights could not be looked up.
        let mut owed: BTreeMap<u64, Arc<Link>> = BTreeMap::new();
        let mut failing = false;
        loop {
            ticks.tick().await;
            let mut concerned = std::mem::take(&mut owed);
            match caught(self.directory.changes(since, self.now())).await {
                Ok((changes, position)) => {
                    since = position;
                    failing = false;
                    if !changes.is_empty() {
                        // Before the connected are listed: who comes after that sees the new epoch.
                        self.epoch.fetch_add(1, Ordering::SeqCst);
                        let links = changes.iter().flat_map(|change| self.links.concerned(change));
                        concerned.extend(links.map(|link| (link.id, link)));
                    }
                }
                Err(failure) if !failing => {
                    failing = true;
                    tracing::warn!(%failure, "the roster's changes can't be read");
                }
                Err(_) => {}
            }
            owed = self.review(concerned).await;
        }
    }

    /// Reviews these transports; gives back those where it could not be done.
    async fn review(&self, links: BTreeMap<u64, Arc<Link>>) -> BTreeMap<u64, Arc<Link>> {
        let reviews = links.into_values().map(|link| async move {
            // A rule that hangs or panics must not keep others' rights alive.
            let review = timeout(self.config.call_timeout(), caught(self.review_one(&link)));
            let done =
                review.await.unwrap_or_else(|_| Err(Failure::new(Code::Unavailable, "It took too long.")));
            done.map_err(|failure| (failure, link))
        });
        let mut reviews = stream::iter(reviews).buffer_unordered(self.config.recheck_concurrency.max(1));
        let mut owed = BTreeMap::new();
        while let Some(review) = reviews.next().await {
            if let Err((failure, link)) = review {
                tracing::warn!(%failure, tenant = %link.actor.tenant, "rights could not be looked up");
                owed.insert(link.id, link);
            }
        }
        owed
    }

    async fn review_one(&self, link: &Arc<Link>) -> Result<(), Failure> {
        match self.directory.standing(&link.actor).await? {
            Standing::Active => {}
            Standing::Disabled => {
                revoke(link, "DISABLED");
                return Ok(());
            }
            Standing::Unknown => {
                revoke(link, "UNKNOWN");
                return Ok(());
            }
        }
        for member in link.members() {
            self.look_again(&member).await?;
        }
        Ok(())
    }

    /// Asks again for every room that the member is in, and for those that it should be in from the start.
    pub(super) async fn look_again(&self, member: &Arc<Member>) -> Result<(), Failure> {
        let mut changed = false;
        for (room, before) in member.admissions() {
            match member.namespace.admit(member.actor(), &room).await? {
                Some(admission) if admission == before => {}
                Some(admission) if member.is_in(&room) => {
                    let _ = self.insert(member, &room, admission).await;
                }
                Some(_) => {}
                None => {
                    self.take_out(member, &room).await;
                    changed = true;
                    member.tell(&RoomRevokedWsEvent { room, reason: ROSTER_CHANGED });
                }
            }
        }
        for (room, admission) in self.greeting(&member.namespace, member.actor()).await? {
            if !member.is_in(&room) {
                let _ = self.insert(member, &room, admission).await;
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
