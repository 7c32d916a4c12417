//! Why a token is refused, and why a key is. The first reaches clients as a [`Failure`] that says no more than they need;
//! the second stops the gateway at start-up.

use std::time::Duration;

use homeroom_contract::{Code, Failure};

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
    /// The roster could not be asked.
    #[error("the roster could not be asked")]
    Directory(#[source] Failure),
}

impl From<AuthError> for Failure {
    fn from(error: AuthError) -> Self {
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
            AuthError::Directory(failure) => return failure.clone(),
        };
        Failure::new(code, message).because(error)
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
