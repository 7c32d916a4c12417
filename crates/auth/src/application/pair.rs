//! A pair of an access token and a refresh token. The refresh token is 32 random bytes in base64url; what is kept of it is
//! its SHA-256, which is enough for a secret that nobody can guess.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use homeroom_contract::{Call, Timestamp, UserId, new_id};
use rand::Rng as _;
use sha2::{Digest as _, Sha256};

use super::{Auth, TokenPair};
use crate::{AuthError, Grant};

/// A pair that has been made, and what has to be kept of it.
pub(super) struct Made {
    pub(super) pair: TokenPair,
    pub(super) token_id: String,
    pub(super) refresh_hash: [u8; 32],
}

impl Auth {
    /// Makes a pair for a session. Nothing is written.
    pub(super) fn make_pair(&self, call: &Call, session: &str, user: &UserId) -> Result<Made, AuthError> {
        let signer = self.signer.as_ref().ok_or(AuthError::NoSigner)?;
        let settings = &self.gate.settings;
        // To the second, as `exp` has it: what is told is what holds.
        let now = Timestamp::from_unix_millis(call.at.unix_millis().div_euclid(1000) * 1000);
        let access_expires_at = now.plus(settings.access_token());
        let token_id = new_id(call.at).to_string();
        let grant = Grant {
            issuer: self.config.issuer.clone(),
            audience: self.config.audience.clone(),
            token_id: Some(token_id.clone()),
            session_id: Some(session.to_owned()),
            issued_at: Some(call.at),
            ..Grant::person(user.clone(), access_expires_at).in_district(call.actor.tenant.clone())
        };
        let access_token = signer.sign(&grant).map_err(AuthError::Signing)?;
        let mut secret = [0; 32];
        rand::rng().fill_bytes(&mut secret);
        let refresh_token = URL_SAFE_NO_PAD.encode(secret);
        let refresh_hash = hash(&refresh_token);
        let pair = TokenPair {
            access_token,
            access_expires_at,
            refresh_token,
            refresh_expires_at: now.plus(settings.refresh_token()),
            session_id: session.to_owned(),
        };
        Ok(Made { pair, token_id, refresh_hash })
    }
}

/// What is kept of a refresh token.
pub(super) fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// Replies of commands with a `clientId` are stored; a secret must not be.
pub(super) fn refuse_key(call: &Call) -> Result<(), AuthError> {
    if call.client_id.is_some() { Err(AuthError::KeyedSecret) } else { Ok(()) }
}
