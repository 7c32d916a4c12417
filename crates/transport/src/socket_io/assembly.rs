//! A binary packet whose attachments are still to come.

use std::sync::Arc;

use bytes::Bytes;
use tokio::time::Instant;

use super::{Acked, Incoming, Socket, SocketIoConfig};

/// What the attachments belong to.
#[derive(Debug)]
pub(crate) enum Whole {
    Event(Arc<Socket>, Incoming),
    Ack(Arc<Socket>, u64, Acked),
}

/// Gathers attachments, bounded in number, bytes and time.
#[derive(Debug)]
pub(crate) struct Assembly {
    whole: Whole,
    missing: usize,
    room: usize,
    deadline: Instant,
}

/// The attachments are larger than allowed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

impl Assembly {
    pub(crate) fn new(whole: Whole, attachments: usize, config: &SocketIoConfig) -> Self {
        Self {
            whole,
            missing: attachments,
            room: config.max_attachments_bytes,
            deadline: Instant::now() + config.attachments_timeout(),
        }
    }

    pub(crate) fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Adds one; true once it was the last.
    pub(crate) fn add(&mut self, attachment: &[u8]) -> Result<bool, TooLarge> {
        self.room = self.room.checked_sub(attachment.len()).ok_or(TooLarge)?;
        let attachments = match &mut self.whole {
            Whole::Event(_, event) => &mut event.attachments,
            Whole::Ack(_, _, acked) => &mut acked.attachments,
        };
        attachments.push(Bytes::copy_from_slice(attachment));
        self.missing = self.missing.saturating_sub(1);
        Ok(self.missing == 0)
    }

    pub(crate) fn into_whole(self) -> Whole {
        self.whole
    }
}
