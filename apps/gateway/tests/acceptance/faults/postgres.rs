//! PostgreSQL that dies, stands still, is cut off or loses its answers.

use std::time::Duration;

use homeroom_testkit::delivery::Attempt;
use homeroom_testkit::{AtCommit, Direction};
use tokio::time::timeout;

use super::chance::Chance;
use super::cluster::Cluster;
use super::run::Run;

/// PostgreSQL is killed under load, three times, and comes back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_postgres_takes_nothing_back() {
    let mut chance = Chance::seeded();
    let cluster = Cluster::start().await;
    let run = Run::start(&cluster, &mut chance).await;
    for _ in 0..3 {
        run.more(chance.commands()).await;
        cluster.postgres.kill9();
        run.failures(1).await;
        cluster.postgres.restart();
        run.more(20).await;
    }
    run.verdict().await;
}

/// PostgreSQL stands still for a while: who asks is told so, and everything goes on when it does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_may_stand_still() {
    let mut chance = Chance::seeded();
    let cluster = Cluster::start().await;
    let run = Run::start(&cluster, &mut chance).await;
    cluster.postgres.pause();
    run.failures(1).await;
    cluster.postgres.resume();
    run.more(20).await;
    run.verdict().await;
}

/// One node's link to PostgreSQL is cut, then the other's, then both.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_link_to_postgres_loses_nothing() {
    let mut chance = Chance::seeded();
    let cluster = Cluster::start().await;
    let run = Run::start(&cluster, &mut chance).await;
    let [one, other] = cluster.postgres_wires();
    for wires in [&[one][..], &[other], &[one, other]] {
        run.more(chance.commands()).await;
        for wire in wires {
            wire.cut();
        }
        run.failures(1).await;
        for wire in wires {
            wire.heal();
        }
        run.more(20).await;
    }
    run.verdict().await;
}

/// What one node says to PostgreSQL is held back, or what it answers, for longer than a COMMIT is waited for: what the
/// gateway then calls unknown is settled by repeating it at the other node.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_to_postgres_that_goes_one_way_loses_nothing() {
    let mut chance = Chance::seeded();
    let cluster = Cluster::start().await;
    let run = Run::start(&cluster, &mut chance).await;
    for (wire, direction) in
        cluster.postgres_wires().into_iter().zip([Direction::ToServer, Direction::ToClient])
    {
        run.more(chance.commands()).await;
        wire.stall(direction);
        run.failures(1).await;
        wire.heal();
        run.more(20).await;
    }
    run.verdict().await;
}

/// COMMIT takes effect and its answer never comes, ten times on either node.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_whose_answer_is_lost_takes_effect_once() {
    let mut chance = Chance::seeded();
    let cluster = Cluster::start().await;
    let run = Run::start(&cluster, &mut chance).await;
    for wire in cluster.postgres_wires().into_iter().cycle().take(20) {
        run.more(chance.commands()).await;
        wire.at_next_commit(AtCommit::LoseAnswer);
        timeout(Duration::from_secs(30), wire.commit_spoilt()).await.expect("a COMMIT");
        run.more(4).await;
    }
    let refused = run.attempts().into_iter().filter(|(attempt, _)| matches!(attempt, Attempt::Refused(_)));
    assert_eq!(refused.count(), 0, "nobody may say that nothing happened");
    run.verdict().await;
}

/// COMMIT doesn't arrive, ten times on either node: what the transaction had begun leaves no trace, and no gap.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_does_not_arrive_leaves_nothing_behind() {
    let mut chance = Chance::seeded();
    let cluster = Cluster::start().await;
    let run = Run::start(&cluster, &mut chance).await;
    for wire in cluster.postgres_wires().into_iter().cycle().take(20) {
        run.more(chance.commands()).await;
        wire.at_next_commit(AtCommit::CutBefore);
        timeout(Duration::from_secs(30), wire.commit_spoilt()).await.expect("a COMMIT");
        run.more(4).await;
    }
    run.verdict().await;
}
