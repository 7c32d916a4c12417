//! Very many who are cut off at one moment and come back at once.

use std::time::Duration;

use homeroom_client::Backoff;
use homeroom_testkit::{Proxy, open_files};
use tokio::time::Instant;

use super::chance::{Chance, often};
use super::cluster::Cluster;
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

/// The most that the node reads of the journal for all of them: what was missed is a page or two, and what comes while it starts
/// may have to be looked for. Were each to read for itself, it would be as many as they are.
const READS: u64 = 20;

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

    let before = run.arrivals();
    let reads = || node.metric("journal_range_reads_total");
    let reads_before = if cut == Cut::Connections { reads().await } else { 0 };
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
    let (complete, _) = run.complete(BACK.saturating_sub(began.elapsed())).await;
    let took = began.elapsed();
    let reads = reads().await - reads_before;
    let missing = run.arrivals().iter().zip(&before).filter(|(now, before)| now == before).count();
    println!(
        "all back after {connected:?}, with everything after {took:?}; {reads} range reads of the journal"
    );
    assert!(back, "{missing} of {clients} are not back after {BACK:?}");
    assert!(complete, "not everyone has everything after {BACK:?}");
    assert!(reads <= READS, "{reads} range reads of the journal");
    assert!(
        run.recovered() >= clients * TAKEN_UP_OF_FOUR / 4,
        "only {} sessions were taken up",
        run.recovered()
    );
    run.verdict().await;
}
