//! Redis under Sentinel and as a Cluster: what becomes of state when a server goes and another takes its place.

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;
use homeroom_contract::TenantId;
use homeroom_state::{
    Bus, Circuit, Class, Disturbance, Heard, Held, Key, Latest, RedisOptions, RedisState, StateAdapter,
    StateError, Subscription,
};
use homeroom_testkit::{Redis, RedisCluster, RedisSentinels};
use tokio::time::{sleep, timeout};

use crate::bus::topic;
use crate::redis::{node, until_heard, until_heard_on};

const HOUR: Duration = Duration::from_hours(1);
const PREFIX: &str = "homeroom";

fn options() -> RedisOptions {
    RedisOptions { circuit_failures: 3, circuit_probe_ms: 100, timeout_ms: 500, ..RedisOptions::default() }
}

fn key(n: usize) -> Key {
    Key::of(&TenantId::new("d-1").unwrap(), "test").and(&n.to_string())
}

async fn until<F: Future<Output = bool>>(what: &str, mut ask: impl FnMut() -> F) {
    timeout(Duration::from_mins(2), async {
        while !ask().await {
            sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .unwrap_or_else(|_| panic!("not until {what}"));
}

async fn until_written(state: &RedisState) {
    until("it can be written", || async {
        state.set_field(&key(0), "written", Bytes::new(), None).await.is_ok()
    })
    .await;
}

async fn sentinels() -> RedisSentinels {
    tokio::task::spawn_blocking(RedisSentinels::start).await.unwrap()
}

/// The master dies, its replica becomes the master, and state goes on there; a sentinel that hangs meanwhile, the first that is
/// asked, holds nobody up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn state_follows_the_master() {
    let redis = sentinels().await;
    let state = RedisState::open(&redis.url(), options()).unwrap();
    until_written(&state).await;
    let [master, replica] = redis.servers();
    until("it is replicated", || async { replica.ask("DBSIZE") == ["1"] }).await;
    tokio::task::block_in_place(|| master.kill9());
    // Two of three sentinels are enough to agree.
    redis.sentinels()[0].pause();
    until_written(&state).await;
    assert_eq!(state.field(&key(0), "written").await.unwrap(), Some(Bytes::new()));
    assert_eq!(replica.ask("ROLE")[0], "master");
    until("the circuit closes", || async { state.circuit() == Circuit::Closed }).await;
    redis.sentinels()[0].resume();
}

/// The master dies before its replica has heard of the last write: the one before is not taken for the last, until somebody sets it
/// again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_replica_has_may_not_be_the_last() {
    let redis = sentinels().await;
    let state = RedisState::open(&redis.url(), options()).unwrap();
    until_written(&state).await;
    let write = |field: &str| Held { key: key(1), field: field.to_owned(), value: Bytes::new() };
    let latest = |field: &str, is_last| Latest { field: field.to_owned(), value: Bytes::new(), is_last };
    assert_eq!(state.set_latest(&[write("1")], HOUR).await.unwrap(), 1);
    let [master, replica] = redis.servers();
    until("it is replicated", || async { replica.ask("DBSIZE") == ["2"] }).await;
    replica.ask("REPLICAOF 127.0.0.1 1");
    assert_eq!(state.set_latest(&[write("2")], HOUR).await.unwrap(), 1);
    assert_eq!(state.latest(&key(1)).await.unwrap(), Some(latest("2", true)));
    let disturbed = state.disturbed();
    tokio::task::block_in_place(|| master.kill9());
    until_written(&state).await;
    assert_eq!(state.latest(&key(1)).await.unwrap(), Some(latest("1", false)), "another one took it");
    assert_ne!(*disturbed.borrow(), Disturbance::None);
    assert_eq!(state.set_latest(&[write("2")], HOUR).await.unwrap(), 1);
    assert_eq!(state.latest(&key(1)).await.unwrap(), Some(latest("2", true)));
}

/// The servers change places and back again, and neither was started anew: what was taken before that is not taken for the last.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nor_may_what_a_master_has_that_was_none_meanwhile() {
    let redis = sentinels().await;
    let state = RedisState::open(&redis.url(), options()).unwrap();
    until_written(&state).await;
    let write = Held { key: key(1), field: "1".to_owned(), value: Bytes::new() };
    let is_last = async || state.latest(&key(1)).await.ok().flatten().map(|latest| latest.is_last);
    assert_eq!(state.set_latest(&[write], HOUR).await.unwrap(), 1);
    assert_eq!(is_last().await, Some(true));
    let [one, other] = redis.servers();
    for (before, after) in [(one, other), (other, one)] {
        until("they may change places", || async { redis.fail_over() }).await;
        until("they have changed places", || async { after.ask("ROLE")[0] == "master" }).await;
        until("the old master follows", || async { before.ask("ROLE").contains(&"connected".to_owned()) })
            .await;
        until_written(&state).await;
        assert_eq!(is_last().await, Some(false));
    }
}

