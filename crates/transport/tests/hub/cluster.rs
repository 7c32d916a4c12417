//! Who is there and how many connections somebody has, on several nodes: all in this process over shared memory, and the same
//! over a real Redis.

use std::time::Duration;

use futures_util::future::join_all;
use homeroom_client::{Client, Emission, Socket};
use homeroom_state::RedisOptions;
use homeroom_testkit::Redis;
use homeroom_transport::TransportConfig;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, timeout};

use crate::board::class;
use crate::node::{Cluster, Node, PATIENCE, drained, next_named, often_looked_for};

/// Leases that end soon enough for a test to wait for it.
fn short() -> TransportConfig {
    TransportConfig { lease_ms: 900, ..TransportConfig::default() }
}

/// Leases that a node on a busy machine puts back in time when Redis is there again.
fn long_enough() -> TransportConfig {
    TransportConfig { lease_ms: 2_400, ..TransportConfig::default() }
}

/// By the time that a killed node's people are gone everywhere, its leases and a sweep and a half have passed.
const GONE: Duration = Duration::from_secs(5);

async fn redis(prefix: &str) -> Cluster {
    let url = tokio::task::spawn_blocking(|| Redis::shared().url()).await.unwrap();
    Cluster::on_redis(url, prefix)
}

fn all_may(node: &Node, people: &[&str]) {
    for user in people {
        node.rules.allow(user, class("c-1"));
    }
}

async fn online(socket: &Socket) -> Vec<String> {
    let joined = socket.request("board:join", &json!({ "classId": "c-1" })).await.unwrap();
    let users = joined["onlineUsers"].as_array().unwrap().clone();
    users.iter().map(|user| user["userId"].as_str().unwrap().to_owned()).collect()
}

/// Asks until the answer is this.
async fn until_online(socket: &Socket, expected: &[&str]) {
    let reached = timeout(PATIENCE, async {
        while online(socket).await != expected {
            sleep(Duration::from_millis(20)).await;
        }
    });
    assert!(reached.await.is_ok(), "{:?} and not {expected:?}", online(socket).await);
}

/// What this socket was told of people coming and going.
async fn comings(socket: &Socket) -> Vec<String> {
    let events = drained(socket).await;
    let told = events.iter().filter(|event| event.name.starts_with("user:"));
    told.map(|event| format!("{} {}", event.name, event.data()["userId"].as_str().unwrap())).collect()
}

