//! What happens to a message for which a slow client's outbox has no room. The one place that decides it.

use crate::frame::Class;

/// Room beyond the bound for heartbeats, pongs and closes, in bytes.
pub(crate) const CONTROL_SLACK: usize = 64 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It fits: wait in the queue.
    Queue,
    /// It is large: wait in the queue, and the bound is raised by its length until no more waits than the entries' share.
    QueueAndRaise,
    /// Drop this message and count it.
    Drop,
    /// Drop the ephemeral messages that wait, then ask again.
    ShedThenRetry,
    /// Don't take it, nor what comes after it: it is in the journal.
    Refuse,
    /// Close the connection; the client comes back and resyncs.
    Close,
}

/// What waits for one client, in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Waiting {
    pub(crate) queued: usize,
    /// Those of them that may be shed.
    pub(crate) sheddable: usize,
    /// By how much the bound is raised, by a message that did not fit below it.
    pub(crate) raised: usize,
}

impl Waiting {
    /// What can't be shed.
    pub(crate) fn kept(self) -> usize {
        // Of an ephemeral frame that was begun, only the rest is in `queued`.
        self.queued.saturating_sub(self.sheddable)
    }
}

/// Up to here entries fill the queue; beyond it only answers and notices wait, and further calls of the client are not begun.
pub(crate) const fn share_of_entries(max: usize) -> usize {
    max / 2
}

/// How little may wait (of what can't be shed) so that it is worth to bring entries again, the first of this length.
pub(crate) fn room_for(len: usize, max: usize) -> usize {
    let share = share_of_entries(max);
    share.saturating_sub(len).min(share / 2)
}

/// Decides for a message of `len` bytes.
///
/// An entry always fits into an empty queue, and an answer or a notice where no more waits than the entries' share, however
/// large: one large message can't keep a client out for ever. It raises the bound by its length until that much has gone out.
pub(crate) fn admit(class: Class, len: usize, waiting: Waiting, max: usize) -> Verdict {
    let (kept, share) = (waiting.kept(), share_of_entries(max));
    let fits = |bound: usize| waiting.queued.saturating_add(len) <= bound;
    let bound = max.saturating_add(waiting.raised);
    match class {
        Class::Ephemeral if fits(max) => Verdict::Queue,
        Class::Ephemeral => Verdict::Drop,
        Class::Entry if kept > 0 && kept.saturating_add(len) > share => Verdict::Refuse,
        Class::Entry if len <= share && fits(max) => Verdict::Queue,
        Class::Durable if fits(bound) => Verdict::Queue,
        Class::Control if fits(bound.saturating_add(CONTROL_SLACK)) => Verdict::Queue,
        Class::Durable | Class::Entry | Class::Control if waiting.sheddable > 0 => Verdict::ShedThenRetry,
        Class::Entry => Verdict::QueueAndRaise,
        Class::Durable if kept <= share => Verdict::QueueAndRaise,
        Class::Durable | Class::Control => Verdict::Close,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(class: Class, len: usize, queued: usize, sheddable: usize) -> Verdict {
        admit(class, len, Waiting { queued, sheddable, raised: 0 }, 100)
    }

    #[test]
    fn ephemeral_goes_first_and_durable_closes_last() {
        assert_eq!(ask(Class::Ephemeral, 10, 90, 0), Verdict::Queue);
        assert_eq!(ask(Class::Ephemeral, 11, 90, 0), Verdict::Drop);
        assert_eq!(ask(Class::Durable, 11, 90, 30), Verdict::ShedThenRetry);
        assert_eq!(ask(Class::Durable, 11, 90, 0), Verdict::Close);
        assert_eq!(ask(Class::Control, CONTROL_SLACK, 100, 0), Verdict::Queue);
        assert_eq!(ask(Class::Control, CONTROL_SLACK + 1, 100, 0), Verdict::Close);
    }

    #[test]
    fn entries_leave_half_of_it_to_answers() {
        assert_eq!(ask(Class::Entry, 10, 40, 0), Verdict::Queue);
        assert_eq!(ask(Class::Entry, 11, 40, 0), Verdict::Refuse);
        assert_eq!(ask(Class::Entry, 10, 100, 60), Verdict::ShedThenRetry);
        assert_eq!(ask(Class::Entry, 11, 100, 60), Verdict::Refuse, "what it would shed would not help it");
        assert_eq!(ask(Class::Durable, 50, 50, 0), Verdict::Queue);
    }

    #[test]
    fn one_large_message_fits_and_leaves_what_follows_its_room() {
        assert_eq!(ask(Class::Entry, 51, 0, 0), Verdict::QueueAndRaise);
        assert_eq!(ask(Class::Entry, 101, 0, 0), Verdict::QueueAndRaise);
        assert_eq!(ask(Class::Durable, 200, 50, 0), Verdict::QueueAndRaise);
        assert_eq!(ask(Class::Durable, 200, 51, 0), Verdict::Close);
        let waiting = Waiting { queued: 250, sheddable: 0, raised: 200 };
        assert_eq!(admit(Class::Durable, 50, waiting, 100), Verdict::Queue);
        assert_eq!(admit(Class::Durable, 51, waiting, 100), Verdict::Close);
        assert_eq!(admit(Class::Ephemeral, 1, waiting, 100), Verdict::Drop);
    }

    #[test]
    fn there_is_room_for_an_entry_once_it_would_be_taken() {
        for len in 0..120 {
            let queued = room_for(len, 100);
            assert!(queued <= 25);
            assert_ne!(ask(Class::Entry, len, queued, 0), Verdict::Refuse, "{len}");
        }
    }
}
