//! A stream's past, for those who have fallen behind: the last entries from memory, older ones in pages, each read once for
//! everybody who needs it. Two thousand who come back at once cost the database what one costs.
//!
//! What always holds: one read of a stream's past at a time, a repair's included; memory is bounded.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::{Entry, Journal, JournalError, Stream};

/// How many pages of one stream are kept.
const PAGES: usize = 4;

/// What an entry takes in memory besides its JSON, roughly, in bytes.
const OVERHEAD: usize = 512;

/// The last entries that were delivered, without a gap.
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

    /// These were delivered after what is here.
    pub(crate) fn push(&mut self, entries: &[Arc<Entry>]) {
        for entry in entries {
            self.bytes += size(entry);
            self.entries.push_back(Arc::clone(entry));
            while self.bytes > self.most
                && let Some(oldest) = self.entries.pop_front()
            {
                self.bytes -= size(&oldest);
            }
        }
    }

    /// Whether another entry was delivered under this one's number, as far as that is still known.
    pub(crate) fn contradicts(&self, entry: &Entry) -> bool {
        let first = self.entries.front().map_or(u64::MAX, |first| first.seq);
        let at = entry.seq.checked_sub(first).and_then(|at| usize::try_from(at).ok());
        at.and_then(|at| self.entries.get(at)).is_some_and(|delivered| delivered.event_id != entry.event_id)
    }

    /// Up to `limit` entries after `after`, if the first of them is still here.
    pub(crate) fn after(&self, after: u64, limit: usize) -> Option<Vec<Arc<Entry>>> {
        let first = self.entries.front()?.seq;
        let skip = usize::try_from((after + 1).checked_sub(first)?).ok()?;
        let entries: Vec<_> = self.entries.iter().skip(skip).take(limit).cloned().collect();
        (!entries.is_empty()).then_some(entries)
    }
}

fn size(entry: &Entry) -> usize {
    let payloads = entry.deliveries.iter().map(|delivery| delivery.payload.get().len());
    OVERHEAD + entry.body.get().len() + payloads.sum::<usize>()
}

/// What was read last, and the way to read more. Whoever holds it is the one who reads.
#[derive(Debug, Default)]
pub(crate) struct Pages {
    /// By the entry that each begins after; the one that was asked for last at the end.
    kept: VecDeque<(u64, Arc<[Arc<Entry>]>)>,
    history: u64,
}

impl Pages {
    /// Forgets what was read of another history of the stream.
    pub(crate) fn belong_to(&mut self, history: u64) {
        if self.history != history {
            *self = Self { history, ..Self::default() };
        }
    }

    /// The page in which the entry after `after` is, if there is one yet. Pages begin after the multiples of `length`.
    pub(crate) async fn page(
        &mut self,
        read: &Reads,
        stream: &Stream,
        after: u64,
        length: u32,
    ) -> Result<Arc<[Arc<Entry>]>, JournalError> {
        let start = after - after % u64::from(length.max(1));
        if let Some(at) = self.kept.iter().position(|(begins, _)| *begins == start)
            && let Some((_, page)) = self.kept.remove(at)
            // The last page grows; what it has may be all that is asked for.
            && page.last().is_some_and(|last| last.seq > after)
        {
            self.kept.push_back((start, Arc::clone(&page)));
            return Ok(page);
        }
        let page: Arc<[_]> =
            read.range(stream, start, length.max(1)).await?.into_iter().map(Arc::new).collect();
        if self.kept.len() >= PAGES {
            self.kept.pop_front();
        }
        self.kept.push_back((start, Arc::clone(&page)));
        Ok(page)
    }
}

/// Reads ranges, and counts them.
#[derive(Debug)]
pub(crate) struct Reads {
    journal: Journal,
    count: AtomicU64,
}

impl Reads {
    pub(crate) fn new(journal: Journal) -> Self {
        Self { journal, count: AtomicU64::new(0) }
    }

    pub(crate) async fn range(
        &self,
        stream: &Stream,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Entry>, JournalError> {
        self.count.fetch_add(1, Ordering::Relaxed);
        self.journal.read(stream, after, limit).await
    }

    pub(crate) fn journal(&self) -> &Journal {
        &self.journal
    }

    pub(crate) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }
}
