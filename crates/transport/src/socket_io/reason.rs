//! Why a socket left its namespace.

use std::fmt;

use crate::engine::CloseReason;

/// Why a socket is no longer in its namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The client left this namespace; its connection may go on.
    ClientDisconnect,
    /// The server sent it away from this namespace: a stock client stays away.
    ServerDisconnect,
    /// The whole transport is closed.
    Transport(CloseReason),
}

impl Reason {
    /// The words of the reference server, for logs and metrics labels.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ClientDisconnect => "client namespace disconnect",
            Self::ServerDisconnect => "server namespace disconnect",
            Self::Transport(reason) => reason.as_str(),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
