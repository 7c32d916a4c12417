//! Reading what is missing in one stream, until nothing is or nobody follows it any more.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::time::sleep;

use super::{Followed, Inner};
use crate::reads::Why;
use crate::sequence::Missing;
use crate::{JournalError, Place};

/// How long to wait before asking a database again that did not answer.
const RETRY: Duration = Duration::from_millis(250);

pub(super) struct Repair {
    inner: Arc<Inner>,
    followed: Weak<Followed>,
    ended: bool,
}

impl Repair {
    pub(super) fn new(inner: &Arc<Inner>, followed: &Arc<Followed>) -> Self {
        Self { inner: Arc::clone(inner), followed: Arc::downgrade(followed), ended: false }
    }

    pub(super) async fn run(mut self) {
        let patience = Duration::from_millis(self.inner.options.patience_ms);
        let mut waited_for = None;
        while let Some(missing) = self.missing() {
            if waited_for != Some(missing.after) {
                // It may only be late; and as long as the stream moves on, the late ones do come.
                waited_for = Some(missing.after);
                sleep(patience).await;
                continue;
            }
            match self.read(missing).await {
                // More of the same gap needs no more patience.
                Ok(Some(position)) => waited_for = Some(position),
                Ok(None) => sleep(RETRY).await,
                Err(error) => {
                    tracing::warn!(%error, cause = ?error, "missed entries can't be read");
                    sleep(RETRY).await;
                }
            }
        }
    }

    /// What is missing. If nothing is, this repair has ended: said under the lock, so that the next gap begins a new one.
    fn missing(&mut self) -> Option<Missing> {
        let followed = self.followed.upgrade()?;
        let mut state = followed.lock();
        let missing = state.sequence.missing();
        state.repairing = missing.is_some();
        self.ended = missing.is_none();
        missing
    }

    /// Reads and delivers; gives the new position, none if there was nothing to read.
    async fn read(&self, missing: Missing) -> Result<Option<u64>, JournalError> {
        let Some(followed) = self.followed.upgrade() else { return Ok(None) };
        let limit = u32::try_from(missing.count).unwrap_or(u32::MAX).min(self.inner.options.batch.max(1));
        // With the last one that was delivered: another one under its number tells of a database that has gone back.
        let from = missing.after.saturating_sub(1);
        let (entries, history) = {
            let _alone = followed.reading.lock().await;
            let history = {
                let state = followed.lock();
                if state.sequence.position() != Some(missing.after) {
                    // It has come while somebody else was reading.
                    return Ok(Some(missing.after));
                }
                state.history
            };
            (
                self.inner.reads.range(&followed.stream, from, limit.saturating_add(1), Why::Gap).await?,
                history,
            )
        };
        let mut ready = Vec::new();
        let mut state = followed.lock();
        if state.history != history {
            return Ok(Some(missing.after));
        }
        if entries.first().is_some_and(|first| state.contradicts(first.seq, first.event_id)) {
            let from = Place { seq: from, event_id: None };
            self.inner.begin_anew(&followed.stream, &mut state, from);
            return Ok(Some(missing.after));
        }
        if entries.last().is_none_or(|last| last.seq <= missing.after) {
            return Ok(None);
        }
        for entry in entries.into_iter().filter(|entry| entry.seq > missing.after) {
            state.sequence.offer(entry.seq, Arc::new(entry), &mut ready);
        }
        // This is the repair under way, so none is begun here.
        self.inner.deliver(&followed, &mut state, &ready);
        Ok(state.sequence.position())
    }
}

impl Drop for Repair {
    /// A sink that panicked must not stop the stream for good.
    fn drop(&mut self) {
        if !self.ended
            && let Some(followed) = self.followed.upgrade()
        {
            followed.lock().repairing = false;
        }
    }
}
