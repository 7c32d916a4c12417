//! Numbers that a metrics endpoint may read.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// One number that only grows, or goes up and down, read and written without order.
#[derive(Debug, Default)]
pub struct Count(AtomicU64);

impl Count {
    /// The value now.
    pub fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }

    pub(crate) fn add(&self, n: u64) {
        self.0.fetch_add(n, Relaxed);
    }

    pub(crate) fn sub(&self, n: u64) {
        self.0.fetch_sub(n, Relaxed);
    }
}

/// What happened on all connections of one engine since it was made. Read by the metrics of the layers above.
#[derive(Debug, Default)]
pub struct Counters {
    /// Connections that finished their handshake.
    pub opened: Count,
    /// Connections that ended.
    pub closed: Count,
    /// Handshakes that were refused, whatever for.
    pub refused: Count,
    /// Those refused since this engine is full or stops.
    pub refused_full: Count,
    /// Those refused since their address has too many.
    pub refused_address: Count,
    /// Messages that clients sent, without heartbeats.
    pub messages_in: Count,
    /// Messages handed to outboxes and not dropped, without heartbeats. An event with attachments counts once.
    pub messages_out: Count,
    /// Bytes read from sockets, framing included.
    pub bytes_in: Count,
    /// Bytes written into sockets, framing included.
    pub bytes_out: Count,
    /// Bytes that wait in outboxes now.
    pub bytes_queued: Count,
    /// Ephemeral messages dropped for slow clients.
    pub shed: Count,
    /// Connections closed since a durable message did not fit any more.
    pub closed_slow: Count,
    /// Connections closed since the client did not answer a ping.
    pub closed_ping_timeout: Count,
    /// Connections closed for breaking WebSocket, Engine.IO or the protocol above it.
    pub closed_violation: Count,
}
