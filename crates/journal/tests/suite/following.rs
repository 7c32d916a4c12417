//! Following streams: whatever the bus loses or overtakes, each entry is delivered in order and once.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use homeroom_contract::ManualClock;
use homeroom_contract::Timestamp;
use homeroom_journal::{Entry, Follower, FollowerOptions, Journal, JournalOptions, Sink, Stream, sql};
use homeroom_testkit::{TestDatabase, on_both_databases};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::setup::{Fixture, START, call, note, open, stream};

/// A node's sockets.
pub(crate) struct Sockets {
    delivered: Mutex<Vec<u64>>,
    count: watch::Sender<usize>,
    gone_back: watch::Sender<usize>,
}

impl Sink for Sockets {
    fn deliver(&self, _: &Stream, entries: &[Arc<Entry>]) {
        let mut delivered = self.delivered.lock().unwrap();
        delivered.extend(entries.iter().map(|entry| entry.seq));
        self.count.send_replace(delivered.len());
    }

    fn gone_back(&self, _: &Stream) {
        self.gone_back.send_modify(|times| *times += 1);
    }
}

impl Sockets {
    fn delivered(&self) -> Vec<u64> {
        self.delivered.lock().unwrap().clone()
    }

    /// Waits until it has been told so often that the database has gone back.
    async fn until_gone_back(&self, times: usize) {
        let mut changes = self.gone_back.subscribe();
        let reached = timeout(Duration::from_secs(30), changes.wait_for(|now| *now >= times)).await;
        assert_eq!(*reached.expect("noticed in the end").unwrap(), times);
    }

    /// Waits until so many were delivered.
    pub(crate) async fn until(&self, count: usize) -> Vec<u64> {
        let mut changes = self.count.subscribe();
        let reached = timeout(Duration::from_secs(30), changes.wait_for(|now| *now >= count)).await;
        reached.expect("delivered in the end").unwrap();
        self.delivered()
    }
}