/// Server and replica change places though neither has failed: nothing is written to the old master.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn state_follows_a_master_that_was_relieved() {
    let redis = sentinels().await;
    let state = RedisState::open(&redis.url(), options()).unwrap();
    until_written(&state).await;
    until("they may change places", || async { redis.fail_over() }).await;
    let [before, after] = redis.servers();
    until("they have changed places", || async { after.ask("ROLE")[0] == "master" }).await;
    until("the old master follows", || async { before.ask("ROLE")[0] == "slave" }).await;
    until_written(&state).await;
    state.set_field(&key(7), "f", Bytes::new(), None).await.unwrap();
    assert_eq!(after.ask("EXISTS homeroom:d-1:test:7"), ["1"]);
}

/// The bus too goes over the new master, and whoever listens is told that something may have been missed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bus_follows_the_master() {
    let redis = sentinels().await;
    let (one, ..) = node(&redis.url(), &options());
    let (other, ..) = node(&redis.url(), &options());
    let mut listener = other.subscribe(&topic("d-1")).await.unwrap();
    until_heard(&one, &mut listener).await;
    let [master, replica] = redis.servers();
    tokio::task::block_in_place(|| master.kill9());
    let besides = until_heard(&one, &mut listener).await;
    assert!(besides.contains(&Heard::Missed(0)), "{besides:?}");
    assert_eq!(replica.ask("ROLE")[0], "master");
    assert_eq!(replica.ask("PUBSUB NUMSUB homeroom:tenant:d-1"), ["homeroom:tenant:d-1", "1"]);

    // The old master is back, follows, and is given its place again: neither has failed this time.
    tokio::task::block_in_place(|| master.restart());
    until("it follows", || async { master.ask("ROLE").contains(&"connected".to_owned()) }).await;
    until("they may change places again", || async { redis.fail_over() }).await;
    until("they have", || async { master.ask("ROLE")[0] == "master" }).await;
    until("the bus goes over it", || async {
        master.ask("PUBSUB NUMSUB homeroom:tenant:d-1") == ["homeroom:tenant:d-1", "1"]
    })
    .await;
    until_heard(&one, &mut listener).await;
}

async fn cluster() -> RedisCluster {
    tokio::task::spawn_blocking(RedisCluster::start).await.unwrap()
}

fn held(n: usize) -> Held {
    Held { key: key(n), field: "f".to_owned(), value: Bytes::from_static(b"x") }
}

fn is_on(cluster: &RedisCluster, node: &Redis, n: usize) -> bool {
    cluster.holding(&format!("{PREFIX}:{}", key(n))).url() == node.url()
}

