//! Nodes that are stopped as an operator does it, and nodes that stand still.

use super::chance::{Chance, rounds};
use super::cluster::Cluster;
use super::run::Run;

/// The nodes are restarted in turn under load, again and again. Whatever was under way is answered when it is repeated.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rolling_restarts_lose_nothing() {
    let mut chance = Chance::seeded();
    let cluster = Cluster::start().await;
    let run = Run::start(&cluster, &mut chance).await;
    for node in cluster.nodes.iter().cycle().take(rounds(20)) {
        node.stop_and_restart();
        run.more(5).await;
    }
    run.verdict().await;
}

/// A node stands still, as a machine does that is out of memory, while much is written at the other one, and goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_stands_still_catches_up() {
    let mut chance = Chance::seeded();
    let cluster = Cluster::start().await;
    let run = Run::start(&cluster, &mut chance).await;
    for node in &cluster.nodes {
        run.more(chance.commands()).await;
        node.gateway.pause();
        run.more(100).await;
        node.gateway.resume();
        run.more(20).await;
    }
    run.verdict().await;
}
