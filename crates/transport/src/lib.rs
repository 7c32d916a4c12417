#![doc = include_str!("../README.md")]

mod config;
mod dispatch;
pub mod engine;
pub mod frame;
mod guard;
mod http;
mod hub;
mod limiter;
mod measure;
mod metrics;
mod server;
pub mod socket_io;
pub mod spec;

pub use config::{Rate, TransportConfig};
pub use measure::{Measure, Measured};
pub use server::{StartError, Transport, TransportBuilder};
