//! Reading ranges of streams, and counting it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{Entry, Journal, JournalError, Stream};

/// What a range is read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// Somebody has fallen behind, or comes back.
    CatchUp,
    /// Entries have not arrived that should have been delivered by now.
    Gap,
}

/// How often a follower has read a range of entries from the journal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RangeReads {
    /// To bring up those who had fallen behind or came back; once for all who need the same.
    pub catch_up: u64,
    /// To repair a gap: entries that the bus has lost, or that were late.
    pub gap: u64,
    /// The most that were ever under way at once for one stream.
    pub most_at_once: u64,
}

#[derive(Debug)]
pub(crate) struct Reads {
    journal: Journal,
    counts: Mutex<Counts>,
    catch_up: AtomicU64,
    gap: AtomicU64,
}

#[derive(Debug, Default)]
struct Counts {
    under_way: HashMap<Stream, u64>,
    most_at_once: u64,
}

impl Reads {
    pub(crate) fn new(journal: Journal) -> Self {
        Self { journal, counts: Mutex::default(), catch_up: AtomicU64::new(0), gap: AtomicU64::new(0) }
    }

    /// Up to `limit` entries after `after`, in order.
    pub(crate) async fn range(
        &self,
        stream: &Stream,
        after: u64,
        limit: u32,
        why: Why,
    ) -> Result<Vec<Entry>, JournalError> {
        let count = match why {
            Why::CatchUp => &self.catch_up,
            Why::Gap => &self.gap,
        };
        count.fetch_add(1, Ordering::Relaxed);
        tracing::debug!(tenant = %stream.tenant, namespace = %stream.namespace, after, limit, ?why, "reads entries");
        let _under_way = UnderWay::begin(self, stream);
        self.journal.read(stream, after, limit).await
    }

    pub(crate) fn journal(&self) -> &Journal {
        &self.journal
    }

    pub(crate) fn so_far(&self) -> RangeReads {
        RangeReads {
            catch_up: self.catch_up.load(Ordering::Relaxed),
            gap: self.gap.load(Ordering::Relaxed),
            most_at_once: self.lock().most_at_once,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A read that is under way, until it is dropped.
struct UnderWay<'a> {
    reads: &'a Reads,
    stream: &'a Stream,
}

impl<'a> UnderWay<'a> {
    fn begin(reads: &'a Reads, stream: &'a Stream) -> Self {
        let mut counts = reads.lock();
        let Counts { under_way, most_at_once } = &mut *counts;
        let now = under_way.entry(stream.clone()).or_default();
        *now += 1;
        *most_at_once = (*most_at_once).max(*now);
        drop(counts);
        Self { reads, stream }
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let mut counts = self.reads.lock();
        if let Some(now) = counts.under_way.get_mut(self.stream) {
            *now -= 1;
            if *now == 0 {
                counts.under_way.remove(self.stream);
            }
        }
    }
}
