//! Why a connection ended.

use std::fmt;

use crate::frame::{CloseCode, Violation};

/// Why a transport was closed, by either side. After any of them a stock client comes back by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CloseReason {
    /// The client closed, or its connection broke.
    TransportClose,
    /// The client did not answer a ping in time.
    PingTimeout,
    /// A frame that breaks the WebSocket protocol or a limit.
    Frame(Violation),
    /// A packet that breaks Engine.IO or the protocol above it.
    Protocol,
    /// The client did not do in time what it has to do next.
    Idle,
    /// A message that had to arrive did not fit into the outbox, or the client has taken nothing of it for too long: it is to
    /// come back and resync.
    SlowConsumer,
    /// The server closes this one, for a reason of the layer above (an expired token, a newer connection).
    Server,
    /// The server closes this one as a rule was broken; like [`Server`](Self::Server), with code 1008.
    Policy,
    /// This node stops.
    ShuttingDown,
}

impl CloseReason {
    /// The code of the close frame that goes out.
    pub fn code(self) -> CloseCode {
        match self {
            Self::TransportClose => CloseCode::NORMAL,
            Self::Frame(violation) => violation.close_code(),
            Self::Protocol => CloseCode::PROTOCOL,
            Self::PingTimeout | Self::Idle | Self::SlowConsumer | Self::Policy => CloseCode::POLICY,
            Self::Server | Self::ShuttingDown => CloseCode::GOING_AWAY,
        }
    }

    /// The words of the reference server where it has some, for logs and metrics labels.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TransportClose => "transport close",
            Self::PingTimeout => "ping timeout",
            Self::Frame(_) => "transport error",
            Self::Protocol => "parse error",
            Self::Idle => "idle",
            Self::SlowConsumer => "slow consumer",
            Self::Server => "forced server close",
            Self::Policy => "policy",
            Self::ShuttingDown => "server shutting down",
        }
    }

    /// Whether waiting messages are still worth writing before the close frame.
    pub(crate) fn flushes(self) -> bool {
        !matches!(self, Self::SlowConsumer | Self::PingTimeout | Self::TransportClose)
    }
}

impl fmt::Display for CloseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
