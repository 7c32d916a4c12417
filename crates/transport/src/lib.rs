#![doc = include_str!("../README.md")]

pub mod engine;
pub mod frame;
pub mod socket_io;
