//! The whole transport with a small namespace, over real sockets and real HTTP, on a SQLite file.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "what a test meets unexpectedly fails it"
)]

mod addresses;
mod admin;
mod board;
mod calls;
mod cluster;
mod delivery;
mod doubt;
mod drain;
mod gate;
mod http;
mod limits;
mod node;
mod nodes;
#[path = "../wire/raw.rs"]
#[expect(dead_code, reason = "what the wire is tested with; not all of it is needed here")]
mod raw;
mod recovery;
mod replay;
mod rights;
mod rooms;
mod roster;
mod signals;
mod slow;
mod tokens;
mod versions;
