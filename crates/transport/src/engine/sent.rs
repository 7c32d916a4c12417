//! The answer to whoever sends.

/// What became of the frames given to [`Outbox::send`](super::Outbox::send).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// All are in the kernel's hands.
    Written,
    /// Some wait for the client to read; none is lost.
    Queued,
    /// This many ephemeral frames, given now or waiting from before, were dropped.
    Shed(usize),
    /// Only so many of the given frames were taken; the next is of [`Class::Entry`](crate::frame::Class::Entry) and finds no room.
    /// [`Outbox::room`](super::Outbox::room) waits for it.
    Full(usize),
    /// The connection is closed or was closed by this call; nothing more goes out.
    Closed,
}

impl Sent {
    /// How many of so many durable frames or entries were taken.
    pub(crate) fn taken(self, given: usize) -> usize {
        match self {
            Self::Written | Self::Queued | Self::Shed(_) => given,
            Self::Full(taken) => taken,
            Self::Closed => 0,
        }
    }
}
