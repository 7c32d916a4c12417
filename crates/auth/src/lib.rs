//! Who somebody is: a token (RFC 7519) is checked against the configured keys and yields [`Claims`]; with the roster's word
//! they become an [`Actor`](homeroom_contract::Actor).
//!
//! What always holds: the algorithm is the key's, never the token's; the time is the clock's; no error and no `Debug`
//! output contains a token or a key.

mod claims;
mod error;
mod keys;
mod presented;
mod signer;
mod verifier;

pub use claims::Claims;
pub use error::{AuthError, KeyError};
pub use keys::{Jwks, JwksConfig, JwksError, JwksSource, Key, Keys};
pub use presented::Presented;
pub use signer::{Grant, Signer};
pub use verifier::{AuthConfig, Authenticated, MAX_LEEWAY, Verifier};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
