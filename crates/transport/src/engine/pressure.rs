//! What happens to a message for which a slow client's outbox has no room. The one place that decides it.

use crate::frame::Class;

/// Room beyond the bound for heartbeats, pongs and closes, in bytes.
pub(crate) const CONTROL_SLACK: usize = 64 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It fits: wait in the queue.
    Queue,
    /// Drop this message and count it.
    Drop,
    /// Drop the ephemeral messages that wait, then ask again.
    ShedThenRetry,
    /// Don't take it, nor what comes after it: it is in the journal.
    Refuse,
    /// Close the connection; the client comes back and resyncs.
    Close,
}

/// Decides for a message of `len` bytes while `queued` bytes wait, `sheddable` of them ephemeral.
///
/// A message that has to arrive always fits into an empty queue, however large, so that one large message can't keep a client
/// out for ever.
pub(crate) fn admit(class: Class, len: usize, queued: usize, sheddable: usize, max: usize) -> Verdict {
    let fits = queued.saturating_add(len) <= max;
    match class {
        _ if fits => Verdict::Queue,
        Class::Ephemeral => Verdict::Drop,
        Class::Durable | Class::Entry if queued == 0 => Verdict::Queue,
        Class::Control if queued.saturating_add(len) <= max.saturating_add(CONTROL_SLACK) => Verdict::Queue,
        Class::Durable | Class::Entry | Class::Control if sheddable > 0 => Verdict::ShedThenRetry,
        Class::Entry => Verdict::Refuse,
        Class::Durable | Class::Control => Verdict::Close,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ephemeral_goes_first_and_durable_closes_last() {
        assert_eq!(admit(Class::Ephemeral, 10, 90, 0, 100), Verdict::Queue);
        assert_eq!(admit(Class::Ephemeral, 11, 90, 0, 100), Verdict::Drop);
        assert_eq!(admit(Class::Durable, 11, 90, 50, 100), Verdict::ShedThenRetry);
        assert_eq!(admit(Class::Durable, 11, 90, 0, 100), Verdict::Close);
        assert_eq!(admit(Class::Durable, 101, 0, 0, 100), Verdict::Queue);
        assert_eq!(admit(Class::Entry, 11, 90, 50, 100), Verdict::ShedThenRetry);
        assert_eq!(admit(Class::Entry, 11, 90, 0, 100), Verdict::Refuse);
        assert_eq!(admit(Class::Entry, 101, 0, 0, 100), Verdict::Queue);
        assert_eq!(admit(Class::Control, CONTROL_SLACK, 100, 0, 100), Verdict::Queue);
        assert_eq!(admit(Class::Control, CONTROL_SLACK + 1, 100, 0, 100), Verdict::Close);
    }
}
