//! The transport that a person's sockets share, and the tokens that it goes on with.
//!
//! What always holds: it is known of everyone who is here which token they came with, so that revoking it finds them.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use homeroom_auth::{Claims, Provenance};
use homeroom_contract::{Actor, Timestamp};

use super::Member;
use super::doubt::Doubt;
use crate::engine::Connection;

/// A transport in use by one person.
pub(crate) struct Link {
    pub(crate) id: u64,
    pub(crate) actor: Actor,
    pub(crate) connection: Arc<Connection>,
    /// Whether it is in doubt what those on it may.
    pub(super) doubt: Doubt,
    state: Mutex<LinkState>,
}

struct LinkState {
    members: Vec<Arc<Member>>,
    token: Lifetime,
    /// Where that token comes from, for the transport goes on only because of it.
    lives_on: Provenance,
    /// With what those came who are here, and the one who is being let in; no more than there are namespaces.
    brought: Vec<Brought>,
    /// Whether the end of the token has been announced.
    warned: bool,
}

/// A token and who came with it.
struct Brought {
    /// The member; none yet while it is being let in. Of one transport, that is one at a time.
    by: Option<u64>,
    token: Lifetime,
    provenance: Provenance,
}

/// How long a token is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lifetime {
    /// Its `exp`.
    pub(crate) expires_at: Timestamp,
    /// `exp` and the leeway.
    pub(crate) closes_at: Timestamp,
}

impl Lifetime {
    pub(crate) fn of(claims: &Claims, closes_at: Timestamp) -> Self {
        Self { expires_at: claims.expires_at, closes_at }
    }
}

impl LinkState {
    /// Whether the token is good for longer than those before.
    fn prolong(&mut self, token: Lifetime, provenance: &Provenance) -> bool {
        let longer = token.expires_at > self.token.expires_at;
        if longer {
            self.token = token;
            self.lives_on = provenance.clone();
            self.warned = false;
        }
        longer
    }
}

impl Link {
    pub(crate) fn new(
        id: u64,
        actor: Actor,
        connection: Arc<Connection>,
        token: Lifetime,
        provenance: Provenance,
    ) -> Arc<Self> {
        let lives_on = provenance.clone();
        let brought = vec![Brought { by: None, token, provenance }];
        let state = LinkState { members: Vec::new(), token, lives_on, brought, warned: false };
        Arc::new(Self { id, actor, connection, doubt: Doubt::none(), state: Mutex::new(state) })
    }

    pub(crate) fn members(&self) -> Vec<Arc<Member>> {
        self.lock().members.clone()
    }

    pub(crate) fn token(&self) -> Lifetime {
        self.lock().token
    }

    /// Another namespace comes with this token. Once it is let in the transport goes on for as long as the longest, and as long
    /// as none is revoked with which somebody is here.
    pub(super) fn also_with(&self, token: Lifetime, provenance: &Provenance) {
        let provenance = provenance.clone();
        self.lock().brought.push(Brought { by: None, token, provenance });
    }

    /// Goes on with this token instead of those before, if it is good for longer.
    pub(super) fn carry_on(&self, token: Lifetime, provenance: &Provenance) {
        let mut state = self.lock();
        if state.prolong(token, provenance) {
            for brought in &mut state.brought {
                brought.token = token;
                brought.provenance = provenance.clone();
            }
        }
    }

    /// The tokens that it goes on with.
    pub(super) fn tokens(&self) -> Vec<Provenance> {
        let state = self.lock();
        let mut tokens = vec![state.lives_on.clone()];
        for Brought { provenance, .. } in &state.brought {
            if !tokens.contains(provenance) {
                tokens.push(provenance.clone());
            }
        }
        tokens
    }

    pub(super) fn was_warned(&self) -> bool {
        self.lock().warned
    }

    pub(super) fn warn(&self) {
        self.lock().warned = true;
    }

    /// Who was being let in is here.
    pub(super) fn add(&self, member: Arc<Member>) {
        let mut state = self.lock();
        if let Some(brought) = state.brought.iter_mut().find(|brought| brought.by.is_none()) {
            brought.by = Some(member.id);
            let (token, provenance) = (brought.token, brought.provenance.clone());
            state.prolong(token, &provenance);
        }
        state.members.push(member);
    }

    /// Takes a member out; true if it was the last.
    pub(super) fn remove(&self, id: u64) -> bool {
        let mut state = self.lock();
        state.members.retain(|member| member.id != id);
        state.brought.retain(|brought| brought.by != Some(id));
        state.members.is_empty()
    }

    /// Nobody is being let in any more, and who has not become a member brought nothing; true if nobody is here.
    pub(super) fn settle(&self) -> bool {
        let mut state = self.lock();
        state.brought.retain(|brought| brought.by.is_some());
        state.members.is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, LinkState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("id", &self.id).field("actor", &self.actor).finish_non_exhaustive()
    }
}
