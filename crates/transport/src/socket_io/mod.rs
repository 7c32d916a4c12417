//! Socket.IO v5 over an [`Engine`](crate::engine::Engine): packets, namespaces, events and acknowledgements.
//!
//! [`serve`] makes an engine for an [`App`], which decides who may enter a namespace and answers events.
//! What always holds: what one connection sends is handled in order, one after the other, through a bounded mailbox;
//! a slow handler never holds up reading or heartbeats; no task and no queue exists while a connection is idle; every
//! admitted socket is told of its end exactly once.

mod acks;
mod app;
mod assembly;
mod config;
mod encode;
mod json;
mod link;
mod mailbox;
mod packet;
mod reason;
mod session;
mod socket;
mod window;

#[cfg(test)]
mod tests;

pub use acks::{AckError, AckSender, Acked};
pub use app::{Accepted, App, Incoming, Refused};
pub use config::{SocketIoConfig, WireConfig};
pub use encode::{encode_binary_event, encode_event, encode_event_args};
pub use packet::{Malformed, Packet, ParseLimits};
pub use reason::Reason;
pub use session::{SocketIo, serve};
pub use socket::Socket;
