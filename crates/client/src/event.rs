//! Events as they come and go.

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Value, json};

use crate::Error;

/// An event from the server.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    /// Its name.
    pub name: String,
    /// Its arguments. Binary ones are `{"_placeholder":true,"num":n}`: the n-th of `attachments`.
    pub args: Vec<Value>,
    /// The binary arguments, from 0.
    pub attachments: Vec<Bytes>,
    /// The offset that a recoverable connection brings with every durable event; it is not among `args`.
    pub offset: Option<String>,
    pub(crate) ack: Option<u64>,
}

impl Received {
    /// The first argument; null if there is none.
    pub fn data(&self) -> &Value {
        self.args.first().unwrap_or(&Value::Null)
    }

    /// Whether the server waits for an answer; see [`Socket::answer`](crate::Socket::answer).
    pub fn wants_answer(&self) -> bool {
        self.ack.is_some()
    }
}

/// An event for the server, with any number of arguments, binary ones included.
#[derive(Debug, Clone, PartialEq)]
pub struct Emission {
    pub(crate) name: String,
    pub(crate) args: Vec<Value>,
    pub(crate) attachments: Vec<Bytes>,
}

impl Emission {
    /// An event of that name, without arguments.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), args: Vec::new(), attachments: Vec::new() }
    }

    /// One more argument.
    pub fn arg(mut self, value: &impl Serialize) -> Result<Self, Error> {
        self.args.push(serde_json::to_value(value).map_err(Error::Unsendable)?);
        Ok(self)
    }

    /// One more argument, binary; stock servers take at most 10.
    #[must_use]
    pub fn binary(mut self, bytes: impl Into<Bytes>) -> Self {
        self.args.push(json!({ "_placeholder": true, "num": self.attachments.len() }));
        self.attachments.push(bytes.into());
        self
    }
}
