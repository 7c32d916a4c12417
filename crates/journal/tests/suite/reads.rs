//! What being behind costs the database, however many are: one read for each page of what was missed, one at a time.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{join, join_all};
use homeroom_journal::{Entry, FollowerOptions, Following, RangeReads};
use homeroom_testkit::{TestDatabase, on_both_databases};
use tokio::time::{sleep, timeout};

use crate::following::{Node, by_hints, node};
use crate::setup::{Fixture, call, note, open, stream};

const PAGE: u32 = 16;

/// Nothing stays in memory but what was read.
fn without_tail() -> FollowerOptions {
    FollowerOptions { tail_bytes: 0, batch: PAGE, ..by_hints() }
}

async fn note_many(fixture: &Fixture, count: usize) {
    note(&fixture.journal, &call("d-1"), &vec!["x"; count]).await;
}

/// The node hears of all of it but these numbers.
fn hears_of(node: &Node, fixture: &Fixture, lost: &[u64]) {
    let all = fixture.outlet.entries();
    let heard: Vec<_> = all.into_iter().filter(|entry| !lost.contains(&entry.seq)).collect();
    node.follower.offer(&heard);
}

/// As somebody does who is brought up, until there is nothing more.
async fn brought_up(following: &Following, after: u64) -> Vec<u64> {
    let mut all: Vec<Arc<Entry>> = Vec::new();
    loop {
        let read = following.read(all.last().map_or(after, |last| last.seq)).await.unwrap();
        if read.is_empty() {
            return all.iter().map(|entry| entry.seq).collect();
        }
        all.extend(read);
    }
}

async fn crowd(following: &Following, after: impl IntoIterator<Item = u64>, last: u64) {
    let all = after.into_iter().map(async |after| {
        assert_eq!(brought_up(following, after).await, (after + 1..=last).collect::<Vec<_>>());
    });
    join_all(all).await;
}

fn catch_up(node: &Node) -> u64 {
    node.follower.range_reads().catch_up
}

on_both_databases! {
    /// A node starts, and everyone who was at another one comes to it at once, while the stream goes on.
    async fn a_crowd_reads_each_page_once(database: TestDatabase) {
        let fixture = open(&database).await;
        note_many(&fixture, 40).await;
        let node = node(&fixture, without_tail());
        let following = node.follower.follow(&stream("d-1")).await.unwrap();
        crowd(&following, 0..40, 40).await;
        assert_eq!(catch_up(&node), 3, "40 entries are two pages and a half");
        for last in [45, 50, 70] {
            note_many(&fixture, last - usize::try_from(following.position()).unwrap()).await;
            hears_of(&node, &fixture, &[]);
            let last = u64::try_from(last).unwrap();
            crowd(&following, (0..40).chain(38..last), last).await;
        }
        assert_eq!(node.follower.range_reads(), RangeReads { catch_up: 3, gap: 0, most_at_once: 1 });
    }

    /// Each needs another page, and meanwhile a gap has to be read.
    async fn one_range_is_read_at_a_time(database: TestDatabase) {
        let fixture = open(&database).await;
        note_many(&fixture, 60).await;
        let node = node(&fixture, FollowerOptions { batch: 1, patience_ms: 0, ..without_tail() });
        let following = node.follower.follow(&stream("d-1")).await.unwrap();
        note_many(&fixture, 5).await;
        hears_of(&node, &fixture, &[61, 62, 64]);
        let one_each = (0..60).map(async |after| following.read(after).await.unwrap().len());
        let (read, delivered) = join(join_all(one_each), node.sockets.until(5)).await;
        assert_eq!(read, [1; 60]);
        assert_eq!(delivered, [61, 62, 63, 64, 65]);
        let RangeReads { catch_up, gap, most_at_once } = node.follower.range_reads();
        assert_eq!((catch_up, gap), (60, 3));
        assert_eq!(most_at_once, 1, "at a time");
    }

    /// Then somebody who comes has to read again.
    async fn what_nobody_asks_for_is_not_kept(database: TestDatabase) {
        let fixture = open(&database).await;
        note_many(&fixture, 5).await;
        let node = node(&fixture, FollowerOptions { sweep_ms: 10, past_ms: 0, ..without_tail() });
        let following = node.follower.follow(&stream("d-1")).await.unwrap();
        let read_again = async {
            while catch_up(&node) < 2 {
                assert_eq!(brought_up(&following, 0).await, [1, 2, 3, 4, 5]);
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(Duration::from_secs(30), read_again).await.expect("let go in the end");
    }

    /// An entry that others have overtaken is waited for.
    async fn what_is_late_comes_without_being_read(database: TestDatabase) {
        let fixture = open(&database).await;
        let node = node(&fixture, FollowerOptions { patience_ms: 3_600_000, ..without_tail() });
        let _following = node.follower.follow(&stream("d-1")).await.unwrap();
        note_many(&fixture, 9).await;
        hears_of(&node, &fixture, &[3]);
        hears_of(&node, &fixture, &[]);
        assert_eq!(node.sockets.until(9).await, (1..=9).collect::<Vec<_>>());
        assert_eq!(node.follower.range_reads(), RangeReads::default());
    }
}
