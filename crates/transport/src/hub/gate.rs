//! Revoked, suspended, banned: who is here and may not be any more is sent away, and who has been warned is told.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use homeroom_auth::{AuthError, Gate, Warning};
use homeroom_contract::{Actor, Code};
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::rights::revoke;
use super::sight::Seen;
use super::{Hub, Link};
use crate::dispatch::builtin::SecurityWarningWsEvent;
use crate::guard::caught;

/// How often what is new is asked for: at most so that it holds everywhere within two seconds.
const EVERY: Duration = Duration::from_secs(1);

impl Hub {
    /// Asks for what is new, again and again, for ever.
    pub(super) async fn watch_gate(&self, gate: &Arc<Gate>) {
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut failing = false;
        loop {
            ticks.tick().await;
            let began = Instant::now();
            match caught(async { Ok(gate.sweep().await?) }).await {
                Ok(swept) => {
                    failing = false;
                    self.warn(swept.warnings);
                    if swept.changed {
                        self.send_away();
                    }
                    self.sight.saw(Seen::Gate, began);
                }
                Err(failure) if !failing => {
                    failing = true;
                    tracing::warn!(%failure, "revocations and bans can't be read; those that are known stay in force");
                }
                Err(_) => {}
            }
        }
    }

    /// Writes down what people were refused for, again and again, for ever.
    pub(super) async fn watch_refusals(gate: &Gate) {
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = gate.write_down().await {
                tracing::warn!(%error, "violations could not be written down; tried again later");
            }
        }
    }

    /// Whether anybody may come from that address.
    pub(crate) fn check_address(&self, address: Option<IpAddr>) -> Result<(), AuthError> {
        match (self.verifier.gate(), address) {
            (Some(gate), Some(address)) => gate.check_address(address),
            _ => Ok(()),
        }
    }

    /// Whether this transport may go on.
    pub(super) fn check_link(&self, link: &Link) -> Result<(), AuthError> {
        self.check_address(link.connection.handshake().client())?;
        link.tokens().iter().try_for_each(|token| self.verifier.check_gate(&link.actor, token))
    }

    /// A call of this actor was refused, for something of the actor's own.
    pub(crate) fn note_refusal(&self, actor: &Actor, code: Code) {
        if let Some(gate) = self.verifier.gate() {
            gate.note_refusal(actor, code);
        }
    }

    fn send_away(&self) {
        for link in self.links.all() {
            let _ = self.keep_or_send_away(&link);
        }
    }

    /// Sends this transport away if it may not go on; why.
    pub(super) fn keep_or_send_away(&self, link: &Link) -> Result<(), AuthError> {
        self.check_link(link).inspect_err(|error| match error {
            AuthError::Banned { .. } => revoke(link, "BANNED"),
            AuthError::Suspended { .. } => revoke(link, "SUSPENDED"),
            _ => revoke(link, "REVOKED"),
        })
    }

    fn warn(&self, warnings: Vec<Warning>) {
        for Warning { tenant, user, message, violations, at } in warnings {
            let event = SecurityWarningWsEvent { message, violations, timestamp: at };
            let people = self.links.of(&tenant, &user).into_iter().filter(|link| link.actor.user().is_some());
            for member in people.flat_map(|link| link.members()) {
                member.tell(&event);
            }
        }
    }
}
