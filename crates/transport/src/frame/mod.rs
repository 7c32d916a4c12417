//! WebSocket frames (RFC 6455), without any I/O.
//!
//! [`Reader`] turns bytes that arrived, cut wherever the network cut them, into messages. [`Framed`] is a server
//! message that was framed once and can be written to any number of connections. Both work over any stream.
//!
//! What always holds: a client frame that breaks the protocol is a [`Violation`] with its close code, never a panic;
//! nothing is reserved on the word of a length field; an idle connection holds no bytes.

mod close;
mod header;
mod reader;
mod violation;
mod writer;

#[cfg(test)]
mod tests;

pub use close::CloseCode;
pub use reader::{Limits, Message, Reader};
pub use violation::Violation;
pub use writer::{Class, Framed, Payload};

pub(crate) use header::{Header, OpCode};
