#![doc = include_str!("../README.md")]

#[cfg(feature = "server")]
mod application;
mod domain;
#[cfg(feature = "server")]
mod infrastructure;
#[cfg(feature = "server")]
mod settings;

#[cfg(feature = "server")]
pub use application::*;
pub use domain::*;
#[cfg(feature = "server")]
pub use settings::Settings;
