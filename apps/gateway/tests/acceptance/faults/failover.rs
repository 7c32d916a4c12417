//! A Redis whose server fails and is replaced, by Sentinel or within a Redis Cluster. The nodes follow by themselves: meanwhile
//! grades are set as ever, and then the bus and the sessions go on where the replica has taken over.

use std::time::Duration;

use homeroom_testkit::delivery::Attempt;
use homeroom_testkit::{Redis, RedisCluster, RedisSentinels};
use tokio::time::Instant;

use super::chance::Chance;
use super::cluster::{Cluster, eventually};
use super::run::Run;

/// How long after a server has failed everything is as before, at most.
const REPLACED: Duration = Duration::from_secs(30);

/// How a server fails.
#[derive(Debug, Clone, Copy)]
enum Failure {
    /// It is killed, and its connections are closed.
    Dies,
    /// Its connections stay open and nothing is answered.
    Hangs,
}

impl Failure {
    fn befall(self, server: &Redis) {
        match self {
            Self::Dies => server.kill9(),
            Self::Hangs => server.pause(),
        }
    }

    fn pass(self, server: &Redis) {
        match self {
            Self::Dies => server.restart(),
            Self::Hangs => server.resume(),
        }
    }
}

/// The master dies, and Sentinel puts its replica in its place.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_master_that_dies_under_sentinel_takes_no_event_with_it() {
    under_sentinel(Failure::Dies).await;
}

/// The master hangs, and Sentinel puts its replica in its place; what it then says is not listened to any more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_master_that_hangs_under_sentinel_takes_no_event_with_it() {
    under_sentinel(Failure::Hangs).await;
}

/// The node of a Redis Cluster dies that carries the district's messages, and its replica takes its place.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_node_that_dies_takes_no_event_with_it() {
    in_a_cluster(Failure::Dies).await;
}

/// The same node hangs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_node_that_hangs_takes_no_event_with_it() {
    in_a_cluster(Failure::Hangs).await;
}

async fn under_sentinel(failure: Failure) {
    let cluster = Cluster::with(RedisSentinels::start, RedisSentinels::url).await;
    let [master, replica] = cluster.redis.servers();
    fails_over(&cluster, failure, master, replica).await;
}

async fn in_a_cluster(failure: Failure) {
    let cluster = Cluster::with(RedisCluster::start_with_replica, RedisCluster::url).await;
    let (master, replica) = (cluster.redis.first(), cluster.redis.replica());
    let channel = format!("homeroom:tenant:{}", cluster.district.tenant);
    assert_eq!(cluster.redis.holding(&channel).url(), master.url(), "the node that fails carries {channel}");
    fails_over(&cluster, failure, master, replica).await;
}

/// The master fails under load and its replica takes over, before the master is back.
async fn fails_over<R>(cluster: &Cluster<R>, failure: Failure, master: &Redis, replica: &Redis) {
    let mut chance = Chance::seeded();
    let run = Run::start(cluster, &mut chance).await;
    let before = run.attempts().len();
    run.more(chance.commands()).await;

    failure.befall(master);
    let failed = Instant::now();
    run.more(20).await;
    eventually("the replica is a master", async || replica.ask("ROLE")[0] == "master").await;
    let replaced = failed.elapsed();
    for node in &cluster.nodes {
        let heard = node.metric("bus_heard_total").await;
        eventually("a node hears of the other one", async || node.metric("bus_heard_total").await > heard)
            .await;
        eventually("a node does without Redis no more", async || node.is_whole().await).await;
    }
    println!("replaced after {replaced:?}, and as before after {:?}", failed.elapsed());
    run.more(20).await;
    for (attempt, _) in run.attempts().split_off(before) {
        assert!(matches!(attempt, Attempt::Acked(_)), "no grade minds, but: {attempt:?}");
    }

    let taken_up = run.takes_up_a_session_after(|| cluster.nodes[0].kill_and_restart(), REPLACED).await;
    assert!(taken_up, "no session is taken up from the new master after {REPLACED:?}");
    failure.pass(master);
    eventually("the old master follows", async || replica.ask("ROLE").len() > 2).await;
    run.more(40).await;
    run.verdict().await;
}
