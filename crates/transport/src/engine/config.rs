//! What an operator may set about Engine.IO.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Network;
use crate::frame::Limits;

/// Limits and times of the Engine.IO layer. The defaults are the protocol's or the reference server's where it has one.
///
/// Times are in milliseconds, sizes in bytes; limits are inclusive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EngineConfig {
    /// From the open packet, or the last pong, to the next ping.
    pub ping_interval_ms: u64,
    /// From a ping to the end of a client that did not answer it.
    pub ping_timeout_ms: u64,
    /// Largest message a client may send, after reassembly. Announced as `maxPayload`.
    pub max_payload_bytes: usize,
    /// Frames that one message may be cut into.
    pub max_fragments: usize,
    /// From the accepted handshake to the finished upgrade.
    pub upgrade_timeout_ms: u64,
    /// From a close to the end of the socket, if the peer does not finish the closing handshake.
    pub close_timeout_ms: u64,
    /// What may wait for one slow client, and one message that is larger than the rest of it. Entries fill half of it: beyond
    /// that they are read from the journal later, and calls of the client wait. The other half is for answers and notices.
    /// Beyond all of it ephemeral messages are shed, then the connection is closed.
    pub max_outbox_bytes: usize,
    /// Connections of this process; a further one is answered 503.
    pub max_connections: usize,
    /// Connections of one address at a time; a further one is answered 429. An IPv6 address counts as its /64. Generous, as are
    /// the next two, since a whole school, or a district, may sit behind one address.
    pub max_connections_per_address: usize,
    /// How often within a minute one address may open a connection; one more is answered 429.
    pub new_connections_per_address_per_min: u32,
    /// Connections of one address that have not yet been let in by the layer above; a further one is answered 403.
    pub max_pending_per_address: usize,
    /// Proxies, by address or network (`10.0.0.0/8`), whose `X-Forwarded-For` says from which address a client comes. Nobody
    /// else's is believed.
    pub trusted_proxies: Vec<Network>,
    /// Origins allowed beside an absent one and the one that equals `Host`, exactly as browsers send them
    /// (`https://school.example`).
    pub allowed_origins: Vec<String>,
    /// Allows `localhost`, `127.0.0.1` and `[::1]` on any port. For development and the demo.
    pub allow_localhost_origins: bool,
    /// Request headers that [`Handshake`](super::Handshake) keeps for the life of the connection, lower case. Few, since each connection pays
    /// for them.
    pub kept_headers: Vec<String>,
}

impl Default for EngineConfig {
    fn default() -> Self {
        Self {
            ping_interval_ms: 25_000,
            ping_timeout_ms: 20_000,
            max_payload_bytes: 1_000_000,
            max_fragments: 256,
            upgrade_timeout_ms: 10_000,
            close_timeout_ms: 5_000,
            max_outbox_bytes: 1024 * 1024,
            max_connections: 1_000_000,
            max_connections_per_address: 50_000,
            new_connections_per_address_per_min: 30_000,
            max_pending_per_address: 4096,
            trusted_proxies: Vec::new(),
            allowed_origins: Vec::new(),
            allow_localhost_origins: false,
            kept_headers: vec!["authorization".to_owned()],
        }
    }
}

impl EngineConfig {
    pub(crate) fn ping_interval(&self) -> Duration {
        Duration::from_millis(self.ping_interval_ms)
    }

    pub(crate) fn ping_timeout(&self) -> Duration {
        Duration::from_millis(self.ping_timeout_ms)
    }

    pub(crate) fn upgrade_timeout(&self) -> Duration {
        Duration::from_millis(self.upgrade_timeout_ms)
    }

    pub(crate) fn close_timeout(&self) -> Duration {
        Duration::from_millis(self.close_timeout_ms)
    }

    pub(crate) fn frame_limits(&self) -> Limits {
        Limits { max_message_bytes: self.max_payload_bytes, max_fragments: self.max_fragments }
    }
}
