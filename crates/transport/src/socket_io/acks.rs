//! Acknowledgements, in both directions.

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use serde_json::value::RawValue;
use tokio::sync::oneshot;

use super::{Socket, encode};
use crate::engine::Sent;

/// Answers one event of a client, once. Dropping it leaves the client without an answer.
#[derive(Debug)]
pub struct AckSender {
    socket: Arc<Socket>,
    id: u64,
}

impl AckSender {
    pub(crate) fn new(socket: Arc<Socket>, id: u64) -> Self {
        Self { socket, id }
    }

    /// Answers with one argument, valid JSON.
    pub fn send(self, data: &str) -> Sent {
        self.send_args(&[data], &[])
    }

    /// Answers with any arguments, each valid JSON, with a placeholder for each attachment.
    pub fn send_args(self, args: &[&str], attachments: &[Bytes]) -> Sent {
        self.socket.send(&[encode::ack(self.socket.namespace(), self.id, args, attachments)])
    }
}

/// What a client answered to an event of ours.
#[derive(Debug)]
pub struct Acked {
    /// The arguments, each valid JSON.
    pub args: Vec<Box<RawValue>>,
    /// The binary attachments that placeholders in the arguments name.
    pub attachments: Vec<Bytes>,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AckError {
    /// The client did not answer in time.
    #[error("the client did not acknowledge in time")]
    Timeout,
    /// The client left, or was gone already.
    #[error("the client is disconnected")]
    Disconnected,
    /// The client owes as many answers as [`SocketIoConfig::max_pending_acks`](super::SocketIoConfig) allows.
    #[error("the client owes too many acknowledgements")]
    TooMany,
}

/// The answers that one client owes.
#[derive(Debug, Default)]
pub(crate) struct Owed {
    next: u64,
    waiting: BTreeMap<u64, oneshot::Sender<Acked>>,
    over: bool,
}

impl Owed {
    pub(crate) fn ask(&mut self, max: usize) -> Result<(u64, oneshot::Receiver<Acked>), AckError> {
        if self.over {
            return Err(AckError::Disconnected);
        }
        if self.waiting.len() >= max {
            return Err(AckError::TooMany);
        }
        let id = self.next;
        self.next += 1;
        let (sender, receiver) = oneshot::channel();
        self.waiting.insert(id, sender);
        Ok((id, receiver))
    }

    /// An id that nobody asked for, or that was given up, is ignored.
    pub(crate) fn answer(&mut self, id: u64, acked: Acked) {
        if let Some(sender) = self.waiting.remove(&id) {
            let _ = sender.send(acked);
        }
    }

    pub(crate) fn give_up(&mut self, id: u64) {
        self.waiting.remove(&id);
    }

    /// The client is gone: whoever waits is told.
    pub(crate) fn fail_all(&mut self) {
        self.over = true;
        self.waiting = BTreeMap::new();
    }
}
