//! What a token says (RFC 7519, section 4.1, and our own `userId`, `districtId`, `scope`), as it stands in JSON and as the
//! rest of Homeroom uses it.

use std::collections::BTreeSet;
use std::fmt;

use homeroom_contract::{Actor, Service, Subject, TenantId, Timestamp, UserId};
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::AuthError;

/// What a verified token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// `sub`, or `userId` where there is no `sub`.
    pub subject: UserId,
    /// `districtId`; only a deployment with one tenant may do without.
    pub district: Option<TenantId>,
    /// `scope`. A token that has one, be it empty, is a service's; one that has none is a person's.
    pub scopes: Option<BTreeSet<String>>,
    /// `exp`, to the millisecond; from then on, plus the leeway, the token is worth nothing.
    pub expires_at: Timestamp,
    /// Which token it is.
    pub provenance: Provenance,
}

/// What tells a token from others of the same person, so that it can be revoked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Provenance {
    /// `jti`: this one token.
    pub token_id: Option<String>,
    /// `sid`: the login that it comes from, with all tokens that follow from it.
    pub session_id: Option<String>,
    /// `iat`, to the millisecond.
    pub issued_at: Option<Timestamp>,
}

impl Provenance {
    /// Of a token that is made right now.
    pub(crate) fn new_at(at: Timestamp) -> Self {
        Self { issued_at: Some(at), ..Self::default() }
    }
}

impl Claims {
    /// Who this is, given the one tenant of a deployment that has just one.
    pub fn actor(&self, sole_tenant: Option<&TenantId>) -> Result<Actor, AuthError> {
        let tenant = self.district.as_ref().or(sole_tenant).ok_or(AuthError::NoDistrict)?.clone();
        let subject = match &self.scopes {
            Some(scopes) => Subject::Service(Service { name: self.subject.clone(), scopes: scopes.clone() }),
            None => Subject::Person(self.subject.clone()),
        };
        Ok(Actor { tenant, subject })
    }
}

/// The claims as they stand in the token; what isn't named here is ignored.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RawClaims {
    sub: Option<String>,
    user_id: Option<String>,
    district_id: Option<String>,
    scope: Option<OneOrMany>,
    exp: Option<NumericDate>,
    pub(crate) nbf: Option<NumericDate>,
    pub(crate) iss: Option<String>,
    pub(crate) aud: Option<OneOrMany>,
    jti: Option<String>,
    sid: Option<String>,
    iat: Option<NumericDate>,
}

impl RawClaims {
    /// The claims that have to be there, and are what they have to be.
    pub(crate) fn read(self) -> Result<Claims, AuthError> {
        let subject = self.sub.or(self.user_id).ok_or(AuthError::Claim("sub"))?;
        let subject = UserId::new(subject).map_err(|_| AuthError::Claim("sub"))?;
        let district =
            self.district_id.map(TenantId::new).transpose().map_err(|_| AuthError::Claim("districtId"))?;
        let scopes = self.scope.map(|OneOrMany(list)| {
            list.iter().flat_map(|words| words.split_whitespace()).map(str::to_owned).collect()
        });
        let NumericDate(expires_at) = self.exp.ok_or(AuthError::Claim("exp"))?;
        let issued_at = self.iat.map(|NumericDate(at)| at);
        let provenance = Provenance { token_id: self.jti, session_id: self.sid, issued_at };
        Ok(Claims { subject, district, scopes, expires_at, provenance })
    }
}

/// Seconds since 1970, possibly with a fraction (RFC 7519, section 2). Before 1970 counts as 1970.
#[derive(Clone, Copy)]
pub(crate) struct NumericDate(pub(crate) Timestamp);

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// 9999-12-31T23:59:59.999Z; later than that is as good as that.
        const LAST_MILLI: f64 = 253_402_300_799_999.0;
        // What is finer than a millisecond is cut, but for a whole one that has no exact binary fraction.
        let millis = (f64::deserialize(deserializer)? * 1000.0 + 0.01).clamp(0.0, LAST_MILLI);
        #[expect(clippy::cast_possible_truncation, reason = "clamped to the calendar just above")]
        let millis = millis as i64;
        Ok(Self(Timestamp::from_unix_millis(millis)))
    }
}

/// A string or a list of strings, as `aud` and `scope` come.
pub(crate) struct OneOrMany(pub(crate) Vec<String>);

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrManyVisitor)
    }
}

struct OneOrManyVisitor;

impl<'de> Visitor<'de> for OneOrManyVisitor {
    type Value = OneOrMany;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or a list of strings")
    }

    fn visit_str<E: Error>(self, one: &str) -> Result<OneOrMany, E> {
        Ok(OneOrMany(vec![one.to_owned()]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut many: A) -> Result<OneOrMany, A::Error> {
        let mut list = Vec::new();
        while let Some(one) = many.next_element()? {
            list.push(one);
        }
        Ok(OneOrMany(list))
    }
}
