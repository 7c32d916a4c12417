//! The lower layers over real sockets, spoken to byte by byte.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "what a test meets unexpectedly fails it"
)]

mod apps;
mod closing;
mod engine;
mod frames;
mod order;
mod outbox;
mod packets;
mod raw;
