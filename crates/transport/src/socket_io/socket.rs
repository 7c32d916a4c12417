//! One namespace on one connection.

use std::{
    any::Any,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak,
        atomic::{AtomicU8, Ordering::SeqCst},
    },
    time::Duration,
};

use bytes::Bytes;
use tokio::time::timeout;

use super::{
    Reason,
    acks::{AckError, Acked, Owed},
    encode, encode_event_args,
};
use crate::{
    engine::{Connection, Sent, Sid},
    frame::{Class, Framed},
};

/// A client in a namespace. Its `sid` is a secret of its own, not the connection's.
pub struct Socket {
    sid: Sid,
    namespace: Box<str>,
    connection: Arc<Connection>,
    lane: Weak<dyn Lane>,
    phase: AtomicU8,
    owed: Mutex<Owed>,
    max_pending_acks: usize,
    extension: OnceLock<Box<dyn Any + Send + Sync>>,
}

/// The connection's order of things, as a socket needs it.
pub(crate) trait Lane: Send + Sync {
    /// Puts the end of `socket` in line behind what is still to be handled.
    fn leave(&self, socket: &Arc<Socket>, reason: Reason);
}

/// Where a socket is in its life. It only ever goes forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
pub(crate) enum Phase {
    /// The application has not decided.
    Connecting = 0,
    /// In the namespace.
    Admitted = 1,
    /// Sent away by the server; the application is not yet told.
    Leaving = 2,
    /// Refused, or gone.
    Gone = 3,
}

impl Socket {
    pub(crate) fn new(
        namespace: &str,
        connection: Arc<Connection>,
        lane: Weak<dyn Lane>,
        max_pending_acks: usize,
    ) -> Arc<Self> {
        Arc::new(Self {
            sid: Sid::random(),
            namespace: namespace.into(),
            connection,
            lane,
            phase: AtomicU8::new(Phase::Connecting as u8),
            owed: Mutex::default(),
            max_pending_acks,
            extension: OnceLock::new(),
        })
    }

    /// The Socket.IO session id, known to this client alone.
    pub fn sid(&self) -> &Sid {
        &self.sid
    }

    /// The namespace's name, with its slash.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The transport below, which other namespaces may share.
    pub fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }

    /// Whether the client has been let in and has not left.
    pub fn is_connected(&self) -> bool {
        self.phase() == Phase::Admitted
    }

    /// Sends what was encoded for this namespace, unless the client is not (or no longer) in it.
    pub fn send(&self, frames: &[Framed]) -> Sent {
        if self.is_connected() { self.connection.outbox().send(frames) } else { Sent::Closed }
    }

    /// Sends an event with any arguments, each valid JSON.
    pub fn emit(&self, name: &str, args: &[&str], class: Class) -> Sent {
        self.send(&[encode_event_args(&self.namespace, name, args, class)])
    }

    /// Sends an event and waits for the client's answer.
    ///
    /// # Errors
    /// See [`AckError`]. An answer that comes later is ignored.
    pub async fn emit_with_ack(
        &self,
        name: &str,
        args: &[&str],
        within: Duration,
    ) -> Result<Acked, AckError> {
        self.emit_binary_with_ack(name, args, &[], within).await
    }

    /// Like [`emit_with_ack`](Self::emit_with_ack), with a placeholder in `args` for each attachment.
    ///
    /// # Errors
    /// See [`AckError`].
    pub async fn emit_binary_with_ack(
        &self,
        name: &str,
        args: &[&str],
        attachments: &[Bytes],
        within: Duration,
    ) -> Result<Acked, AckError> {
        let (id, answer) = self.owed().ask(self.max_pending_acks)?;
        let _given_up = GiveUp { socket: self, id };
        let frame = encode::event_with_ack(&self.namespace, id, name, args, attachments);
        if self.send(&[frame]) == Sent::Closed {
            return Err(AckError::Disconnected);
        }
        match timeout(within, answer).await {
            Ok(answer) => answer.map_err(|_| AckError::Disconnected),
            Err(_) => Err(AckError::Timeout),
        }
    }

    /// Sends the client away from this namespace: a stock client stays away until it is told to come back. Its
    /// connection and other namespaces go on. To make it come back by itself, close the
    /// [`connection`](Self::connection) instead.
    pub fn disconnect(self: &Arc<Self>) {
        if self.advance(Phase::Admitted, Phase::Leaving) {
            self.connection.outbox().send(&[encode::disconnect(&self.namespace)]);
            self.owed().fail_all();
            if let Some(lane) = self.lane.upgrade() {
                lane.leave(self, Reason::ServerDisconnect);
            }
        }
    }

    /// Hangs the upper layer's own state on this socket; false if there already is one.
    pub fn set_extension<T: Any + Send + Sync>(&self, extension: T) -> bool {
        self.extension.set(Box::new(extension)).is_ok()
    }

    /// The state hung on it, if it is a `T`.
    pub fn extension<T: Any>(&self) -> Option<&T> {
        self.extension.get()?.downcast_ref()
    }

    pub(crate) fn owed(&self) -> MutexGuard<'_, Owed> {
        self.owed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn phase(&self) -> Phase {
        match self.phase.load(SeqCst) {
            0 => Phase::Connecting,
            1 => Phase::Admitted,
            2 => Phase::Leaving,
            _ => Phase::Gone,
        }
    }

    pub(crate) fn advance(&self, from: Phase, to: Phase) -> bool {
        self.phase.compare_exchange(from as u8, to as u8, SeqCst, SeqCst).is_ok()
    }

    /// Ends it; true if it had been admitted and its end is news.
    pub(crate) fn end(&self) -> bool {
        let was = self.phase.swap(Phase::Gone as u8, SeqCst);
        self.owed().fail_all();
        was == Phase::Admitted as u8 || was == Phase::Leaving as u8
    }
}

/// Forgets an ack that nobody waits for any more, also when the waiting future is dropped.
struct GiveUp<'a> {
    socket: &'a Socket,
    id: u64,
}

impl Drop for GiveUp<'_> {
    fn drop(&mut self) {
        self.socket.owed().give_up(self.id);
    }
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Socket")
            .field("sid", &self.sid)
            .field("namespace", &self.namespace)
            .field("phase", &self.phase())
            .finish_non_exhaustive()
    }
}
