//! Redis that dies, forgets, is cut off or goes one way, for long enough that whatever asks it gives up; meanwhile, and just after
//! it is back, people lose their connections. It costs latency, never an event.

use std::time::Duration;

use homeroom_testkit::{Direction, Proxy};
use tokio::time::{Instant, sleep_until};

use super::chance::{Chance, rounds};
use super::cluster::{Cluster, eventually};
use super::run::Run;

/// How long leases last that a node can't renew.
const LEASE: Duration = Duration::from_secs(12);

/// How long until the bus connects anew: four questions without an answer, and the pauses between them.
const GIVES_UP: Duration = Duration::from_secs(5);

/// How many come to the class while Redis is away, twice.
const LATECOMERS: usize = 4;

/// Redis is killed and comes back with nothing, twice, the second time to a node that has been killed meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_redis_takes_no_event_with_it() {
    let mut chance = Chance::seeded();
    let cluster = Cluster::start().await;
    let mut run = Run::start(&cluster, &mut chance).await;
    // A tenth of what nodes are killed.
    for n in 0..rounds(20).div_ceil(10) {
        run.more(chance.commands()).await;
        let lasting = GIVES_UP + chance.millis(0, 1_000);
        let breaks = || {
            cluster.redis.kill9();
            if n % 2 == 1 {
                cluster.nodes[usize::from(chance.below(2) == 0)].kill_and_restart();
            }
        };
        outage(&cluster, &mut run, lasting, breaks, || cluster.redis.restart()).await;
    }
    run.verdict().await;
}

/// Redis is gone, and then nothing happens any more that could lead to what was missed: it is found all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_redis_too_the_last_event_arrives() {
    let mut chance = Chance::seeded();
    let cluster = Cluster::start().await;
    let run = Run::start(&cluster, &mut chance).await;
    cluster.redis.kill9();
    run.more(20).await;
    run.cut_off(&[&cluster.front]).await;
    run.more(20).await;
    run.verdict().await;
}

/// Redis forgets everything, again and again, and each time people lose their connections at that moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn flushed_redis_takes_no_event_with_it() {
    let mut chance = Chance::seeded();
    let cluster = Cluster::start().await;
    let run = Run::start(&cluster, &mut chance).await;
    for _ in 0..10 {
        run.more(chance.commands()).await;
        cluster.redis.flush();
        run.cut_off(&[&cluster.front]).await;
        run.more(5).await;
    }
    run.verdict().await;
}

/// One node's link to Redis is cut, for longer than its leases last; then both links are.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_link_to_redis_loses_nothing() {
    let mut chance = Chance::seeded();
    let cluster = Cluster::start().await;
    let mut run = Run::start(&cluster, &mut chance).await;
    let mut wires = cluster.redis_wires();
    wires.rotate_left(usize::from(chance.below(2) == 0));
    for (wires, lasting) in [(&wires[..1], LEASE + Duration::from_secs(3)), (&wires[..], GIVES_UP)] {
        run.more(chance.commands()).await;
        let (cut, heal) = (|| each(wires, Proxy::cut), || each(wires, Proxy::heal));
        outage(&cluster, &mut run, lasting, cut, heal).await;
    }
    run.verdict().await;
}

/// Redis hears and its answers don't come, then it doesn't hear, then neither.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_to_redis_that_goes_one_way_loses_nothing() {
    let mut chance = Chance::seeded();
    let cluster = Cluster::start().await;
    let mut run = Run::start(&cluster, &mut chance).await;
    for (n, direction) in [Direction::ToClient, Direction::ToServer, Direction::Both].into_iter().enumerate()
    {
        run.more(chance.commands()).await;
        let wire = cluster.redis_wires()[n % 2];
        outage(&cluster, &mut run, GIVES_UP, || wire.stall(direction), || wire.heal()).await;
    }
    run.verdict().await;
}

/// Redis is away for so long, and grades are set all the while. Those at the front lose their connections and come back, to a node
/// that may not be able to look up what they come back to; others join the class meanwhile, so that what is kept of them is out of
/// date. At the moment when Redis is back those at the front and half of those others lose their connections, and the other half as
/// soon as they have been told that they can come back to where they are: then they do.
async fn outage(
    cluster: &Cluster,
    run: &mut Run<'_>,
    lasting: Duration,
    breaks: impl FnOnce(),
    heals: impl FnOnce(),
) {
    let [at_once, later] = [run.latecomers(LATECOMERS).await, run.latecomers(LATECOMERS).await];

    breaks();
    let began = Instant::now();
    run.more(20).await;
    run.cut_off(&[&cluster.front]).await;
    run.invite(&at_once).await;
    run.invite(&later).await;
    run.more(20).await;
    sleep_until(began + lasting).await;
    heals();
    let ended = Instant::now();
    run.cut_off(&[&cluster.front, &at_once.wire]).await;
    println!("away for {:?}, everyone back after {:?}", ended - began, ended.elapsed());

    for node in &cluster.nodes {
        eventually("a node does without Redis no more", async || node.is_whole().await).await;
    }
    run.are_saved(&later).await;
    let taken_up = run.cut_off(&[&later.wire]).await;
    println!("sessions are kept again after {:?}", ended.elapsed());
    assert_eq!(taken_up, LATECOMERS, "what they were told they can come back to is there");
}

fn each(wires: &[&Proxy], does: impl Fn(&Proxy)) {
    for wire in wires {
        does(wire);
    }
}
