//! What can go wrong between this client and a gateway.

use std::time::Duration;

use homeroom_contract::{Code, Failure};
use serde_json::Value;

/// Why a call or a connection failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not an address that this client can connect to.
    #[error("{0}")]
    Address(String),
    /// The connection could not be opened.
    #[error("no connection to {address}: {problem}")]
    Connect {
        /// Where to.
        address: String,
        /// What happened.
        problem: String,
    },
    /// The namespace didn't let this client in.
    #[error("refused: {0}")]
    Refused(Refusal),
    /// There is no connection now, or it was lost before the answer came: whether a command took effect is not known.
    #[error("not connected: {0}")]
    Disconnected(String),
    /// No answer in time.
    #[error("no answer after {0:?}")]
    Timeout(Duration),
    /// The gateway's own answer: it didn't work, and why.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// What came isn't what this client knows.
    #[error("unexpected answer: {0}")]
    Shape(String),
    /// What was to be sent can't be written as JSON.
    #[error("not sendable: {0}")]
    Unsendable(#[source] serde_json::Error),
}

impl Error {
    /// The stable code, if the gateway gave one.
    pub fn code(&self) -> Option<Code> {
        match self {
            Error::Failed(failure) => Some(failure.code),
            Error::Refused(refusal) => refusal.code,
            _ => None,
        }
    }
}

/// A `CONNECT_ERROR` (Socket.IO protocol v5, packet type 4).
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// The sentence for a person.
    pub message: String,
    /// The stable code in its data, if there is one that this version knows.
    pub code: Option<Code>,
    /// The data as it came; null if there is none.
    pub data: Value,
}

impl Refusal {
    pub(crate) fn parse(payload: &Value) -> Self {
        let data = payload.get("data").cloned().unwrap_or(Value::Null);
        Self {
            message: payload.get("message").and_then(Value::as_str).unwrap_or_default().to_owned(),
            code: data.get("code").and_then(|code| serde_json::from_value(code.clone()).ok()),
            data,
        }
    }
}
