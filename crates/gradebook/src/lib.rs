#![doc = include_str!("../README.md")]

#[cfg(feature = "server")]
mod application;
mod domain;
#[cfg(feature = "server")]
mod infrastructure;
#[cfg(feature = "server")]
mod settings;

// The school that the tests in `tests/` play in, for the unit tests as well.
#[cfg(all(test, feature = "server"))]
extern crate self as homeroom_gradebook;
#[cfg(test)]
#[cfg(feature = "server")]
#[path = "../tests/support/mod.rs"]
#[expect(dead_code, reason = "unit tests take a part of it")]
mod support;

#[cfg(feature = "server")]
pub use application::*;
pub use domain::*;
#[cfg(feature = "server")]
pub use settings::Settings;
