//! Very many who are cut off at one moment and come back at once.

use std::time::Duration;

use homeroom_client::Backoff;
use homeroom_journal::FollowerOptions;
use homeroom_testkit::{Proxy, open_files};
use tokio::time::Instant;

use super::chance::{Chance, often};
use super::cluster::{Cluster, Node};
use super::people;
use super::run::Run;
use super::subscriber::Return;

/// How many are connected, unless `HOMEROOM_FAULT_CLIENTS` says otherwise.
const CLIENTS: usize = 2_000;

/// How many of them connect at a time in the beginning.
const BATCH: usize = 100;

/// How long after they were cut off everyone has everything, at most.
const BACK: Duration = Duration::from_secs(15);

/// As stock clients come back, which begin with a second too.
const POLITE: Backoff = Backoff { base: Duration::from_secs(1), cap: Duration::from_secs(4) };

/// How many of four take up their sessions, at least. Whoever comes while the node is too busy to hear from Redis in time begins a
/// new one.
const TAKEN_UP_OF_FOUR: usize = 3;

/// What cuts them off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    /// Every connection breaks at one moment; the node lives on.
    Connections,
    /// The node is killed, and comes back knowing nothing.
    Node,
}

/// Every connection of theirs breaks, as when a load balancer goes, while grades go on at both nodes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_that_is_cut_off_is_back_with_everything_within_fifteen_seconds() {
    back_with_everything(Cut::Connections).await;
}

/// Their node is killed and comes back knowing nothing, while grades go on at the other one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_whose_node_is_killed_is_back_with_everything_within_fifteen_seconds() {
    back_with_everything(Cut::Node).await;
}

/// All of them are at one node, behind one wire.
async fn back_with_everything(cut: Cut) {
    let clients = often("HOMEROOM_FAULT_CLIENTS", CLIENTS);
    // Theirs, and both ends of each in the wire.
    open_files(4 * clients as u64);
    let mut chance = Chance::seeded();
    let cluster = Cluster::alone().await;
    let mut run = Run::quiet(cluster.place(), POLITE);
    let node = &cluster.nodes[0];
    let wire = Proxy::before(&node.gateway.url()).await;
    let mut people = people::listeners(&cluster.district, 13);
    people.extend(cluster.district.students().into_iter().cycle().take(clients - people.len()));
    for people in people.chunks(BATCH) {
        for user in people {
            run.listen(wire.url().to_owned(), user, Return::Recovery);
        }
        run.everyone().await;
    }
    run.write(2, &mut chance).await;

    let (before, since, first) = (run.arrivals(), run.least_heard(), run.head().await);
    let reads_before = if cut == Cut::Connections { Reads::of(node).await } else { Reads::default() };
    let began = Instant::now();
    match cut {
        Cut::Connections => {
            wire.reset();
            run.more(10).await;
        }
        Cut::Node => {
            node.gateway.kill9();
            run.more(10).await;
            node.gateway.restart();
        }
    }
    let back = run.each(BACK.saturating_sub(began.elapsed()), |n, log| log.arrivals() > before[n]).await;
    let connected = began.elapsed();
    // Whoever comes back names the last entry of before, which is looked up with what came after it.
    let missed = pages(since.saturating_sub(1), run.head().await);
    let (complete, history) = run.complete(BACK.saturating_sub(began.elapsed())).await;
    let took = began.elapsed();
    let reads = Reads::of(node).await;
    let (catch_up, gaps) = (reads.catch_up - reads_before.catch_up, reads.gaps - reads_before.gaps);
    let missing = run.arrivals().iter().zip(&before).filter(|(now, before)| now == before).count();
    println!(
        "all back after {connected:?}, with everything after {took:?}; {catch_up} range reads of the journal for them, where \
         {missed} pages were missed, and {gaps} for what came late"
    );
    assert!(catch_up <= missed, "{catch_up} range reads of {missed} pages of the journal");
    assert!(gaps <= history.head - first, "{gaps} range reads for what came late: some of it came twice");
    assert!(reads.most_at_once <= 1, "{} range reads at once", reads.most_at_once);
    assert!(back, "{missing} of {clients} are not back after {BACK:?}");
    assert!(complete, "not everyone has everything after {BACK:?}");
    assert!(
        run.recovered() >= clients * TAKEN_UP_OF_FOUR / 4,
        "only {} sessions were taken up",
        run.recovered()
    );
    run.verdict().await;
}

/// What the node has read of the journal since its start, range by range.
#[derive(Default)]
struct Reads {
    /// For those who came back.
    catch_up: u64,
    /// For entries that it should have heard of from the other node by then.
    gaps: u64,
    most_at_once: u64,
}

impl Reads {
    async fn of(node: &Node) -> Self {
        Self {
            catch_up: node.metric(r#"journal_range_reads_total{why="catch_up"}"#).await,
            gaps: node.metric(r#"journal_range_reads_total{why="gap"}"#).await,
            most_at_once: node.metric("journal_range_reads_most_at_once").await,
        }
    }
}

/// How many pages it takes to read what comes after one entry, up to another: one if they are in the same.
fn pages(after: u64, last: u64) -> u64 {
    let page = |seq: u64| seq / u64::from(FollowerOptions::default().batch);
    if after < last { page(last - 1) - page(after) + 1 } else { 0 }
}
