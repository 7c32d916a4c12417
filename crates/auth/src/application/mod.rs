//! The use cases: the request, its reply, and the function that handles it.
//!
//! What always holds: each needs a right of a service's token; each that does something is in the journal; no reply with a
//! secret in it is ever stored.

mod issue_token;
mod moderate;
mod operator;
mod pair;
mod refresh_token;
mod revoke_token;
mod violation;
mod warn_user;

use std::sync::Arc;

use homeroom_contract::{Actor, Call, Directory, Standing, UserId};

pub use issue_token::{IssueToken, TokenPair};
pub use moderate::{BanUser, PardonUser, Pardoned, Restricted, SuspendUser};
pub use operator::Order;
pub use refresh_token::RefreshToken;
pub use revoke_token::{RevokeToken, Revoked};
pub use warn_user::{WarnOutcome, WarnUser, Warned};

pub(crate) use issue_token::issue_token;
pub(crate) use moderate::{ban_user, pardon_user, suspend_user};
pub(crate) use refresh_token::refresh_token;
pub(crate) use revoke_token::revoke_token;
pub(crate) use violation::{automatic_call, record_violation};
pub(crate) use warn_user::warn_user;

use crate::{AuthConfig, AuthError, Gate, Signer};

/// The right to make tokens.
const TOKENS: &str = "auth:tokens";
/// The right to revoke them.
const REVOKE: &str = "auth:revoke";
/// The right to warn, suspend, ban and pardon.
const MODERATE: &str = "auth:moderate";

/// Sessions, revocations and moderation: what the handlers work with. Cheap to clone.
#[derive(Clone)]
pub struct Auth {
    pub(crate) gate: Arc<Gate>,
    pub(crate) directory: Arc<dyn Directory>,
    /// None where the gateway has no secret of its own.
    pub(crate) signer: Option<Signer>,
    /// Whom the tokens made here are from and for.
    pub(crate) config: Arc<AuthConfig>,
}

impl Auth {
    /// Behind that gate. Without a signer it makes no tokens, but revokes and moderates.
    pub fn new(
        gate: Arc<Gate>,
        directory: Arc<dyn Directory>,
        signer: Option<Signer>,
        config: AuthConfig,
    ) -> Self {
        Self { gate, directory, signer, config: Arc::new(config) }
    }

    /// `NOT_FOUND` unless the roster knows the person.
    async fn require_known(&self, call: &Call, user: &UserId) -> Result<Standing, AuthError> {
        let person = Actor::person(call.actor.tenant.clone(), user.clone());
        match self.directory.standing(&person).await.map_err(AuthError::Directory)? {
            Standing::Unknown => Err(AuthError::NoSuchPerson),
            standing => Ok(standing),
        }
    }

    /// A text that has to say something, and not too much.
    fn check_text(&self, field: &'static str, text: &str) -> Result<(), AuthError> {
        let most = self.gate.settings.reason_chars;
        // Also for those who call this from code: what comes from a wire has no NUL.
        if text.trim().is_empty() || text.chars().count() > most || text.contains('\0') {
            return Err(AuthError::Text { field, most });
        }
        Ok(())
    }
}

fn require(call: &Call, scope: &'static str) -> Result<(), AuthError> {
    if call.actor.has_scope(scope) { Ok(()) } else { Err(AuthError::Scope(scope)) }
}
