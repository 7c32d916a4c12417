//! The seam between Engine.IO and the protocol above it.

use std::sync::Arc;

use tokio::time::Instant;

use super::{CloseReason, Connection};

/// A message of the client, borrowed from the read buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message<'a> {
    /// Text, without the packet type.
    Text(&'a str),
    /// Binary.
    Binary(&'a [u8]),
}

/// A protocol over Engine.IO: makes one [`Session`] per connection.
pub trait Upper: Send + Sync + 'static {
    /// The state of one connection, owned by the connection's task.
    type Session: Session;

    /// A connection finished its handshake; the open packet is out.
    fn open(&self, connection: &Arc<Connection>) -> Self::Session;
}

/// One connection of an [`Upper`] protocol. All calls come from the connection's task, one after the other, and must
/// not block: what takes time goes to a task of its own.
pub trait Session: Send + 'static {
    /// A message arrived.
    ///
    /// # Errors
    /// The reason to close the whole connection for.
    fn message(&mut self, message: Message<'_>) -> Result<(), CloseReason>;

    /// Until when something has to have happened; asked again after everything that happens.
    fn deadline(&mut self) -> Option<Instant> {
        None
    }

    /// The deadline is over.
    ///
    /// # Errors
    /// The reason to close the connection for.
    fn overdue(&mut self) -> Result<(), CloseReason> {
        Ok(())
    }

    /// The node stops: what the client has asked for may be finished, then the connection is to be closed.
    ///
    /// # Errors
    /// The reason to close the connection for now.
    fn retire(&mut self) -> Result<(), CloseReason> {
        Err(CloseReason::ShuttingDown)
    }

    /// The connection is over; called once, last.
    fn closed(self, reason: CloseReason);
}
