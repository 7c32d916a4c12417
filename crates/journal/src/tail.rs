//! The last entries of a stream that were delivered.
//!
//! What always holds: they are without a gap, and memory is bounded.

use std::collections::VecDeque;
use std::sync::Arc;

use homeroom_contract::EventId;

use crate::Entry;

/// What an entry takes in memory besides its JSON, roughly, in bytes.
const OVERHEAD: usize = 512;

#[derive(Debug)]
pub(crate) struct Tail {
    entries: VecDeque<Arc<Entry>>,
    bytes: usize,
    most: usize,
}

impl Tail {
    /// Keeps at most so many bytes.
    pub(crate) fn new(most: usize) -> Self {
        Self { entries: VecDeque::new(), bytes: 0, most }
    }

    /// This one was delivered after what is here. Those for which there is no room any more go elsewhere, the oldest first.
    pub(crate) fn push(&mut self, entry: &Arc<Entry>, mut elsewhere: impl FnMut(Arc<Entry>)) {
        self.bytes += size(entry);
        self.entries.push_back(Arc::clone(entry));
        while self.bytes > self.most
            && let Some(oldest) = self.entries.pop_front()
        {
            self.bytes -= size(&oldest);
            elsewhere(oldest);
        }
    }

    /// Whether an entry with another id was delivered under this number, as far as that is still known.
    pub(crate) fn contradicts(&self, seq: u64, event_id: EventId) -> bool {
        let first = self.entries.front().map_or(u64::MAX, |first| first.seq);
        let at = seq.checked_sub(first).and_then(|at| usize::try_from(at).ok());
        at.and_then(|at| self.entries.get(at)).is_some_and(|delivered| delivered.event_id != event_id)
    }

    /// Up to `limit` entries after `after`, if the first of them is still here.
    pub(crate) fn after(&self, after: u64, limit: usize) -> Option<Vec<Arc<Entry>>> {
        let first = self.entries.front()?.seq;
        let skip = usize::try_from((after + 1).checked_sub(first)?).ok()?;
        let entries: Vec<_> = self.entries.iter().skip(skip).take(limit).cloned().collect();
        (!entries.is_empty()).then_some(entries)
    }
}

/// What an entry takes in memory, roughly, in bytes.
pub(crate) fn size(entry: &Entry) -> usize {
    let payloads = entry.deliveries.iter().map(|delivery| delivery.payload.get().len());
    OVERHEAD + entry.body.get().len() + payloads.sum::<usize>()
}
