//! Who somebody is: a token (RFC 7519) is checked against one configured key and yields [`Claims`]; with the roster's word
//! they become an [`Actor`](homeroom_contract::Actor).
//!
//! What always holds: the algorithm is the key's, never the token's; the time is the clock's; no error and no `Debug`
//! output contains a token or a key.

mod claims;
mod error;
mod key;
mod presented;
mod signer;
mod verifier;

pub use claims::Claims;
pub use error::{AuthError, KeyError};
pub use key::Key;
pub use presented::Presented;
pub use signer::{Grant, Signer};
pub use verifier::{AuthConfig, Authenticated, MAX_LEEWAY, Verifier};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