/// A node of a cluster dies: what is on the others goes on and what was on it fails at once, until it is back, empty.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_loses_a_node() {
    let cluster = cluster().await;
    let state = RedisState::open(&cluster.url(), options()).unwrap();
    until_written(&state).await;
    let leases: Vec<_> = (0..300).map(held).collect();
    assert_eq!(state.renew(&leases, HOUR).await.unwrap(), 300);
    assert_eq!(state.renew(&leases, HOUR).await.unwrap(), 0);

    let node = cluster.holding(&format!("{PREFIX}:{}", key(0)));
    let (lost, mut kept): (Vec<_>, Vec<_>) = (0..300).partition(|n| is_on(&cluster, node, *n));
    // Where two nodes meet, the sixteenth of the slots that they share has one circuit.
    let sixteenth = |n: &usize| {
        let slot = cluster.first().ask(&format!("CLUSTER KEYSLOT {PREFIX}:{}", key(*n))).concat();
        slot.parse::<u16>().unwrap() / 1_024
    };
    let touched: BTreeSet<_> = lost.iter().map(sixteenth).collect();
    kept.retain(|n| !touched.contains(&sixteenth(n)));
    assert!(!lost.is_empty() && kept.len() > 20);
    tokio::task::block_in_place(|| node.kill9());
    until("the others go on", || async {
        let mut answers = Vec::new();
        for n in &kept[..20] {
            answers.push(state.field(&key(*n), "f").await);
        }
        answers.iter().all(Result::is_ok)
    })
    .await;
    for n in &lost {
        let answer =
            timeout(Duration::from_secs(20), state.field(&key(*n), "f")).await.expect("does not hang");
        assert!(matches!(answer, Err(StateError::Unavailable(_))), "{answer:?}");
    }
    assert_eq!(state.circuit(), Circuit::Open);
    let (unanswered, asked) = (state.counts().unanswered, u64::try_from(lost.len()).unwrap());
    assert!(unanswered < asked, "{unanswered} of {asked} were waited for");
    // What can be renewed is, though the whole says that something failed.
    for n in &kept[..20] {
        assert!(state.delete(&key(*n)).await.unwrap());
    }
    state.renew(&leases, HOUR).await.unwrap_err();
    for n in &kept[..20] {
        assert!(state.field(&key(*n), "f").await.unwrap().is_some());
    }

    tokio::task::block_in_place(|| node.restart());
    until("all of it is back", || async { state.renew(&leases, HOUR).await.is_ok() }).await;
    until("the circuits close", || async { state.circuit() == Circuit::Closed }).await;
    assert_eq!(state.renew(&leases, HOUR).await.unwrap(), 0);
}

/// Two districts whose channels are on different nodes.
fn districts_apart(cluster: &RedisCluster) -> (String, String) {
    let node_of = |district: &str| cluster.holding(&format!("{PREFIX}:tenant:{district}")).url();
    let far = (2..100).map(|n| format!("d-{n}")).find(|far| node_of(far) != node_of("d-1")).unwrap();
    ("d-1".to_owned(), far)
}

/// What a listener has heard without waiting for more.
async fn heard_by_now(listener: &mut Subscription) -> Vec<Heard> {
    let mut heard = Vec::new();
    while let Ok(Some(next)) = timeout(Duration::from_millis(100), listener.next()).await {
        heard.push(next);
    }
    heard
}

/// A topic lives on its shard. When that node dies the other shards' topics go on; when it is back, without having known
/// anybody, it is subscribed to again, and that holds.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bus_survives_the_loss_of_a_cluster_node() {
    let cluster = cluster().await;
    let (one, ..) = node(&cluster.url(), &options());
    let (other, ..) = node(&cluster.url(), &options());
    let (near, far) = districts_apart(&cluster);
    let mut at_near = other.subscribe(&topic(&near)).await.unwrap();
    let mut at_far = other.subscribe(&topic(&far)).await.unwrap();
    until_heard_on(&near, &one, &mut at_near).await;
    until_heard_on(&far, &one, &mut at_far).await;
    let channel = format!("{PREFIX}:tenant:{near}");
    let shard = cluster.holding(&channel);
    let listeners = || shard.ask(&format!("PUBSUB SHARDNUMSUB {channel}"));
    assert_eq!(listeners(), [channel.clone(), "1".to_owned()], "sharded, and on this node");

    for _ in 0..2 {
        heard_by_now(&mut at_near).await;
        tokio::task::block_in_place(|| shard.kill9());
        until_heard_on(&far, &one, &mut at_far).await;
        let dropped = one.counts().dropped_hints;
        until("what can't be published is counted", || async {
            one.publish(&topic(&near), Class::Hint, Bytes::new());
            one.counts().dropped_hints > dropped
        })
        .await;
        tokio::task::block_in_place(|| shard.restart());
        let besides = until_heard_on(&near, &one, &mut at_near).await;
        assert!(besides.contains(&Heard::Missed(0)), "{besides:?}");
        assert_eq!(listeners()[1], "1", "and not twice");
    }
    let counts = other.counts();
    assert!(counts.heard > 0 && counts.breaks >= 2, "{counts:?}");
}

