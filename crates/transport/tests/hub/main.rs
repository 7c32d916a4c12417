//! The whole transport with a small namespace, over real sockets and real HTTP, on a SQLite file.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "what a test meets unexpectedly fails it")]

mod admin;
mod board;
mod calls;
mod delivery;
mod drain;
mod http;
mod limits;
mod node;
mod nodes;
mod replay;
mod rights;
mod rooms;
mod signals;
mod tokens;
