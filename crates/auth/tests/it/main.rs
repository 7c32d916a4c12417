//! Every way in which a token or a key is refused, seen from outside.
#![cfg(test)]

mod admission;
mod claims;
mod jwks;
mod keys;
mod office;
mod sessions;
mod support;
mod sweeping;
mod time;
