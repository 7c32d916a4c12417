//! Engine.IO v4: handshake, session, heartbeat, one [`Connection`] per transport.
//!
//! An [`Engine`] is mounted with [`route`] and hands every connection to an [`Upper`] protocol (Socket.IO, or an echo).
//! What always holds: each connection is known to the engine from its upgrade to its last byte; one task per
//! connection reads, pings and flushes, and nothing else exists while it is idle; whoever has something to send
//! writes it into the socket itself through the [`Outbox`].
//!
//! Today the only transport is WebSocket. The seam for long polling: an outbox holds [`Framed`](crate::frame::Framed)
//! messages, which know their payloads, and a socket that may be attached later; sessions are found by their [`Sid`].

mod config;
mod connection;
mod counters;
mod heartbeat;
mod network;
mod origin;
mod outbox;
mod packet;
mod pressure;
mod query;
mod reason;
mod registry;
mod route;
mod sent;
mod server;
mod sid;
mod stream;
mod task;
mod upper;
mod vectored;

pub use config::EngineConfig;
pub use connection::{Connection, Handshake};
pub use counters::{Count, Counters};
pub(crate) use network::client;
pub use network::{InvalidNetwork, Network};
pub(crate) use origin::is_allowed;
pub use outbox::Outbox;
pub use packet::{binary, text};
pub use reason::CloseReason;
pub use route::route;
pub use sent::Sent;
pub use server::Engine;
pub use sid::Sid;
pub use upper::{Message, Session, Upper};
