//! Following streams: every entry reaches this node's sockets in order and once, whoever committed it and whatever got lost.
//!
//! What always holds: entries of one stream are delivered under that stream's lock, in order, by whoever offered the one that
//! was missing; on a single node that is the task that committed. At most one read per stream is under way.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};
use std::time::Duration;

use homeroom_contract::TenantId;
use tokio::sync::OnceCell;
use tokio::time::{MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::past::{Pages, Reads, Tail};
use crate::sequence::{Missing, Sequence};
use crate::{Entry, FollowerOptions, Journal, JournalError, Outlet, Stream};

/// How long to wait before asking a database again that did not answer.
const RETRY: Duration = Duration::from_millis(250);

/// Where entries go, in order. Called under the stream's lock: it must neither wait nor call the follower.
pub trait Sink: Send + Sync + 'static {
    /// These entries come next in that stream; never empty.
    fn deliver(&self, stream: &Stream, entries: &[Arc<Entry>]);

    /// Some of what was delivered in that stream has not happened: the database has gone back, to a backup or to a replica that had
    /// not heard of it. What comes next may have numbers that were delivered already.
    fn gone_back(&self, stream: &Stream);
}

/// Follows streams for one node. Clones share it.
#[derive(Clone)]
pub struct Follower(Arc<Inner>);

struct Inner {
    reads: Reads,
    options: FollowerOptions,
    sink: Arc<dyn Sink>,
    streams: RwLock<HashMap<Stream, Weak<Followed>>>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

struct Followed {
    stream: Stream,
    state: Mutex<State>,
    /// Held by whoever reads this stream.
    pages: tokio::sync::Mutex<Pages>,
    started: OnceCell<()>,
    follower: Weak<Inner>,
}

struct State {
    sequence: Sequence<Arc<Entry>>,
    tail: Tail,
    repairing: bool,
    /// How often the database has gone back.
    history: u64,
}

/// A stream is followed as long as one of these is held for it. Clones share it.
#[derive(Clone)]
pub struct Following(Arc<Followed>);

impl fmt::Debug for Follower {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Follower").field("options", &self.0.options).finish_non_exhaustive()
    }
}

impl fmt::Debug for Following {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Following").field(&self.0.stream).finish()
    }
}

impl Follower {
    /// Starts, with nothing to follow yet. Its tasks run on `tasks` and end with `stop`.
    pub fn start(
        journal: Journal,
        options: FollowerOptions,
        sink: Arc<dyn Sink>,
        tasks: TaskTracker,
        stop: CancellationToken,
    ) -> Self {
        let streams = RwLock::new(HashMap::new());
        let reads = Reads::new(journal);
        let inner = Arc::new(Inner { reads, options, sink, streams, tasks, stop });
        inner.tasks.spawn(Arc::clone(&inner).sweep());
        Self(inner)
    }

    /// Follows a stream from its present head. Once this has returned, everything committed from then on is delivered, so a
    /// socket that enters its rooms afterwards and then reads a snapshot misses nothing.
    pub async fn follow(&self, stream: &Stream) -> Result<Following, JournalError> {
        let followed = self.0.find_or_add(stream);
        followed
            .started
            .get_or_try_init(|| async {
                let head = self.0.reads.journal().head(stream).await?;
                let mut state = followed.lock();
                let ready = state.sequence.start(head);
                self.0.deliver(&followed, &mut state, &ready);
                Ok::<_, JournalError>(())
            })
            .await?;
        Ok(Following(followed))
    }

    /// Takes entries that are in the journal, in any order, from a commit here or a copy that another node has sent. What is
    /// not followed is dropped.
    pub fn offer(&self, entries: &[Arc<Entry>]) {
        for entries in entries.chunk_by(|one, other| one.stream == other.stream) {
            let Some(followed) = entries.first().and_then(|entry| self.0.find(&entry.stream)) else {
                continue;
            };
            let mut ready = Vec::new();
            let mut state = followed.lock();
            for entry in entries {
                if state.tail.contradicts(entry) {
                    self.0.begin_anew(&followed.stream, &mut state, entry.seq.saturating_sub(1));
                }
                state.sequence.offer(entry.seq, Arc::clone(entry), &mut ready);
            }
            self.0.deliver(&followed, &mut state, &ready);
        }
    }

    /// How often entries have been read from the journal, to repair a gap or for somebody who had fallen behind.
    pub fn range_reads(&self) -> u64 {
        self.0.reads.count()
    }
}

/// For a node of its own; with several, the outlet also puts a copy on the bus.
impl Outlet for Follower {
    fn committed(&self, entries: &[Arc<Entry>]) {
        self.offer(entries);
    }
}

impl Following {
    /// The stream.
    pub fn stream(&self) -> &Stream {
        &self.0.stream
    }

    /// The number of the last entry that was delivered, or of the head at which following began.
    pub fn position(&self) -> u64 {
        self.0.lock().position()
    }

    /// Some of the entries after `after` that have been delivered already, in order: none only if there is none. However many
    /// ask at once, the journal is read once at a time.
    pub async fn read(&self, after: u64) -> Result<Vec<Arc<Entry>>, JournalError> {
        let Some(inner) = self.0.follower.upgrade() else { return Ok(Vec::new()) };
        let length = inner.options.batch.max(1);
        let (position, history) = {
            let state = self.0.lock();
            let limit = usize::try_from(length).unwrap_or(usize::MAX);
            if let Some(entries) = state.tail.after(after, limit) {
                return Ok(entries);
            }
            (state.position(), state.history)
        };
        if after >= position {
            return Ok(Vec::new());
        }
        let mut pages = self.0.pages.lock().await;
        pages.belong_to(history);
        let page = pages.page(&inner.reads, &self.0.stream, after, length).await?;
        Ok(page.iter().filter(|entry| entry.seq > after && entry.seq <= position).cloned().collect())
    }

