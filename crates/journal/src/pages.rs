//! Older entries of a stream than its tail's: read for somebody who had fallen behind, and kept for those who come after.
//!
//! What always holds: a page has what comes after its beginning, without a gap; nothing in it is later than what was delivered;
//! memory is bounded.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::Entry;
use crate::tail::size;

/// So many are kept in any case, however large their entries are: a crowd does not read the same page in turn.
const FEWEST: usize = 4;

#[derive(Debug)]
pub(crate) struct Pages {
    /// By the entry that each begins after: a multiple of `length`.
    kept: BTreeMap<u64, Page>,
    /// How many entries a page has when it is full.
    length: u64,
    bytes: usize,
    most: usize,
}

#[derive(Debug)]
struct Page {
    entries: Vec<Arc<Entry>>,
    bytes: usize,
    /// When somebody last asked for some of it, or of the one before which it goes on from.
    asked: Instant,
}

impl Pages {
    /// Pages of so many entries, in all about so many bytes.
    pub(crate) fn new(length: u64, most: usize) -> Self {
        Self { kept: BTreeMap::new(), length: length.max(1), bytes: 0, most }
    }

    /// The entry after which the page begins in which the next one after `after` is.
    pub(crate) fn start(&self, after: u64) -> u64 {
        after - after % self.length
    }

    /// What is here of that page after `after`, if the next entry is.
    pub(crate) fn after(&mut self, after: u64, now: Instant) -> Option<Vec<Arc<Entry>>> {
        let start = self.start(after);
        let page = self.kept.get_mut(&start)?;
        let entries = page.entries.get(usize::try_from(after - start).ok()?..)?.to_vec();
        if entries.is_empty() {
            return None;
        }
        page.asked = now;
        Some(entries)
    }

    /// Keeps what was read, in order, of the page that begins after `start`.
    pub(crate) fn keep(&mut self, start: u64, entries: Vec<Arc<Entry>>, now: Instant) {
        self.forget(start);
        if entries.is_empty() {
            return;
        }
        let bytes: usize = entries.iter().map(|entry| size(entry)).sum();
        // Before it is here: it is the one that is needed now.
        self.make_room(1, bytes);
        self.bytes += bytes;
        self.kept.insert(start, Page { entries, bytes, asked: now });
    }

    /// The tail has no room for this one any more. Where it is the next one of what is kept it is kept too, so that nobody has
    /// to read what was delivered here.
    pub(crate) fn go_on(&mut self, entry: Arc<Entry>) {
        let Some(before) = entry.seq.checked_sub(1) else { return };
        let (start, bytes) = (self.start(before), size(&entry));
        if let Some(page) = self.kept.get_mut(&start) {
            if page.entries.last().is_some_and(|last| last.seq != before) {
                return;
            }
            page.bytes += bytes;
            page.entries.push(entry);
        } else {
            let previous = start.checked_sub(self.length).and_then(|previous| self.kept.get(&previous));
            let Some(previous) = previous
                .filter(|page| before == start && page.entries.last().is_some_and(|last| last.seq == before))
            else {
                return;
            };
            let asked = previous.asked;
            self.kept.insert(start, Page { entries: vec![entry], bytes, asked });
        }
        self.bytes += bytes;
        self.make_room(0, 0);
    }

    /// Lets go of what nobody has asked for in that time.
    pub(crate) fn forget_unasked(&mut self, now: Instant, within: Duration) {
        let mut freed = 0;
        self.kept.retain(|_, page| {
            let stays = now.saturating_duration_since(page.asked) < within;
            freed += if stays { 0 } else { page.bytes };
            stays
        });
        self.bytes -= freed;
    }

    /// Lets go of what was asked for longest ago, until there is room for so many more.
    fn make_room(&mut self, pages: usize, bytes: usize) {
        while self.bytes + bytes > self.most && self.kept.len() + pages > FEWEST {
            let longest = self.kept.iter().min_by_key(|(start, page)| (page.asked, **start));
            let Some((start, _)) = longest else { return };
            self.forget(*start);
        }
    }

    fn forget(&mut self, start: u64) {
        if let Some(page) = self.kept.remove(&start) {
            self.bytes -= page.bytes;
        }
    }
}
