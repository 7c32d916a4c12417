//! Tokens as an identity provider would sign them (RFC 7519), with a secret that only tests know.

use std::time::Duration;

use homeroom_contract::{Clock, SystemClock, TenantId, UserId};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use crate::Error;
use crate::error::or_panic;

/// Signs tokens (HS256).
#[derive(Debug, Clone)]
pub struct Tokens {
    secret: String,
}

impl Default for Tokens {
    fn default() -> Self {
        Self::signed_with("a secret of which only the tests know: 0123456789abcdef")
    }
}

impl Tokens {
    /// Tokens of another issuer: a gateway started with [`Tokens::default`] accepts none of them.
    pub fn signed_with(secret: &str) -> Self {
        Self { secret: secret.to_owned() }
    }

    /// The secret.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// For a person, good for an hour.
    pub fn person(&self, tenant: &TenantId, user: &UserId) -> String {
        self.person_for(tenant, user, Duration::from_hours(1))
    }

    /// For a person, good for that long, to the second.
    pub fn person_for(&self, tenant: &TenantId, user: &UserId, lifetime: Duration) -> String {
        self.sign(&json!({ "sub": user, "districtId": tenant, "exp": now() + seconds(lifetime) }))
    }

    /// For a person, good until five minutes ago.
    pub fn expired(&self, tenant: &TenantId, user: &UserId) -> String {
        self.sign(&json!({ "sub": user, "districtId": tenant, "exp": now() - 300 }))
    }

    /// For a service with these rights, such as `gradebook:write`, good for an hour.
    pub fn service(&self, tenant: &TenantId, name: &UserId, scope: &str) -> String {
        self.sign(&json!({ "sub": name, "districtId": tenant, "scope": scope, "exp": now() + 3600 }))
    }

    /// Whatever it shall say.
    pub fn sign(&self, claims: &Value) -> String {
        let key = EncodingKey::from_secret(self.secret.as_bytes());
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &key);
        or_panic(token.map_err(|error| Error::Exchange(format!("no token can be made: {error}"))))
    }
}

fn now() -> i64 {
    SystemClock.now().unix_millis() / 1000
}

fn seconds(lifetime: Duration) -> i64 {
    i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX)
}
