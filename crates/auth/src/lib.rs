//! Who somebody is: a token (RFC 7519) is checked against the configured keys and yields [`Claims`]; with the roster's word
//! they become an [`Actor`](homeroom_contract::Actor).
//!
//! What always holds: the algorithm is the key's, never the token's; the time is the clock's; no error and no `Debug`
//! output contains a token or a key.

mod application;
mod claims;
mod domain;
mod error;
mod gate;
mod keys;
mod namespace;
mod presented;
mod settings;
mod signer;
mod store;
mod verifier;

pub use application::{
    Auth, BanUser, IssueToken, Order, PardonUser, Pardoned, RefreshToken, Restricted, RevokeToken, Revoked,
    SuspendUser, TokenPair, WarnOutcome, WarnUser, Warned,
};
pub use claims::{Claims, Provenance};
pub use domain::{Consequence, Escalation, Severity};
pub use error::{AuthError, KeyError};
pub use gate::{Gate, Swept};
pub use keys::{Jwks, JwksConfig, JwksError, JwksSource, Key, Keys};
pub use presented::Presented;
pub use settings::Settings;
pub use signer::{Grant, Signer};
pub use store::violations::Warning;
pub use verifier::{AuthConfig, Authenticated, MAX_LEEWAY, Verifier};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
