//! What the layer above decides.

use std::{
    future::{Future, ready},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use serde_json::value::RawValue;

use super::{AckSender, Reason, Socket};

/// The application over Socket.IO: one for all namespaces.
///
/// Of one connection, `connect`, `connected`, `event` and `disconnected` are called one after the other, in the order
/// in which the client sent what caused them, never two at a time.
pub trait App: Send + Sync + 'static {
    /// A client asks to enter `socket.namespace()`. Nothing may be sent to the socket before the answer is out; see
    /// [`connected`](Self::connected).
    ///
    /// `auth` is a JSON object, absent if the client sent none. An unknown namespace is
    /// [`Refused::invalid_namespace`].
    ///
    /// # Errors
    /// What the client gets as `CONNECT_ERROR`. A stock client does not try again by itself after one.
    fn connect(
        &self,
        socket: &Arc<Socket>,
        auth: Option<Box<RawValue>>,
    ) -> impl Future<Output = Result<Accepted, Refused>> + Send;

    /// What a client gets as `CONNECT_ERROR` that has asked to be let in too often, and may ask again after `wait`. Called
    /// out of order, from the task that reads, so it must not block.
    fn too_often(&self, wait: Duration) -> Refused {
        let _ = wait;
        Refused::new("Too many CONNECTs")
    }

    /// The answer to an accepted CONNECT is out: the place to enter rooms and to send what comes first.
    fn connected(&self, socket: &Arc<Socket>) -> impl Future<Output = ()> + Send {
        let _ = socket;
        ready(())
    }

    /// An event arrived. The next one of this connection waits until this one is handled.
    fn event(&self, socket: &Arc<Socket>, event: Incoming) -> impl Future<Output = ()> + Send;

    /// An event arrived while the connection's mailbox was full; it will not be handled. Called out of order, from the
    /// task that reads, so it must only answer and not block.
    fn busy(&self, socket: &Arc<Socket>, event: Incoming);

    /// An admitted socket is gone. Called exactly once for each.
    fn disconnected(&self, socket: &Arc<Socket>, reason: Reason);
}

/// What a client may be told when it is let in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accepted {
    /// The private session id for connection state recovery; only for clients that asked for recovery.
    pub pid: Option<String>,
}

/// Why a client is not let in.
#[derive(Clone, Debug)]
pub struct Refused {
    /// A sentence or a code; the `message` of the client's error.
    pub message: String,
    /// More for programs; the `data` of the client's error.
    pub data: Option<Box<RawValue>>,
    /// Whether it may be otherwise in a moment. A stock client stays away after an error, and comes back by itself after a
    /// lost connection; so a connection that is in no namespace yet is closed instead.
    pub for_now: bool,
}

impl Refused {
    /// A refusal with a message alone.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), data: None, for_now: false }
    }

    /// The reference server's answer for a namespace that does not exist.
    pub fn invalid_namespace() -> Self {
        Self::new("Invalid namespace")
    }

    /// It may be otherwise in a moment.
    #[must_use]
    pub fn for_now(self) -> Self {
        Self { for_now: true, ..self }
    }

    /// Adds what programs may want to know.
    #[must_use]
    pub fn with_data(self, data: Box<RawValue>) -> Self {
        Self { data: Some(data), ..self }
    }
}

/// An event as it came in.
#[derive(Debug)]
pub struct Incoming {
    /// The event's name; a numeric name as its digits.
    pub name: String,
    /// The arguments after the name, each valid JSON within the limits. In a binary event, attachments are
    /// placeholders `{"_placeholder":true,"num":i}` whose `num` is an index into `attachments`.
    pub args: Vec<Box<RawValue>>,
    /// The binary attachments.
    pub attachments: Vec<Bytes>,
    /// Present if the client wants an acknowledgement.
    pub ack: Option<AckSender>,
}

impl Incoming {
    /// The first argument as JSON text, `null` if there is none.
    pub fn data(&self) -> &str {
        self.args.first().map_or("null", |arg| arg.get())
    }

    /// Bytes of name, arguments and attachments.
    pub(crate) fn size(&self) -> usize {
        self.name.len()
            + self.args.iter().map(|arg| arg.get().len()).sum::<usize>()
            + self.attachments.iter().map(Bytes::len).sum::<usize>()
    }
}
