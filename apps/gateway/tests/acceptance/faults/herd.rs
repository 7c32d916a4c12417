//! Very many who are cut off at one moment and come back at once.

use std::time::Duration;

use homeroom_client::Backoff;
use homeroom_testkit::open_files;
use tokio::time::{Instant, sleep};

use super::chance::{Chance, often};
use super::cluster::{Cluster, Wires};
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

/// All of them are at one node, which is killed and comes back knowing nothing, while grades go on at the other one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_is_back_with_everything_within_fifteen_seconds() {
    let clients = often("HOMEROOM_FAULT_CLIENTS", CLIENTS);
    open_files(4 * clients as u64);
    let mut chance = Chance::seeded();
    let cluster = Cluster::start_with(Wires::Direct).await;
    let mut run = Run::quiet(cluster.place(), POLITE);
    let node = &cluster.nodes[0];
    let mut people = people::listeners(&cluster.district, 13);
    people.extend(cluster.district.students().into_iter().cycle().take(clients - people.len()));
    for people in people.chunks(BATCH) {
        for user in people {
            run.listen(node.gateway.url(), user, Return::Recovery);
        }
        run.everyone().await;
    }
    run.write(2, &mut chance).await;

    let before = run.returns();
    let cut = Instant::now();
    node.gateway.kill9();
    run.more(10).await;
    node.gateway.restart();
    run.settle().await;
    loop {
        let back = run.returns().iter().zip(&before).filter(|(now, before)| now > before).count();
        if back == clients && run.outstanding().await == 0 {
            break;
        }
        assert!(
            cut.elapsed() < BACK,
            "only {back} are back, and {} deliveries missing",
            run.outstanding().await
        );
        sleep(Duration::from_millis(100)).await;
    }
    println!("all back with everything after {:?}", cut.elapsed());
    let reads = node.metric("journal_range_reads_total").await;
    println!("{reads} range reads of the journal");
    assert!(reads <= READS, "{reads} range reads of the journal");
    assert!(run.recovered() >= clients * 9 / 10, "only {} sessions were taken up", run.recovered());
    run.verdict().await;
}
