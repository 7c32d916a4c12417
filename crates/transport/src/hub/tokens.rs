//! The end of a token while its connection lives: announced a minute before, carried on by `auth:refresh`, else the transport
//! is closed, so that a stock client comes back by itself and asks for a fresh one.

use std::sync::{Arc, Weak};
use std::time::Duration;

use homeroom_contract::{Code, Failure, Timestamp};
use tokio::time::Instant;

use super::agenda::Agenda;
use super::{Hub, Lifetime, Link, Member};
use crate::dispatch::builtin::AuthExpiringWsEvent;
use crate::engine::CloseReason;

/// By transport.
pub(super) type Tokens = Agenda<u64, Weak<Link>>;

/// A timer is never set further ahead; it is set again when it comes up.
const LONGEST: Duration = Duration::from_hours(24);

impl Hub {
    /// Goes on with a fresh token of the same person, or of the same service with the same rights; until when.
    pub(crate) async fn refresh(&self, member: &Member, token: &str) -> Result<Timestamp, Failure> {
        let fresh = self.verifier.authenticate(token, self.directory.as_ref()).await?;
        if fresh.actor != *member.actor() {
            let message = "This token is somebody else's, or has other rights: connect anew with it.";
            return Err(Failure::new(Code::Unauthorized, message));
        }
        let link = &member.link;
        let token = Lifetime::of(&fresh.claims, self.verifier.closes_at(&fresh.claims));
        link.carry_on(token, &fresh.claims.provenance);
        // What this node has heard of since the token was checked; what it hears of from now on finds it on this transport.
        self.keep_or_send_away(link)?;
        self.time(link);
        Ok(link.token().expires_at)
    }

    /// Sees to what has to happen next with this transport's token, and when.
    pub(super) fn time(&self, link: &Arc<Link>) {
        let now = self.now();
        let token = link.token();
        if now >= token.closes_at {
            tracing::debug!(tenant = %link.actor.tenant, subject = %link.actor.subject_id(), "token expired");
            link.connection.close(CloseReason::Server);
            return;
        }
        let notice = self.config.expiring_notice();
        let left = token.expires_at.since(now);
        if left <= notice && !link.was_warned() {
            link.warn();
            for member in link.members() {
                member.tell(&AuthExpiringWsEvent { expires_at: token.expires_at });
            }
        }
        let wait = if link.was_warned() { token.closes_at.since(now) } else { left.saturating_sub(notice) };
        // Not at once again, should the two clocks not agree to the millisecond.
        let wait = wait.clamp(Duration::from_millis(10), LONGEST);
        self.tokens.set(link.id, Instant::now() + wait, Arc::downgrade(link));
    }

    pub(super) fn forget_token(&self, link: &Link) {
        self.tokens.take(&link.id);
    }

    /// Sees to tokens as their time comes, for ever.
    pub(super) async fn watch_tokens(&self) {
        loop {
            let (_, link) = self.tokens.next().await;
            if let Some(link) = link.upgrade() {
                self.time(&link);
            }
        }
    }
}
