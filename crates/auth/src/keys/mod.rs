//! The keys that tokens are checked with: one that is configured, or a set that is fetched again and again, and besides it
//! the gateway's own.
//!
//! What always holds: which keys are tried follows from the `kid` of the token and the algorithm of the key; what the token
//! says of its algorithm never makes a key be used in another way.

mod fetch;
mod jwk;
mod jwks;
mod key;
mod source;

use std::sync::Arc;

pub use jwks::{Jwks, JwksConfig, JwksError};
pub use key::Key;
pub use source::JwksSource;

pub(crate) use key::checked_secret;

/// Where the platform's keys come from.
#[derive(Debug, Clone)]
pub enum Keys {
    /// One key.
    One(Arc<Key>),
    /// A JSON Web Key Set, as it stands now.
    Set(Jwks),
}

impl From<Key> for Keys {
    fn from(key: Key) -> Self {
        Self::One(Arc::new(key))
    }
}

impl From<Jwks> for Keys {
    fn from(set: Jwks) -> Self {
        Self::Set(set)
    }
}

impl Keys {
    /// The keys to try for a token with this `kid`: those of that name, and those that have none.
    pub(crate) fn candidates(&self, kid: Option<&str>) -> Candidates {
        match self {
            Self::One(key) => Candidates { keys: vec![Arc::clone(key)], state: Known::Yes },
            Self::Set(set) => set.candidates(kid),
        }
    }

    /// The set, if it is one.
    pub(crate) fn set(&self) -> Option<&Jwks> {
        match self {
            Self::One(_) => None,
            Self::Set(set) => Some(set),
        }
    }
}

/// The keys to try for one token.
pub(crate) struct Candidates {
    pub(crate) keys: Vec<Arc<Key>>,
    pub(crate) state: Known,
}

/// Whether the token's `kid` is one of a key at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    /// It is, or it names none.
    Yes,
    /// It isn't: a newer set may have it.
    No,
    /// No set has been had yet.
    Nothing,
}
