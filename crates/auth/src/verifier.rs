//! Checks tokens. The signature is jsonwebtoken's work; what time it is and whom the token is from and for is checked here,
//! against the injected clock, since the library would ask the machine.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use homeroom_contract::{Actor, Clock, Directory, Standing, Timestamp};
use jsonwebtoken::{Algorithm, TokenData, Validation};

use crate::claims::{NumericDate, OneOrMany, RawClaims};
use crate::keys::{Keys, Known};
use crate::{AuthError, Claims, Gate, Key, KeyError, Provenance};

/// The most clock skew that may be forgiven.
pub const MAX_LEEWAY: Duration = Duration::from_secs(5);

/// What a token has to be besides signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthConfig {
    /// The `iss` that every token must have; any if none.
    pub issuer: Option<String>,
    /// The `aud` that every token must have among its own; any if none.
    pub audience: Option<String>,
    /// How much later than `exp`, and earlier than `nbf`, a token is still taken. At most [`MAX_LEEWAY`], which is the default.
    pub leeway: Duration,
    /// The most bytes of a token; 8,192 by default.
    pub max_token_bytes: usize,
}

impl Default for AuthConfig {
    fn default() -> Self {
        Self { issuer: None, audience: None, leeway: MAX_LEEWAY, max_token_bytes: 8192 }
    }
}

/// Checks tokens against the platform's keys and the gateway's own.
pub struct Verifier {
    keys: Keys,
    own: Option<Key>,
    gate: Option<Arc<Gate>>,
    config: AuthConfig,
    clock: Arc<dyn Clock>,
}

/// Somebody who may be connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticated {
    /// Who.
    pub actor: Actor,
    /// What the token said.
    pub claims: Claims,
}

impl Verifier {
    /// Refuses a leeway over [`MAX_LEEWAY`].
    pub fn new(keys: impl Into<Keys>, config: AuthConfig, clock: Arc<dyn Clock>) -> Result<Self, KeyError> {
        if config.leeway > MAX_LEEWAY {
            return Err(KeyError::Leeway { given: config.leeway, most: MAX_LEEWAY });
        }
        Ok(Self { keys: keys.into(), own: None, gate: None, config, clock })
    }

    /// Takes the tokens that the gateway itself signs too, besides the platform's.
    #[must_use]
    pub fn and_own(mut self, key: Key) -> Self {
        self.own = Some(key);
        self
    }

    /// Lets nobody in who is revoked, suspended or banned.
    #[must_use]
    pub fn behind(mut self, gate: Arc<Gate>) -> Self {
        self.gate = Some(gate);
        self
    }

    /// Who may not be here although the token is good.
    pub fn gate(&self) -> Option<&Arc<Gate>> {
        self.gate.as_ref()
    }

    /// What the token says, if it is signed with one of the keys at hand, in time, and from and for whom it should be.
    pub fn verify(&self, token: &str) -> Result<Claims, AuthError> {
        if token.len() > self.config.max_token_bytes {
            return Err(AuthError::TooLong { limit: self.config.max_token_bytes });
        }
        let verified = self.check_signature(token)?;
        if verified.header.crit.is_some() {
            return Err(AuthError::Critical);
        }
        let raw = verified.claims;
        self.check_parties(&raw)?;
        let not_before = raw.nbf;
        let claims = raw.read()?;
        // Last, so that only a token that was good once is called expired.
        self.check_time(not_before, claims.expires_at)?;
        Ok(claims)
    }

    /// The same, but a key that isn't at hand is looked for first.
    pub async fn verify_fresh(&self, token: &str) -> Result<Claims, AuthError> {
        match (self.verify(token), self.keys.set()) {
            (Err(AuthError::UnknownKey | AuthError::NoKeys), Some(set)) => {
                let kid = jsonwebtoken::decode_header(token).map_err(AuthError::Unverified)?.kid;
                let looked_for = set.look_for(kid.as_deref()).await;
                match self.verify(token) {
                    // Whose key nobody could look for is told to come back: it may be there by then.
                    Err(AuthError::UnknownKey) if !looked_for => Err(AuthError::NoKeys),
                    verified => verified,
                }
            }
            (verified, _) => verified,
        }
    }

    /// Who may be connected with this token: verified, with a tenant, and in the roster unless it is a service.
    pub async fn authenticate(
        &self,
        token: &str,
        directory: &dyn Directory,
    ) -> Result<Authenticated, AuthError> {
        let claims = self.verify_fresh(token).await?;
        let sole_tenant = match claims.district {
            Some(_) => None,
            None => directory.sole_tenant().await.map_err(AuthError::Directory)?,
        };
        let actor = claims.actor(sole_tenant.as_ref())?;
        self.check_gate(&actor, &claims.provenance)?;
        match directory.standing(&actor).await.map_err(AuthError::Directory)? {
            Standing::Active => Ok(Authenticated { actor, claims }),
            Standing::Disabled => Err(AuthError::Disabled(claims.subject.to_string())),
            Standing::Unknown => Err(AuthError::Unknown(claims.subject.to_string())),
        }
    }

    /// Whether this actor may be here with that token, as far as this node has heard. Never waits.
    pub fn check_gate(&self, actor: &Actor, provenance: &Provenance) -> Result<(), AuthError> {
        self.gate.as_ref().map_or(Ok(()), |gate| gate.check(actor, provenance))
    }

    /// When a connection with these claims has to end: `exp` plus the leeway.
    pub fn closes_at(&self, claims: &Claims) -> Timestamp {
        claims.expires_at.plus(self.config.leeway)
    }

    fn check_signature(&self, token: &str) -> Result<TokenData<RawClaims>, AuthError> {
        let header = jsonwebtoken::decode_header(token).map_err(AuthError::Unverified)?;
        let candidates = self.keys.candidates(header.kid.as_deref());
        let mut refused = match candidates.state {
            Known::Yes => AuthError::Unverified(jsonwebtoken::errors::ErrorKind::InvalidAlgorithm.into()),
            Known::No => AuthError::UnknownKey,
            Known::Nothing => AuthError::NoKeys,
        };
        for key in self.own.iter().chain(candidates.keys.iter().map(AsRef::as_ref)) {
            match jsonwebtoken::decode::<RawClaims>(token, &key.decoding, &validation(key.algorithm)) {
                Ok(verified) => return Ok(verified),
                Err(error) if candidates.state == Known::Yes => refused = AuthError::Unverified(error),
                Err(_) => {}
            }
        }
        Err(refused)
    }

    fn check_parties(&self, raw: &RawClaims) -> Result<(), AuthError> {
        if self.config.issuer.is_some() && self.config.issuer != raw.iss {
            return Err(AuthError::Claim("iss"));
        }
        if let Some(audience) = &self.config.audience {
            let among = raw.aud.as_ref().is_some_and(|OneOrMany(list)| list.contains(audience));
            if !among {
                return Err(AuthError::Claim("aud"));
            }
        }
        Ok(())
    }

    fn check_time(&self, not_before: Option<NumericDate>, expires_at: Timestamp) -> Result<(), AuthError> {
        let now = self.clock.now();
        let leeway = self.config.leeway;
        if not_before.is_some_and(|NumericDate(nbf)| now.plus(leeway) < nbf) {
            return Err(AuthError::NotYet);
        }
        if now >= expires_at.plus(leeway) {
            return Err(AuthError::Expired);
        }
        Ok(())
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("keys", &self.keys)
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

/// Nothing but the signature, by this algorithm and no other: all else is checked in [`Verifier::verify`].
fn validation(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation
}
