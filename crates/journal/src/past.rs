//! A stream's past in memory, for those who have fallen behind: the last entries that were delivered, and older ones in pages.
//! Two thousand who come back at once cost the database what one costs.
//!
//! What always holds: what is here was delivered on this node, or before it began to follow.

use std::sync::Arc;
use std::time::Duration;

use homeroom_contract::EventId;
use tokio::time::Instant;

use crate::pages::Pages;
use crate::tail::Tail;
use crate::{Entry, FollowerOptions};

#[derive(Debug)]
pub(crate) struct Past {
    tail: Tail,
    pages: Pages,
    /// How many entries are handed out at a time.
    length: u32,
}

impl Past {
    pub(crate) fn new(options: &FollowerOptions) -> Self {
        let length = options.batch.max(1);
        let pages = Pages::new(length.into(), options.past_bytes);
        Self { tail: Tail::new(options.tail_bytes), pages, length }
    }

    /// These were delivered now, in order.
    pub(crate) fn delivered(&mut self, entries: &[Arc<Entry>]) {
        for entry in entries {
            self.tail.push(entry, |gone| self.pages.go_on(gone));
        }
    }

    /// Whether an entry with another id was delivered under this number, as far as that is still known.
    pub(crate) fn contradicts(&self, seq: u64, event_id: EventId) -> bool {
        self.tail.contradicts(seq, event_id)
    }

    /// Some entries after `after`, in order, if the next one is here.
    pub(crate) fn after(&mut self, after: u64, now: Instant) -> Option<Vec<Arc<Entry>>> {
        let limit = usize::try_from(self.length).unwrap_or(usize::MAX);
        self.tail.after(after, limit).or_else(|| self.pages.after(after, now))
    }

    /// Which entries to read, so that the next one after `after` is among them: how many, after which.
    pub(crate) fn page(&self, after: u64) -> (u64, u32) {
        (self.pages.start(after), self.length)
    }

    /// Keeps what was read of the page that begins after `start`, in order, up to `position`, where delivery stands. What comes
    /// after that is delivered, and then follows here by itself.
    pub(crate) fn keep(&mut self, start: u64, read: Vec<Entry>, position: u64, now: Instant) {
        let delivered = read.into_iter().take_while(|entry| entry.seq <= position);
        self.pages.keep(start, delivered.map(Arc::new).collect(), now);
    }

    /// Lets go of pages that nobody has asked for in that time.
    pub(crate) fn forget_unasked(&mut self, now: Instant, within: Duration) {
        self.pages.forget_unasked(now, within);
    }
}

#[cfg(test)]
#[path = "past/tests.rs"]
mod tests;
