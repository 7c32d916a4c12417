#![doc = include_str!("../README.md")]

mod client;
mod connection;
mod engine;
mod error;
mod event;
mod options;
mod packet;
mod socket;
mod typed;

pub use client::Client;
pub use error::{Error, Refusal};
pub use event::{Emission, Received};
pub use options::{Backoff, Options};
pub use socket::{Socket, Status};
pub use typed::JoinReply;