    /// Does this if `seq` is the last entry that was delivered, and before another one is; whether it was.
    pub fn if_at(&self, seq: u64, then: impl FnOnce()) -> bool {
        let state = self.0.lock();
        let at = state.position() == seq;
        if at {
            then();
        }
        at
    }
}

impl State {
    fn new(options: &FollowerOptions) -> Self {
        let FollowerOptions { held, tail_bytes, .. } = *options;
        Self { sequence: Sequence::new(held), tail: Tail::new(tail_bytes), repairing: false, history: 0 }
    }

    fn position(&self) -> u64 {
        self.sequence.position().unwrap_or_default()
    }
}

impl Followed {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Followed {
    fn drop(&mut self) {
        let Some(follower) = self.follower.upgrade() else { return };
        let mut streams = follower.streams.write().unwrap_or_else(PoisonError::into_inner);
        // Somebody may have begun to follow it anew.
        if streams.get(&self.stream).is_some_and(|followed| followed.strong_count() == 0) {
            streams.remove(&self.stream);
        }
    }
}

impl Inner {
    fn find(&self, stream: &Stream) -> Option<Arc<Followed>> {
        let streams = self.streams.read().unwrap_or_else(PoisonError::into_inner);
        streams.get(stream).and_then(Weak::upgrade)
    }

    fn find_or_add(self: &Arc<Self>, stream: &Stream) -> Arc<Followed> {
        let mut streams = self.streams.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(followed) = streams.get(stream).and_then(Weak::upgrade) {
            return followed;
        }
        let followed = Arc::new(Followed {
            stream: stream.clone(),
            state: Mutex::new(State::new(&self.options)),
            pages: tokio::sync::Mutex::default(),
            started: OnceCell::new(),
            follower: Arc::downgrade(self),
        });
        streams.insert(stream.clone(), Arc::downgrade(&followed));
        followed
    }

    /// Everything that is followed. The lock is let go before any of it can be dropped, which takes the lock again.
    fn followed(&self) -> Vec<Arc<Followed>> {
        let streams = self.streams.read().unwrap_or_else(PoisonError::into_inner);
        streams.values().filter_map(Weak::upgrade).collect()
    }

    /// Hands over what is ready, and sees to what is missing.
    fn deliver(self: &Arc<Self>, followed: &Arc<Followed>, state: &mut State, ready: &[Arc<Entry>]) {
        if !ready.is_empty() {
            state.tail.push(ready);
            self.sink.deliver(&followed.stream, ready);
        }
        if !state.repairing && state.sequence.missing().is_some() && !self.stop.is_cancelled() {
            state.repairing = true;
            let repair = Repair { inner: Arc::clone(self), followed: Arc::downgrade(followed), ended: false };
            let stop = self.stop.clone();
            self.tasks.spawn(async move { stop.run_until_cancelled(repair.run()).await });
        }
    }

    /// Compares heads, so that the last entry before a crash is found too, of which nobody has heard.
    async fn sweep(self: Arc<Self>) {
        let mut ticks = interval(Duration::from_millis(self.options.sweep_ms.max(1)));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut failing = false;
        while self.stop.run_until_cancelled(ticks.tick()).await.is_some() {
            match self.stop.run_until_cancelled(self.compare()).await {
                Some(Ok(())) => failing = false,
                Some(Err(error)) if !failing => {
                    failing = true;
                    tracing::warn!(%error, cause = ?error, "the journal's heads can't be read");
                }
                Some(Err(_)) => {}
                None => return,
            }
        }
    }

    async fn compare(self: &Arc<Self>) -> Result<(), JournalError> {
        let followed = self.followed();
        // Before the question: what has been delivered by now is in the journal by then.
        let positions: Vec<_> = followed.iter().map(|followed| followed.lock().position()).collect();
        let tenants: BTreeSet<TenantId> =
            followed.iter().map(|followed| followed.stream.tenant.clone()).collect();
        if tenants.is_empty() {
            return Ok(());
        }
        let tenants: Vec<_> = tenants.into_iter().collect();
        let heads: HashMap<Stream, u64> = self.reads.journal().heads(&tenants).await?.into_iter().collect();
        for (followed, position) in followed.iter().zip(positions) {
            let head = heads.get(&followed.stream).copied().unwrap_or_default();
            let mut state = followed.lock();
            if head < position {
                self.begin_anew(&followed.stream, &mut state, head);
            }
            state.sequence.reached(head);
            self.deliver(followed, &mut state, &[]);
        }
        Ok(())
    }

    /// The stream has another history than the one that was delivered, in common at most up to `position`.
    fn begin_anew(&self, stream: &Stream, state: &mut State, position: u64) {
        tracing::warn!(tenant = %stream.tenant, namespace = %stream.namespace, position, "the journal has gone back");
        let (repairing, history) = (state.repairing, state.history + 1);
        *state = State { repairing, history, ..State::new(&self.options) };
        state.sequence.start(position);
        self.sink.gone_back(stream);
    }
}

/// Reads what is missing in one stream, until nothing is or nobody follows it any more.
struct Repair {
    inner: Arc<Inner>,
    followed: Weak<Followed>,
    ended: bool,
}

impl Repair {
    async fn run(mut self) {
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
        let entries = {
            let _alone = followed.pages.lock().await;
            self.inner.reads.range(&followed.stream, missing.after, limit).await?
        };
        if entries.is_empty() {
            return Ok(None);
        }
        let mut ready = Vec::new();
        let mut state = followed.lock();
        for entry in entries {
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