async fn a_person_is_there_once(cluster: Cluster) {
    let [here, there] = [cluster.node(short()).await, cluster.node(short()).await];
    for node in [&here, &there] {
        all_may(node, &["ada", "ben", "cleo"]);
    }
    let (_a, ada) = here.joined("ada", "c-1").await;
    let (_b, ben) = there.joined("ben", "c-1").await;
    assert_eq!(online(&ben).await, ["ada", "ben"]);
    assert_eq!(next_named(&ada, "user:joined").await["userId"], "ben");
    // Ben comes a second time, on the other node: that is no news for anyone.
    let (ben_here, _) = here.joined("ben", "c-1").await;
    let (cleo_there, _) = there.joined("cleo", "c-1").await;
    assert_eq!(next_named(&ada, "user:joined").await["userId"], "cleo");
    assert_eq!(next_named(&ben, "user:joined").await["userId"], "cleo");
    ben_here.close().await;
    cleo_there.close().await;
    assert_eq!(next_named(&ada, "user:left").await["userId"], "cleo");
    assert_eq!(next_named(&ben, "user:left").await["userId"], "cleo");
    until_online(&ada, &["ada", "ben"]).await;
    assert_eq!(comings(&ada).await, [""; 0], "and that was all");
    assert_eq!(comings(&ben).await, [""; 0]);
    let over_http = here.post("board:join", "ada").json(&json!({ "classId": "c-1" })).send().await.unwrap();
    let joined: Value = over_http.json().await.unwrap();
    assert_eq!(joined["data"]["onlineUsers"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_person_is_there_once_however_many_sockets_on_however_many_nodes() {
    a_person_is_there_once(Cluster::in_memory()).await;
}

#[tokio::test]
async fn a_person_is_there_once_over_redis() {
    a_person_is_there_once(redis("once").await).await;
}

/// Many come at once on two nodes: everyone who was there before hears of each of them once, and all see the same list.
#[tokio::test]
async fn of_many_who_come_at_once_each_is_told_once() {
    let cluster = Cluster::in_memory();
    let nodes = [cluster.node(short()).await, cluster.node(short()).await];
    let people: Vec<_> = (10..40).map(|n| format!("p{n}")).collect();
    for node in &nodes {
        all_may(node, &["ada", "ben"]);
        all_may(node, &people.iter().map(String::as_str).collect::<Vec<_>>());
    }
    let (_a, ada) = nodes[0].joined("ada", "c-1").await;
    let (_b, ben) = nodes[1].joined("ben", "c-1").await;
    next_named(&ada, "user:joined").await;
    let come = people.iter().enumerate().map(|(n, user)| nodes[n % 2].joined(user, "c-1"));
    let sockets: Vec<(Client, Socket)> = join_all(come).await;
    for socket in [&ada, &ben] {
        let mut told = Vec::new();
        while told.len() < people.len() {
            told.push(next_named(socket, "user:joined").await["userId"].as_str().unwrap().to_owned());
        }
        told.sort();
        assert_eq!(told, people);
    }
    let mut everyone: Vec<_> = people.iter().map(String::as_str).collect();
    everyone.splice(0..0, ["ada", "ben"]);
    for (_, socket) in &sockets {
        until_online(socket, &everyone).await;
    }
    assert_eq!(comings(&ada).await, [""; 0]);
}

async fn a_killed_node(cluster: Cluster) {
    let here = cluster.node(short()).await;
    let (there, life) = cluster.mortal(short());
    for node in [&here, &there] {
        all_may(node, &["ada", "ben"]);
    }
    let (_a, ada) = here.joined("ada", "c-1").await;
    let (_b, ben) = there.joined("ben", "c-1").await;
    assert_eq!(next_named(&ada, "user:joined").await["userId"], "ben");
    ben.request("pen:hold", &json!({ "classId": "c-1" })).await.unwrap();
    assert_eq!(next_named(&ada, "pen.moved").await, json!({ "userId": "ben", "isMoving": true }));
    let killed = Instant::now();
    life.end();
    // Nobody says goodbye. The pen's own time is an hour: it is laid down since the node's lease ends.
    let (mut laid, mut left) = (false, false);
    while !(laid && left) {
        let event = timeout(GONE, ada.next_event()).await.expect("in time").unwrap();
        laid |= event.name == "pen.moved" && event.data()["isMoving"] == false;
        left |= event.name == "user:left" && event.data()["userId"] == "ben";
    }
    assert!(killed.elapsed() < GONE);
    assert_eq!(online(&ada).await, ["ada"]);
    // The sockets of the test's node must not be dropped with its runtime gone.
    std::mem::forget(there);
}

#[tokio::test]
async fn the_people_of_a_killed_node_go_and_stop_typing() {
    a_killed_node(Cluster::in_memory()).await;
}

#[tokio::test]
async fn the_people_of_a_killed_node_go_over_redis() {
    a_killed_node(redis("killed").await).await;
}

/// Tries until there is a place, on a new connection each time.
async fn let_in(node: &Node) -> Client {
    loop {
        let client = node.client("ada").await;
        if client.namespace("/board").await.is_ok() {
            return client;
        }
        sleep(Duration::from_millis(10)).await;
    }
}

async fn so_many_connections(cluster: Cluster) {
    let config = || TransportConfig { max_connections_per_user: 3, ..short() };
    let here = cluster.node(config()).await;
    let (there, life) = cluster.mortal(config());
    let (first, _) = here.socket("ada").await;
    let (_second, _) = there.socket("ada").await;
    let (_third, _) = there.socket("ada").await;
    for node in [&here, &there] {
        let client = node.client("ada").await;
        let refused = client.namespace("/board").await.unwrap_err();
        assert_eq!(refused.code().unwrap().as_str(), "TOO_MANY_CONNECTIONS");
    }
    here.socket("ben").await;
    first.close().await;
    let _fourth =
        timeout(PATIENCE, let_in(&there)).await.expect("a place that was given back here is free there");
    life.end();
    let back = async { [let_in(&here).await, let_in(&here).await, let_in(&here).await] };
    let _back = timeout(GONE, back).await.expect("a dead node's places are free when its leases end");
    std::mem::forget(there);
}

#[tokio::test]
async fn a_person_has_so_many_connections_on_all_nodes_together() {
    so_many_connections(Cluster::in_memory()).await;
}

#[tokio::test]
async fn a_person_has_so_many_connections_over_redis() {
    so_many_connections(redis("places").await).await;
}

/// Redis is killed and comes back empty: nothing waits for it, nobody is told that anyone left who didn't, and everything is
/// there again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_may_lose_everything() {
    let server = tokio::task::spawn_blocking(Redis::start).await.unwrap();
    // A Redis that is gone is known at once by its port. How long a living one may take to answer is not what is tested here: on
    // a busy machine it takes longer than a call waits for it, and is then taken to be away.
    let patient = RedisOptions { timeout_ms: 5_000, ..often_looked_for("lost") };
    let cluster = Cluster::on_redis_with(server.url(), patient);
    let config = || TransportConfig { max_connections_per_user: 2, state_wait_ms: 5_000, ..long_enough() };
    let [here, there] = [cluster.node(config()).await, cluster.node(config()).await];
    for node in [&here, &there] {
        all_may(node, &["ada", "ben", "cleo"]);
    }
    let (_a, ada) = here.joined("ada", "c-1").await;
    let (_b, ben) = there.joined("ben", "c-1").await;
    next_named(&ada, "user:joined").await;
    tokio::task::block_in_place(|| server.kill9());
    // While it is away, this node's people are seen by its own sockets, and counted.
    let (cleo, _) = here.joined("cleo", "c-1").await;
    assert_eq!(next_named(&ada, "user:joined").await["userId"], "cleo");
    let (_cleo_2, _) = here.socket("cleo").await;
    let third = here.client("cleo").await;
    assert_eq!(third.namespace("/board").await.unwrap_err().code().unwrap().as_str(), "TOO_MANY_CONNECTIONS");
    there.socket("cleo").await;
    tokio::task::block_in_place(|| server.restart());
    assert_eq!(next_named(&ben, "user:joined").await["userId"], "cleo");
    cleo.close().await;
    assert_eq!(next_named(&ben, "user:left").await["userId"], "cleo");
    assert_eq!(next_named(&ada, "user:left").await["userId"], "cleo");
    until_online(&ada, &["ada", "ben"]).await;
    assert_eq!(comings(&ada).await, [""; 0], "ben never left");
    assert_eq!(comings(&ben).await, [""; 0], "nor did ada");
}

/// Redis stands still for longer than every lease, and goes on: calls are answered meanwhile, and nobody is told that anyone left.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_may_stand_still() {
    let server = tokio::task::spawn_blocking(Redis::start).await.unwrap();
    let cluster = Cluster::on_redis(server.url(), "still");
    let [here, there] = [cluster.node(long_enough()).await, cluster.node(long_enough()).await];
    for node in [&here, &there] {
        all_may(node, &["ada", "ben", "cleo"]);
    }
    let (_a, ada) = here.joined("ada", "c-1").await;
    let (_b, ben) = there.joined("ben", "c-1").await;
    next_named(&ada, "user:joined").await;
    server.pause();
    let (_c, cleo) = timeout(PATIENCE, here.joined("cleo", "c-1")).await.expect("nobody waits for it");
    assert_eq!(next_named(&ada, "user:joined").await["userId"], "cleo");
    assert_eq!(online(&cleo).await, ["ada", "ben", "cleo"], "what was known of the others stays");
    // All leases end meanwhile, by the clock of a server that does not renew them.
    sleep(Duration::from_millis(long_enough().lease_ms)).await;
    server.resume();
    assert_eq!(next_named(&ben, "user:joined").await["userId"], "cleo");
    until_online(&ben, &["ada", "ben", "cleo"]).await;
    assert_eq!(comings(&ada).await, [""; 0], "ben never left");
    assert_eq!(comings(&ben).await, [""; 0], "nor did ada");
}

/// People of a node that stops are gone at once, long before its leases would end.
#[tokio::test]
async fn the_people_of_a_node_that_stops_go_at_once() {
    let cluster = Cluster::in_memory();
    let quick = || TransportConfig {
        drain_spread_ms: 50,
        drain_grace_ms: 200,
        call_timeout_ms: 60_000,
        lease_ms: 600_000,
        ..TransportConfig::default()
    };
    let [here, there] = [cluster.node(quick()).await, cluster.node(quick()).await];
    for node in [&here, &there] {
        all_may(node, &["ada", "ben", "cleo"]);
    }
    let (_a, ada) = here.joined("ada", "c-1").await;
    let (_b, _ben) = there.joined("ben", "c-1").await;
    let (_c, cleo) = there.joined("cleo", "c-1").await;
    for _ in 0..2 {
        next_named(&ada, "user:joined").await;
    }
    // Cleo's node can't be done with what she has asked for: she goes all the same.
    cleo.emit(Emission::new("note:never").arg(&json!({})).unwrap()).await.unwrap();
    timeout(PATIENCE, there.begun.notified()).await.unwrap();
    assert!(!there.transport.drain().await);
    assert_eq!(next_named(&ada, "user:left").await["userId"], "ben");
    assert_eq!(next_named(&ada, "user:left").await["userId"], "cleo");
    let nodes = cluster.state().fields(&homeroom_state::Key::shared("nodes")).await.unwrap();
    assert_eq!(nodes.len(), 1, "and it says itself that it is gone");
}
