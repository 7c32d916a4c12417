//! What an operator may set about Socket.IO.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::ParseLimits;
use crate::engine::EngineConfig;

/// The limits and times of everything below the hub.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WireConfig {
    /// Frames and Engine.IO.
    pub engine: EngineConfig,
    /// Socket.IO.
    pub socket_io: SocketIoConfig,
}

/// Limits and times of the Socket.IO layer. Times are in milliseconds, sizes in bytes; limits are inclusive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SocketIoConfig {
    /// How long a connection may be in no namespace: before it is let into its first, however often it asks, or after it has
    /// left its last.
    pub connect_timeout_ms: u64,
    /// Namespaces that one connection may be in. A further CONNECT is answered with `CONNECT_ERROR`.
    pub max_namespaces: usize,
    /// How often within a minute one connection may ask to be let into a namespace. A further CONNECT is answered with
    /// `CONNECT_ERROR` and not looked into; what it is in already goes on.
    pub connects_per_min: u32,
    /// Events of one connection that may wait for the one being handled. A further one is answered as busy.
    pub mailbox_events: usize,
    /// Bytes of those events, attachments included.
    pub mailbox_bytes: usize,
    /// Binary attachments of one packet. Stock clients refuse more than 10.
    pub max_attachments: usize,
    /// All attachments of one packet together.
    pub max_attachments_bytes: usize,
    /// From a binary packet's text to its last attachment.
    pub attachments_timeout_ms: u64,
    /// How deep arrays and objects may nest in a packet.
    pub max_json_depth: usize,
    /// Digits of an ack id, at most 19.
    pub max_ack_digits: usize,
    /// Length of a namespace's name, slash included.
    pub max_namespace_bytes: usize,
    /// Acknowledgements that one socket may owe at a time.
    pub max_pending_acks: usize,
}

impl Default for SocketIoConfig {
    fn default() -> Self {
        Self {
            connect_timeout_ms: 45_000,
            max_namespaces: 16,
            connects_per_min: 30,
            mailbox_events: 64,
            mailbox_bytes: 4_000_000,
            max_attachments: 10,
            max_attachments_bytes: 4_000_000,
            attachments_timeout_ms: 10_000,
            max_json_depth: 64,
            max_ack_digits: 16,
            max_namespace_bytes: 128,
            max_pending_acks: 256,
        }
    }
}

impl SocketIoConfig {
    /// The limits of the packet parser alone.
    pub fn parse_limits(&self) -> ParseLimits {
        ParseLimits {
            max_attachments: self.max_attachments,
            max_json_depth: self.max_json_depth,
            max_ack_digits: self.max_ack_digits,
            max_namespace_bytes: self.max_namespace_bytes,
        }
    }

    pub(crate) fn connect_timeout(&self) -> Duration {
        Duration::from_millis(self.connect_timeout_ms)
    }

    pub(crate) fn attachments_timeout(&self) -> Duration {
        Duration::from_millis(self.attachments_timeout_ms)
    }
}
