//! One binary for all tests: the rules alone, and the namespace on both databases.
#![cfg(test)]

mod domain;
mod page;
mod requests;

#[cfg(feature = "server")]
mod access;
#[cfg(feature = "server")]
mod reread;
#[cfg(feature = "server")]
mod store;
#[cfg(feature = "server")]
mod support;
#[cfg(feature = "server")]
mod wire;
