//! Makes tokens, for the demo, for `gateway token` and for tests. In production an identity provider does.

use std::fmt;

use homeroom_contract::{TenantId, Timestamp, UserId, new_id};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;

use crate::KeyError;
use crate::keys::checked_secret;

/// What a token shall say.
#[derive(Debug, Clone, Serialize)]
pub struct Grant {
    /// The person or service.
    #[serde(rename = "sub")]
    pub subject: UserId,
    /// The district; only for a deployment with one tenant none is needed.
    #[serde(rename = "districtId", skip_serializing_if = "Option::is_none")]
    pub district: Option<TenantId>,
    /// A service's rights; none for a person.
    #[serde(rename = "scope", skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// Until when it is good (exclusive), cut to the second.
    #[serde(rename = "exp", serialize_with = "seconds")]
    pub expires_at: Timestamp,
    /// From when it is good, cut to the second.
    #[serde(rename = "nbf", skip_serializing_if = "Option::is_none", serialize_with = "maybe_seconds")]
    pub not_before: Option<Timestamp>,
    /// Who issues it.
    #[serde(rename = "iss", skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// For whom it is.
    #[serde(rename = "aud", skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// Its own id.
    #[serde(rename = "jti", skip_serializing_if = "Option::is_none")]
    pub token_id: Option<String>,
    /// The session that it belongs to.
    #[serde(rename = "sid", skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// When it is issued, to the millisecond: who is revoked and logs in again within a second has a token that is good.
    #[serde(rename = "iat", skip_serializing_if = "Option::is_none", serialize_with = "maybe_fraction")]
    pub issued_at: Option<Timestamp>,
}

impl Grant {
    /// For a person, good until then.
    pub fn person(subject: UserId, expires_at: Timestamp) -> Self {
        Self {
            subject,
            district: None,
            scopes: None,
            expires_at,
            not_before: None,
            issuer: None,
            audience: None,
            token_id: None,
            session_id: None,
            issued_at: None,
        }
    }

    /// For a service with these rights, good until then.
    pub fn service(name: UserId, scopes: impl IntoIterator<Item = String>, expires_at: Timestamp) -> Self {
        Self { scopes: Some(scopes.into_iter().collect()), ..Self::person(name, expires_at) }
    }

    /// Issued then, under an id of its own: so it can be revoked, and is not taken for older than it is.
    #[must_use]
    pub fn issued(self, at: Timestamp) -> Self {
        Self { token_id: Some(new_id(at).to_string()), issued_at: Some(at), ..self }
    }

    /// In that district.
    #[must_use]
    pub fn in_district(mut self, district: TenantId) -> Self {
        self.district = Some(district);
        self
    }
}

/// Signs with a shared secret (HS256).
#[derive(Clone)]
pub struct Signer(EncodingKey);

impl Signer {
    /// A secret of at least 32 bytes, taken as they are.
    pub fn new(secret: &str) -> Result<Self, KeyError> {
        Ok(Self(EncodingKey::from_secret(checked_secret(secret)?)))
    }

    /// The token.
    pub fn sign(&self, grant: &Grant) -> Result<String, KeyError> {
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), grant, &self.0).map_err(KeyError::Signing)
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer")
    }
}

fn seconds<S: serde::Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_i64(at.unix_millis().div_euclid(1000))
}

#[expect(clippy::ref_option, reason = "serde hands it over like this")]
fn maybe_seconds<S: serde::Serializer>(at: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => seconds(at, serializer),
        None => serializer.serialize_none(),
    }
}

/// Seconds with a fraction, which a `NumericDate` may have (RFC 7519, section 2); a whole number is written as one.
#[expect(clippy::ref_option, reason = "serde hands it over like this")]
fn maybe_fraction<S: serde::Serializer>(at: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    match at.map(Timestamp::unix_millis) {
        Some(millis) if millis % 1000 == 0 => serializer.serialize_i64(millis / 1000),
        #[expect(clippy::cast_precision_loss, reason = "exact in the whole calendar: it ends before 2^53 ms")]
        Some(millis) => serializer.serialize_f64(millis as f64 / 1000.0),
        None => serializer.serialize_none(),
    }
}
