//! Why a token is refused, and why a key is. The first reaches clients as a [`Failure`] that says no more than they need;
//! the second stops the gateway at start-up.

use std::time::Duration;

use homeroom_contract::{Code, Failure, Timestamp};
use homeroom_journal::{DatabaseError, JournalError};

/// Why a token is refused.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// There is none.
    #[error("no token")]
    Missing,
    /// It is longer than allowed.
    #[error("the token has more than {limit} bytes")]
    TooLong {
        /// The configured most, in bytes.
        limit: usize,
    },
    /// Not a token, not of the key's algorithm, or not signed with the key.
    #[error("the token does not verify")]
    Unverified(#[source] jsonwebtoken::errors::Error),
    /// No key of that `kid` is known.
    #[error("the token's key is not known")]
    UnknownKey,
    /// The platform's keys could not be had yet.
    #[error("there are no keys to check tokens with yet")]
    NoKeys,
    /// A header that must be understood and isn't (RFC 7515, section 4.1.11).
    #[error("the token has critical headers")]
    Critical,
    /// A claim is missing or not what it has to be.
    #[error("the claim {0} is missing or wrong")]
    Claim(&'static str),
    /// Before `nbf`.
    #[error("the token is not valid yet")]
    NotYet,
    /// At or after `exp`.
    #[error("the token has expired")]
    Expired,
    /// No `districtId`, and more than one tenant.
    #[error("the token names no district")]
    NoDistrict,
    /// The roster of that district doesn't know the person.
    #[error("the roster does not know {0}")]
    Unknown(String),
    /// The roster knows the person as disabled.
    #[error("{0} is disabled")]
    Disabled(String),
    /// The token, its session or all that the person had was revoked.
    #[error("the token has been revoked")]
    Revoked,
    /// The person or the address is banned.
    #[error("banned until {until}: {reason}")]
    Banned {
        /// Why.
        reason: String,
        /// Until when (exclusive).
        until: Timestamp,
    },
    /// The person is suspended.
    #[error("suspended until {until}: {reason}")]
    Suspended {
        /// Why.
        reason: String,
        /// Until when (exclusive).
        until: Timestamp,
    },
    /// The service has not the right.
    #[error("the scope {0} is missing")]
    Scope(&'static str),
    /// A command that answers with a secret came with a `clientId`.
    #[error("a secret is not given out under a clientId")]
    KeyedSecret,
    /// The gateway has no secret to sign tokens with.
    #[error("there is no secret to sign tokens with")]
    NoSigner,
    /// The token could not be signed.
    #[error("the token could not be signed")]
    Signing(#[source] KeyError),
    /// Not a refresh token of this district, or one that has expired.
    #[error("there is no such refresh token")]
    NoSuchRefreshToken,
    /// A refresh token that was spent before; its session is ended.
    #[error("the refresh token was used twice")]
    Reused,
    /// The roster of the district doesn't know the person who is named.
    #[error("there is no such person")]
    NoSuchPerson,
    /// A text is empty, too long, or has a NUL in it.
    #[error("{field} must have 1 to {most} characters")]
    Text {
        /// The field.
        field: &'static str,
        /// The most characters.
        most: usize,
    },
    /// A suspension or ban of no time at all.
    #[error("durationSec must be at least 1")]
    NoDuration,
    /// None or several of `jti`, `sessionId` and `userId`.
    #[error("name exactly one of jti, sessionId and userId")]
    NotOne,
    /// An end for all tokens of a person, of which each has its own.
    #[error("expiresAt goes with jti or sessionId, not with userId")]
    ExpiryOfMany,
    /// An address that is the proxy's.
    #[error("a loopback address is the proxy's, and with it everybody's: ban the address there")]
    Loopback,
    /// The journal, or the database below it.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The roster could not be asked.
    #[error("the roster could not be asked")]
    Directory(#[source] Failure),
}

impl From<DatabaseError> for AuthError {
    fn from(error: DatabaseError) -> Self {
        Self::Journal(error.into())
    }
}

impl From<AuthError> for Failure {
    fn from(error: AuthError) -> Self {
        let error = match error {
            AuthError::Journal(error) => return error.into(),
            AuthError::Directory(failure) => return failure,
            error => error,
        };
        let (code, message) = match &error {
            AuthError::Missing => (Code::Unauthenticated, "A token is needed."),
            AuthError::Expired => (Code::TokenExpired, "The token has expired."),
            AuthError::NotYet => (Code::Unauthenticated, "The token is not valid yet."),
            AuthError::NoDistrict => (Code::Unauthenticated, "The token names no district."),
            AuthError::Disabled(_) => (Code::Unauthorized, "This account is disabled."),
            AuthError::NoKeys => (Code::Unavailable, "Tokens can't be checked right now."),
            AuthError::TooLong { .. }
            | AuthError::Unverified(_)
            | AuthError::UnknownKey
            | AuthError::Critical
            | AuthError::Claim(_)
            | AuthError::Unknown(_) => (Code::Unauthenticated, "The token is not accepted."),
            AuthError::Revoked => (Code::Unauthenticated, "The token has been revoked."),
            AuthError::Banned { .. } => (Code::Banned, "You are banned."),
            AuthError::Suspended { .. } => (Code::Suspended, "You are suspended."),
            AuthError::Scope(_) => (Code::Unauthorized, "You may not do this."),
            AuthError::KeyedSecret => {
                (Code::ValidationError, "A token is given out once: leave clientId and Idempotency-Key out.")
            }
            AuthError::NoSigner => (Code::Unavailable, "This gateway has no secret to sign tokens with."),
            AuthError::Signing(_) => (Code::Internal, "Something went wrong on our side."),
            AuthError::NoSuchRefreshToken => (Code::Unauthenticated, "The refresh token is not accepted."),
            AuthError::Reused => {
                (Code::Unauthenticated, "The refresh token was used before; its session is ended.")
            }
            AuthError::NoSuchPerson => (Code::NotFound, "There is no such person."),
            AuthError::Text { .. } => (Code::ValidationError, "A text is empty or too long."),
            AuthError::NoDuration => (Code::ValidationError, "durationSec must be at least 1."),
            AuthError::NotOne => (Code::ValidationError, "Name exactly one of jti, sessionId and userId."),
            AuthError::ExpiryOfMany => {
                (Code::ValidationError, "expiresAt goes with jti or sessionId, not with userId.")
            }
            AuthError::Loopback => (Code::ValidationError, "A loopback address can't be banned."),
            // Both have gone their way above.
            AuthError::Journal(_) | AuthError::Directory(_) => {
                (Code::Internal, "Something went wrong on our side.")
            }
        };
        let failure = Failure::new(code, message);
        let failure = match &error {
            AuthError::Banned { reason, until } | AuthError::Suspended { reason, until } => {
                failure.with_details(serde_json::json!({ "reason": reason, "until": until }))
            }
            AuthError::Text { field, most } => {
                failure.with_details(serde_json::json!({ "path": field, "max": most }))
            }
            AuthError::KeyedSecret => failure.at("clientId"),
            AuthError::NoDuration => failure.at("durationSec"),
            AuthError::NotOne => failure.at("."),
            AuthError::ExpiryOfMany => failure.at("expiresAt"),
            AuthError::Scope(scope) => failure.with_details(serde_json::json!({ "scope": scope })),
            _ => failure,
        };
        failure.because(error)
    }
}

/// Why a key or its configuration can't be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// A secret that could be guessed (RFC 7518, section 3.2: no shorter than the hash).
    #[error("the secret has {bytes} bytes; it needs at least {least}")]
    ShortSecret {
        /// How many it has.
        bytes: usize,
        /// How many it needs.
        least: usize,
    },
    /// A private key or a certificate, or no PEM at all.
    #[error("this is not a public key in PEM (it begins with BEGIN PUBLIC KEY or BEGIN RSA PUBLIC KEY)")]
    NotPublic,
    /// A public key of another kind.
    #[error("only RSA keys of at least 2048 bits, EC keys on P-256 and Ed25519 keys are understood")]
    Unsupported,
    /// More clock skew than is safe to forgive.
    #[error("a leeway of {} ms is more than {} ms", given.as_millis(), most.as_millis())]
    Leeway {
        /// What was configured.
        given: Duration,
        /// The most.
        most: Duration,
    },
    /// The claims could not be signed.
    #[error("the token could not be signed")]
    Signing(#[source] jsonwebtoken::errors::Error),
}