pub(crate) struct Node {
    pub(crate) follower: Follower,
    pub(crate) sockets: Arc<Sockets>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// Another node on the same database, which hears only what the test lets it hear.
pub(crate) fn node(fixture: &Fixture, options: FollowerOptions) -> Node {
    let clock = Arc::new(ManualClock::at(Timestamp::from_unix_millis(START)));
    let journal = Journal::new(fixture.db.clone(), clock, JournalOptions::default());
    let sockets = Arc::new(Sockets {
        delivered: Mutex::default(),
        count: watch::Sender::new(0),
        gone_back: watch::Sender::new(0),
    });
    let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
    let follower = Follower::start(journal, options, Arc::clone(&sockets) as _, tasks.clone(), stop.clone());
    Node { follower, sockets, tasks, stop }
}

/// Never compares heads, so that only hints can lead to a repair.
pub(crate) fn by_hints() -> FollowerOptions {
    FollowerOptions { sweep_ms: 3_600_000, patience_ms: 5, ..FollowerOptions::default() }
}

/// The database as it was when the stream had so many entries.
async fn go_back(fixture: &Fixture, seq: i64) {
    let mut conn = fixture.db.begin().await.unwrap();
    for undo in [
        "DELETE FROM journal_entries WHERE seq > $1",
        "DELETE FROM journal_rooms WHERE seq > $1",
        "UPDATE journal_heads SET seq = $1",
    ] {
        sql!(conn, |c| sqlx::query(undo).bind(seq).execute(c)).unwrap();
    }
    conn.commit().await.unwrap();
}

fn to(last: u64) -> Vec<u64> {
    (1..=last).collect()
}

on_both_databases! {
    /// On one node the committing task itself delivers: when the commit returns, the sockets have it.
    async fn a_commit_delivers_by_itself(database: TestDatabase) {
        let fixture = open(&database).await;
        let clock = Arc::new(ManualClock::at(Timestamp::from_unix_millis(START)));
        let journal = Journal::new(fixture.db.clone(), clock, JournalOptions::default());
        let node = node(&fixture, FollowerOptions { patience_ms: 3_600_000, ..by_hints() });
        journal.set_outlet(Arc::new(node.follower.clone())).unwrap();
        let following = node.follower.follow(&stream("d-1")).await.unwrap();
        for n in 1..=3 {
            note(&journal, &call("d-1"), &["x"]).await;
            assert_eq!(node.sockets.delivered(), to(n));
        }
        assert_eq!(following.position(), 3);
    }

    /// Many commands at once, each delivered by its own task.
    async fn commits_at_once_are_delivered_in_order(database: TestDatabase) {
        let fixture = open(&database).await;
        let node = node(&fixture, FollowerOptions::default());
        let _following = node.follower.follow(&stream("d-1")).await.unwrap();
        let clock = Arc::new(ManualClock::at(Timestamp::from_unix_millis(START)));
        let journal = Journal::new(fixture.db.clone(), clock, JournalOptions::default());
        journal.set_outlet(Arc::new(node.follower.clone())).unwrap();
        let mut commands = JoinSet::new();
        for _ in 0..60 {
            let journal = journal.clone();
            commands.spawn(async move { note(&journal, &call("d-1"), &["x", "y"]).await });
        }
        commands.join_all().await;
        assert_eq!(node.sockets.until(120).await, to(120));
    }

    /// The bus loses, repeats and overtakes; the next hint that does arrive leads to what is missing.
    async fn what_the_bus_loses_is_read(database: TestDatabase) {
        let fixture = open(&database).await;
        let node = node(&fixture, FollowerOptions { held: 3, batch: 4, ..by_hints() });
        let _following = node.follower.follow(&stream("d-1")).await.unwrap();
        for _ in 0..30 {
            note(&fixture.journal, &call("d-1"), &["x"]).await;
        }
        let entries = fixture.outlet.entries();
        for index in [1, 0, 0, 4, 20, 19, 18, 17, 20, 3, 29] {
            node.follower.offer(&entries[index..=index]);
        }
        assert_eq!(node.sockets.until(30).await, to(30));
    }

    /// The last entry before a crash: nobody has heard of it, and it is found all the same.
    async fn an_entry_without_a_hint_is_found(database: TestDatabase) {
        let fixture = open(&database).await;
        let node = node(&fixture, FollowerOptions { sweep_ms: 20, patience_ms: 5, ..FollowerOptions::default() });
        let _one = node.follower.follow(&stream("d-1")).await.unwrap();
        let _other = node.follower.follow(&stream("d-2")).await.unwrap();
        note(&fixture.journal, &call("d-1"), &["x", "y"]).await;
        assert_eq!(node.sockets.until(2).await, to(2));
        note(&fixture.journal, &call("d-2"), &["z"]).await;
        assert_eq!(node.sockets.until(3).await, [1, 2, 1]);
    }

    /// A backup was put back, and nothing has happened since: whoever follows learns of it, and goes on from there. What was
    /// read before is not taken for what happens now.
    async fn a_journal_that_has_gone_back_is_noticed(database: TestDatabase) {
        let fixture = open(&database).await;
        // Nothing stays in memory: what is read is read in pages.
        let options = FollowerOptions { sweep_ms: 20, patience_ms: 5, tail_bytes: 0, ..FollowerOptions::default() };
        let node = node(&fixture, options);
        let following = node.follower.follow(&stream("d-1")).await.unwrap();
        note(&fixture.journal, &call("d-1"), &["1", "2", "3", "4", "5"]).await;
        node.sockets.until(5).await;
        assert_eq!(following.read(1).await.unwrap().len(), 4);
        go_back(&fixture, 2).await;
        node.sockets.until_gone_back(1).await;
        assert_eq!(following.position(), 2);
        note(&fixture.journal, &call("d-1"), &["another 3"]).await;
        assert_eq!(node.sockets.until(6).await, [1, 2, 3, 4, 5, 3]);
        let read = following.read(2).await.unwrap();
        assert!(read[0].body.get().contains("another 3"), "{read:?}");
    }

    /// So much has happened since that the stream is as long as before: the first entry that has another's number tells.
    async fn a_number_that_comes_again_with_something_else_is_noticed(database: TestDatabase) {
        let fixture = open(&database).await;
        let node = node(&fixture, by_hints());
        let _following = node.follower.follow(&stream("d-1")).await.unwrap();
        note(&fixture.journal, &call("d-1"), &["1", "2", "3"]).await;
        node.follower.offer(&fixture.outlet.entries());
        go_back(&fixture, 1).await;
        note(&fixture.journal, &call("d-1"), &["another 2", "another 3", "another 4"]).await;
        node.follower.offer(&fixture.outlet.entries()[4..]);
        node.sockets.until_gone_back(1).await;
        assert_eq!(node.sockets.until(5).await, [1, 2, 3, 3, 4]);
        node.follower.offer(&fixture.outlet.entries()[4..]);
        node.sockets.until_gone_back(1).await;
    }

    /// The bus brought nothing of the numbers that came again, and the stream is longer than before: whoever reads what is missing
    /// sees it.
    async fn a_repair_notices_what_is_not_as_it_was(database: TestDatabase) {
        let fixture = open(&database).await;
        let node = node(&fixture, by_hints());
        let _following = node.follower.follow(&stream("d-1")).await.unwrap();
        note(&fixture.journal, &call("d-1"), &["1", "2", "3"]).await;
        node.follower.offer(&fixture.outlet.entries());
        go_back(&fixture, 2).await;
        note(&fixture.journal, &call("d-1"), &["another 3", "4", "5"]).await;
        node.follower.offer(&fixture.outlet.entries()[5..]);
        node.sockets.until_gone_back(1).await;
        node.follower.offer(&fixture.outlet.entries()[3..]);
        assert_eq!(node.sockets.until(6).await, [1, 2, 3, 3, 4, 5]);
    }

    /// The bus brought nothing of that, and the stream is as long as before: the entry at its end is another one. So it is where
    /// this node has had none yet.
    async fn an_end_that_is_another_one_is_noticed(database: TestDatabase) {
        let fixture = open(&database).await;
        note(&fixture.journal, &call("d-1"), &["1", "2"]).await;
        let swept = FollowerOptions { sweep_ms: 20, patience_ms: 5, ..FollowerOptions::default() };
        let node = node(&fixture, swept);
        let following = node.follower.follow(&stream("d-1")).await.unwrap();
        for times in 1..=2 {
            let before = following.place();
            let mut conn = fixture.db.begin().await.unwrap();
            let undo = "UPDATE journal_entries SET event_id = $1 WHERE seq = $2";
            let end = i64::try_from(before.seq).unwrap();
            sql!(conn, |c| sqlx::query(undo).bind(uuid::Uuid::now_v7()).bind(end).execute(c)).unwrap();
            conn.commit().await.unwrap();
            node.sockets.until_gone_back(times).await;
            assert_eq!(following.position(), before.seq);
            assert_ne!(following.place(), before);
            note(&fixture.journal, &call("d-1"), &["goes on"]).await;
            node.sockets.until(times).await;
        }
        assert_eq!(node.sockets.until(2).await, [3, 4]);
    }

    /// A stream is followed from its head, by any number of holders, until the last lets go.
    async fn from_the_head_until_let_go(database: TestDatabase) {
        let fixture = open(&database).await;
        let node = node(&fixture, by_hints());
        note(&fixture.journal, &call("d-1"), &["before", "before"]).await;
        let stream = stream("d-1");
        let (one, other) = tokio::join!(node.follower.follow(&stream), node.follower.follow(&stream));
        let (one, other) = (one.unwrap(), other.unwrap());
        assert_eq!((one.position(), other.position()), (2, 2));
        note(&fixture.journal, &call("d-1"), &["heard"]).await;
        node.follower.offer(&fixture.outlet.entries());
        drop(one);
        note(&fixture.journal, &call("d-1"), &["heard too"]).await;
        node.follower.offer(&fixture.outlet.entries());
        assert_eq!(node.sockets.delivered(), [3, 4]);

        drop(other);
        note(&fixture.journal, &call("d-1"), &["nobody there"]).await;
        node.follower.offer(&fixture.outlet.entries());
        let again = node.follower.follow(&stream).await.unwrap();
        assert_eq!(again.position(), 5);
        assert_eq!(node.sockets.delivered(), [3, 4]);
    }

    /// Stopping ends every task, a repair that can't succeed included.
    async fn stopping_ends_its_tasks(database: TestDatabase) {
        let fixture = open(&database).await;
        let node = node(&fixture, by_hints());
        let _following = node.follower.follow(&stream("d-1")).await.unwrap();
        note(&fixture.journal, &call("d-1"), &["x"]).await;
        let told = fixture.outlet.entries();
        let beyond = Arc::new(Entry { seq: 9, ..Entry::clone(&told[0]) });
        node.follower.offer(&[beyond]);
        node.stop.cancel();
        node.tasks.close();
        timeout(Duration::from_secs(30), node.tasks.wait()).await.expect("all tasks have ended");
    }
}
