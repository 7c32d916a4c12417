//! Processes that are killed at random moments.

use super::chance::{Chance, rounds};
use super::cluster::Cluster;
use super::run::Run;

/// Either node is killed in the middle of the load, again and again, at random moments.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_nodes_lose_nothing() {
    let mut chance = Chance::seeded();
    let cluster = Cluster::start().await;
    let run = Run::start(&cluster, &mut chance).await;
    for _ in 0..rounds(20) {
        run.more(chance.commands()).await;
        let node = &cluster.nodes[usize::from(chance.below(2) == 0)];
        node.kill_and_restart();
        run.more(10).await;
    }
    run.verdict().await;
}
