//! Checks tokens. The signature is jsonwebtoken's work; what time it is and whom the token is from and for is checked here,
//! against the injected clock, since the library would ask the machine.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use homeroom_contract::{Actor, Clock, Directory, Standing, Timestamp};
use jsonwebtoken::Validation;

use crate::claims::{NumericDate, OneOrMany, RawClaims};
use crate::{AuthError, Claims, Key, KeyError};

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

/// Checks tokens against one key.
pub struct Verifier {
    key: Key,
    config: AuthConfig,
    validation: Validation,
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
    pub fn new(key: Key, config: AuthConfig, clock: Arc<dyn Clock>) -> Result<Self, KeyError> {
        if config.leeway > MAX_LEEWAY {
            return Err(KeyError::Leeway { given: config.leeway, most: MAX_LEEWAY });
        }
        let mut validation = Validation::new(key.algorithm);
        // All of this is checked in `verify`.
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.validate_aud = false;
        Ok(Self { key, config, validation, clock })
    }

    /// What the token says, if it is signed with the key, in time, and from and for whom it should be.
    pub fn verify(&self, token: &str) -> Result<Claims, AuthError> {
        if token.len() > self.config.max_token_bytes {
            return Err(AuthError::TooLong { limit: self.config.max_token_bytes });
        }
        let verified = jsonwebtoken::decode::<RawClaims>(token, &self.key.decoding, &self.validation)
            .map_err(AuthError::Unverified)?;
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

    /// Who may be connected with this token: verified, with a tenant, and in the roster unless it is a service.
    pub async fn authenticate(
        &self,
        token: &str,
        directory: &dyn Directory,
    ) -> Result<Authenticated, AuthError> {
        let claims = self.verify(token)?;
        let sole_tenant = match claims.district {
            Some(_) => None,
            None => directory.sole_tenant().await.map_err(AuthError::Directory)?,
        };
        let actor = claims.actor(sole_tenant.as_ref())?;
        match directory.standing(&actor).await.map_err(AuthError::Directory)? {
            Standing::Active => Ok(Authenticated { actor, claims }),
            Standing::Disabled => Err(AuthError::Disabled(claims.subject.to_string())),
            Standing::Unknown => Err(AuthError::Unknown(claims.subject.to_string())),
        }
    }

    /// When a connection with these claims has to end: `exp` plus the leeway.
    pub fn closes_at(&self, claims: &Claims) -> Timestamp {
        claims.expires_at.plus(self.config.leeway)
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
            .field("key", &self.key)
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}
