//! What can be wrong.

/// A promise that was not kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The journal is not 1, 2, 3 … up to its head.
    #[error("the journal has a gap: {expected} was expected and {} is there", found.map_or("nothing".to_owned(), |found| found.to_string()))]
    Gap {
        /// The number that should be there.
        expected: u64,
        /// What is there.
        found: Option<u64>,
    },
    /// Acknowledged, and not in the journal.
    #[error("{client_id} was acknowledged and is not in the journal")]
    FalseAck {
        /// The command.
        client_id: String,
    },
    /// Took effect more than once.
    #[error("{client_id} took effect more than once: {entries:?}")]
    Doubled {
        /// The command.
        client_id: String,
        /// The first two of its entries.
        entries: [u64; 2],
    },
    /// Was said to have changed nothing, and is in the journal.
    #[error("{client_id} was answered as if nothing had happened, and is entry {seq}")]
    FalseRefusal {
        /// The command.
        client_id: String,
        /// Its entry.
        seq: u64,
    },
    /// Its outcome is not known to this day.
    #[error("{client_id} was never answered, however often it was repeated")]
    Unsettled {
        /// The command.
        client_id: String,
    },
    /// Different replies to one command, or another one stored than was sent.
    #[error("{client_id} has different replies")]
    OtherReply {
        /// The command.
        client_id: String,
    },
    /// An entry of a command that nobody sent.
    #[error("entry {seq} is of {client_id}, which nobody sent")]
    Invented {
        /// The mark.
        client_id: String,
        /// The entry.
        seq: u64,
    },
    /// A command stands before one that was acknowledged before it was sent.
    #[error("{later} was sent after {earlier} was acknowledged, and stands before it in the journal")]
    Overtaken {
        /// The one that was acknowledged.
        earlier: String,
        /// The one that was sent later.
        later: String,
    },
    /// A cell doesn't stand as its entries tell.
    #[error("the cell {cell} does not stand as the journal tells")]
    OtherState {
        /// The cell.
        cell: String,
    },
    /// Never received.
    #[error("{who} never received {seq}")]
    Lost {
        /// The subscriber.
        who: String,
        /// The entry.
        seq: u64,
    },
    /// Received twice over connections that continue each other.
    #[error("{who} received {seq} twice")]
    Twice {
        /// The subscriber.
        who: String,
        /// The entry.
        seq: u64,
    },
    /// Received after a later one.
    #[error("{who} received {seq} after {after}")]
    OutOfOrder {
        /// The subscriber.
        who: String,
        /// The entry.
        seq: u64,
        /// What came before it.
        after: u64,
    },
    /// Received, and not meant for that person.
    #[error("{who} received {seq}, which is not for them")]
    NotEntitled {
        /// The subscriber.
        who: String,
        /// The entry.
        seq: u64,
    },
    /// Received with another payload than the journal's, or without being in the journal at all.
    #[error("{who} received {seq} as something that the journal doesn't have")]
    Altered {
        /// The subscriber.
        who: String,
        /// The number that it came with.
        seq: u64,
    },
}