/// The same for a node that stands still and goes on: nobody waits for it, and all is heard again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_node_that_stands_still() {
    let cluster = cluster().await;
    let (one, ..) = node(&cluster.url(), &options());
    let (other, ..) = node(&cluster.url(), &options());
    let state = RedisState::open(&cluster.url(), options()).unwrap();
    until_written(&state).await;
    let (near, far) = districts_apart(&cluster);
    let mut at_near = other.subscribe(&topic(&near)).await.unwrap();
    let mut at_far = other.subscribe(&topic(&far)).await.unwrap();
    until_heard_on(&near, &one, &mut at_near).await;
    let shard = cluster.holding(&format!("{PREFIX}:tenant:{near}"));
    let lost: Vec<_> = (0..200).filter(|n| is_on(&cluster, shard, *n)).collect();
    until_heard_on(&far, &one, &mut at_far).await;
    heard_by_now(&mut at_far).await;
    shard.pause();
    // For longer than it takes to give a silent node up.
    for _ in 0..60 {
        one.publish(&topic(&near), Class::Hint, Bytes::new());
        one.publish(&topic(&far), Class::Hint, Bytes::new());
        let next =
            timeout(Duration::from_secs(20), at_far.next()).await.expect("the other shards' topics go on");
        assert_eq!(next, Some(Heard::Message(Bytes::new())), "and nobody there is troubled");
        sleep(Duration::from_millis(100)).await;
    }
    for n in &lost {
        let answer =
            timeout(Duration::from_secs(20), state.field(&key(*n), "f")).await.expect("does not hang");
        assert!(matches!(answer, Err(StateError::Unavailable(_))), "{answer:?}");
    }
    assert!(state.counts().unanswered < u64::try_from(lost.len()).unwrap());
    shard.resume();
    until_heard_on(&near, &one, &mut at_near).await;
    until("the circuits close", || async { state.circuit() == Circuit::Closed }).await;
    for n in lost {
        state.set_field(&key(n), "f", Bytes::new(), None).await.unwrap();
    }
}

/// A node that falls silent without closing a connection, as a machine without power does: its replica takes its place, and state
/// and bus go on there, while it is still silent and though nobody is told.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_takes_the_place_of_a_silent_cluster_node() {
    let cluster = tokio::task::spawn_blocking(RedisCluster::start_with_replica).await.unwrap();
    let (one, ..) = node(&cluster.url(), &options());
    let (other, ..) = node(&cluster.url(), &options());
    let state = RedisState::open(&cluster.url(), options()).unwrap();
    let first = cluster.first().url();
    let holds = |key: &str| cluster.holding(key).url() == first;
    let n = (0..200).find(|n| holds(&format!("{PREFIX}:{}", key(*n)))).unwrap();
    let district =
        (0..200).map(|n| format!("d-{n}")).find(|d| holds(&format!("{PREFIX}:tenant:{d}"))).unwrap();
    let written = || async { state.set_field(&key(n), "f", Bytes::new(), None).await.is_ok() };
    until("it can be written", written).await;
    let mut listener = other.subscribe(&topic(&district)).await.unwrap();
    until_heard_on(&district, &one, &mut listener).await;

    cluster.first().pause();
    let replica = cluster.replica();
    until("the replica is a master", || async { replica.ask("ROLE")[0] == "master" }).await;
    until("it can be written again", written).await;
    assert_eq!(replica.ask(&format!("EXISTS {PREFIX}:{}", key(n))), ["1"]);
    until_heard_on(&district, &one, &mut listener).await;
    let channel = format!("{PREFIX}:tenant:{district}");
    assert_eq!(replica.ask(&format!("PUBSUB SHARDNUMSUB {channel}"))[1], "1");
    until("the circuits close", || async { state.circuit() == Circuit::Closed }).await;
}
