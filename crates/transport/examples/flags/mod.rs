//! The flags that both examples have.

use clap::Parser;
use homeroom_transport::{
    engine::EngineConfig,
    socket_io::{SocketIoConfig, WireConfig},
};

/// Times are in milliseconds.
#[derive(Parser)]
pub(crate) struct Flags {
    /// Port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 3000)]
    pub(crate) port: u16,
    /// From one ping to the next.
    #[arg(long, default_value_t = 25_000)]
    ping_interval: u64,
    /// From a ping to its pong.
    #[arg(long, default_value_t = 20_000)]
    ping_timeout: u64,
    /// Largest message in bytes.
    #[arg(long, default_value_t = 1_000_000)]
    max_payload: usize,
    /// For the upgrade to a WebSocket.
    #[arg(long, default_value_t = 10_000)]
    upgrade_timeout: u64,
    /// For the first CONNECT; only Socket.IO has one.
    #[arg(long, default_value_t = 45_000)]
    connect_timeout: u64,
}

impl Flags {
    pub(crate) fn config(&self) -> WireConfig {
        WireConfig {
            engine: EngineConfig {
                ping_interval_ms: self.ping_interval,
                ping_timeout_ms: self.ping_timeout,
                max_payload_bytes: self.max_payload,
                upgrade_timeout_ms: self.upgrade_timeout,
                ..EngineConfig::default()
            },
            socket_io: SocketIoConfig {
                connect_timeout_ms: self.connect_timeout,
                ..SocketIoConfig::default()
            },
        }
    }
}
