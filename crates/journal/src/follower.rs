//! Following streams: every entry reaches this node's sockets in order and once, whoever committed it and whatever got lost.
//!
//! What always holds: entries of one stream are delivered under that stream's lock, in order, by whoever offered the one that
//! was missing; on a single node that is the task that committed. At most one read per stream is under way.

mod repair;

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};
use std::time::Duration;

use homeroom_contract::{EventId, TenantId};
use tokio::sync::OnceCell;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::repair::Repair;
use crate::past::Past;
use crate::reads::{Reads, Why};
use crate::sequence::Sequence;
use crate::{Entry, FollowerOptions, Journal, JournalError, Outlet, Place, RangeReads, Stream};

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
    /// How often heads have been compared.
    compared: AtomicU64,
    tasks: TaskTracker,
    stop: CancellationToken,
}

struct Followed {
    stream: Stream,
    state: Mutex<State>,
    /// Held by whoever reads this stream.
    reading: tokio::sync::Mutex<()>,
    started: OnceCell<()>,
    follower: Weak<Inner>,
}

struct State {
    sequence: Sequence<Arc<Entry>>,
    /// Behind which entry the next one is delivered.
    last: Place,
    past: Past,
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
        let inner =
            Arc::new(Inner { reads, options, sink, streams, compared: AtomicU64::new(0), tasks, stop });
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
                let ready = state.start(head);
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
                if state.contradicts(entry.seq, entry.event_id) {
                    let before = Place { seq: entry.seq.saturating_sub(1), event_id: None };
                    self.0.begin_anew(&followed.stream, &mut state, before);
                }
                state.sequence.offer(entry.seq, Arc::clone(entry), &mut ready);
            }
            self.0.deliver(&followed, &mut state, &ready);
        }
    }

    /// How often entries have been read from the journal, and for what.
    pub fn range_reads(&self) -> RangeReads {
        self.0.reads.so_far()
    }

    /// How often the heads of what is followed have been compared with what was delivered.
    pub fn heads_compared(&self) -> u64 {
        self.0.compared.load(Ordering::Relaxed)
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

    /// Behind which entry that is.
    pub fn place(&self) -> Place {
        self.0.lock().last
    }

    /// How often the database has gone back since this node began to follow the stream: positions of different counts are not to
    /// be compared.
    pub fn history(&self) -> u64 {
        self.0.lock().history
    }

    /// Some of the entries after `after` that have been delivered already, in order: none only if there is none. However many
    /// ask at once, the journal is read once at a time, and once for all who need the same.
    pub async fn read(&self, after: u64) -> Result<Vec<Arc<Entry>>, JournalError> {
        let Some(inner) = self.0.follower.upgrade() else { return Ok(Vec::new()) };
        if let Some(known) = self.0.lock().known(after) {
            return Ok(known);
        }
        let _alone = self.0.reading.lock().await;
        loop {
            let (start, count, history) = {
                let mut state = self.0.lock();
                // Whoever was reading until now may have read this too.
                if let Some(known) = state.known(after) {
                    return Ok(known);
                }
                let (start, count) = state.past.page(after);
                (start, count, state.history)
            };
            let read = inner.reads.range(&self.0.stream, start, count, Why::CatchUp).await?;
            let mut state = self.0.lock();
            if state.history == history {
                let position = state.position();
                state.past.keep(start, read, position, Instant::now());
                return Ok(state.known(after).unwrap_or_default());
            }
        }
    }

    /// The entry of that number, also one of which this node has yet to hear.
    pub async fn entry(&self, seq: u64) -> Result<Option<Arc<Entry>>, JournalError> {
        let Some(before) = seq.checked_sub(1) else { return Ok(None) };
        if seq <= self.position() {
            return Ok(self.read(before).await?.into_iter().next().filter(|entry| entry.seq == seq));
        }
        let Some(inner) = self.0.follower.upgrade() else { return Ok(None) };
        let _alone = self.0.reading.lock().await;
        let read = inner.reads.range(&self.0.stream, before, 1, Why::CatchUp).await?;
        Ok(read.into_iter().next().filter(|entry| entry.seq == seq).map(Arc::new))
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
        let (sequence, past) = (Sequence::new(options.held), Past::new(options));
        Self { sequence, last: Place::default(), past, repairing: false, history: 0 }
    }

    /// Begins at that place; gives what can be delivered at once.
    fn start(&mut self, place: Place) -> Vec<Arc<Entry>> {
        self.last = place;
        self.sequence.start(place.seq)
    }

    /// Whether an entry with another id was delivered under this number, as far as that is known.
    fn contradicts(&self, seq: u64, event_id: EventId) -> bool {
        let at_last = self.last.event_id.is_some_and(|last| seq == self.last.seq && event_id != last);
        at_last || self.past.contradicts(seq, event_id)
    }

    /// Some of the entries after `after` that have been delivered, if that is known without reading.
    fn known(&mut self, after: u64) -> Option<Vec<Arc<Entry>>> {
        if after >= self.position() {
            return Some(Vec::new());
        }
        self.past.after(after, Instant::now())
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
            reading: tokio::sync::Mutex::default(),
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
        if let Some(last) = ready.last() {
            state.last = Place { seq: last.seq, event_id: Some(last.event_id) };
            state.past.delivered(ready);
            self.sink.deliver(&followed.stream, ready);
        }
        if !state.repairing && state.sequence.missing().is_some() && !self.stop.is_cancelled() {
            state.repairing = true;
            let repair = Repair::new(self, followed);
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
            self.forget();
            match self.stop.run_until_cancelled(self.compare()).await {
                Some(Ok(())) => {
                    failing = false;
                    self.compared.fetch_add(1, Ordering::Relaxed);
                }
                Some(Err(error)) if !failing => {
                    failing = true;
                    tracing::warn!(%error, cause = ?error, "the journal's heads can't be read");
                }
                Some(Err(_)) => {}
                None => return,
            }
        }
    }

    /// Lets go of what was read for those who came back, once they are back.
    fn forget(&self) {
        let (now, within) = (Instant::now(), Duration::from_millis(self.options.past_ms));
        for followed in self.followed() {
            followed.lock().past.forget_unasked(now, within);
        }
    }

    async fn compare(self: &Arc<Self>) -> Result<(), JournalError> {
        let followed = self.followed();
        // Before the question: what has been delivered by now is in the journal by then.
        let stand = |followed: &Arc<Followed>| {
            let state = followed.lock();
            (state.position(), state.history)
        };
        let stands: Vec<_> = followed.iter().map(stand).collect();
        let tenants: BTreeSet<TenantId> =
            followed.iter().map(|followed| followed.stream.tenant.clone()).collect();
        if tenants.is_empty() {
            return Ok(());
        }
        let tenants: Vec<_> = tenants.into_iter().collect();
        let heads: HashMap<Stream, Place> = self.reads.journal().heads(&tenants).await?.into_iter().collect();
        for (followed, (position, history)) in followed.iter().zip(stands) {
            let head = heads.get(&followed.stream).copied().unwrap_or_default();
            let mut state = followed.lock();
            if state.history != history {
                // What was read may be of the one before.
                continue;
            }
            if head.seq < position || head.event_id.is_some_and(|id| state.contradicts(head.seq, id)) {
                self.begin_anew(&followed.stream, &mut state, head);
            }
            state.sequence.reached(head.seq);
            self.deliver(followed, &mut state, &[]);
        }
        Ok(())
    }

    /// The stream has another history than the one that was delivered, in common at most up to that place.
    fn begin_anew(&self, stream: &Stream, state: &mut State, from: Place) {
        tracing::warn!(tenant = %stream.tenant, namespace = %stream.namespace, from.seq, "the journal has gone back");
        let (repairing, history) = (state.repairing, state.history + 1);
        *state = State { repairing, history, ..State::new(&self.options) };
        state.start(from);
        self.sink.gone_back(stream);
    }
}
