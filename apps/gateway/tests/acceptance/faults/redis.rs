//! Redis that dies, forgets, stands still or is cut off. It costs latency, never an event, and no command waits for it for long.

use std::time::Duration;

use homeroom_client::Client;
use homeroom_testkit::delivery::Attempt;
use homeroom_testkit::{Direction, Gateway, GatewayOptions, Redis, TestDatabase};
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::chance::Chance;
use super::cluster::{Cluster, metric};
use super::people;
use super::run::Run;
use crate::support::district::{District, Persona, Variation};
use crate::support::import;

/// The longest that one operation may wait for Redis.
const REDIS_WAIT: Duration = Duration::from_millis(250);

/// What a busy machine may take besides. A command that waited for Redis to come back would take the ten seconds of a call.
const BESIDES: Duration = Duration::from_secs(5);

/// Redis is killed and comes back with nothing, three times.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_redis_takes_no_event_with_it() {
    let mut chance = Chance::seeded();
    let cluster = Cluster::start().await;
    let run = Run::start(&cluster, &mut chance).await;
    for _ in 0..3 {
        sleep(chance.millis(20, 300)).await;
        cluster.redis.kill9();
        run.more(20).await;
        cluster.redis.restart();
        run.more(20).await;
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
    run.verdict().await;
}

/// Redis forgets everything, again and again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn flushed_redis_takes_no_event_with_it() {
    let mut chance = Chance::seeded();
    let cluster = Cluster::start().await;
    let run = Run::start(&cluster, &mut chance).await;
    for _ in 0..10 {
        sleep(chance.millis(20, 300)).await;
        cluster.redis.flush();
        run.more(5).await;
    }
    run.verdict().await;
}

/// Redis stands still for 20 seconds. Grades are set and people join as before; whoever waits for Redis does so once, and not
/// for long.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_waits_for_a_redis_that_stands_still() {
    let mut chance = Chance::seeded();
    let cluster = Cluster::start().await;
    let run = Run::start(&cluster, &mut chance).await;
    run.more(100).await;
    let before = run.attempts();
    let (gateway, district) = (&cluster.nodes[0].gateway, &cluster.district);
    let join_before = joins(gateway, district, Duration::ZERO).await;

    cluster.redis.pause();
    let joins = joins(gateway, district, Duration::from_secs(20)).await;
    let during = run.attempts().split_off(before.len());
    cluster.redis.resume();

    assert!(during.len() > 100, "grades are set meanwhile, not only {}", during.len());
    for (attempt, took) in &during {
        assert!(matches!(attempt, Attempt::Acked(_)), "{attempt:?}");
        assert!(*took < BESIDES, "a grade took {took:?}");
    }
    let times = |attempts: &[(Attempt, Duration)]| median(attempts.iter().map(|(_, took)| *took).collect());
    let (calm, troubled) = (times(&before), times(&during));
    println!("grades took {calm:?} before and {troubled:?} meanwhile; joins {:?}", median(joins.clone()));
    assert!(troubled < calm + REDIS_WAIT, "{troubled:?} instead of {calm:?}");
    assert!(joins.iter().all(|took| *took < BESIDES), "{joins:?}");
    assert!(median(joins) < median(join_before) + REDIS_WAIT);
    run.more(20).await;
    run.verdict().await;
}

/// Redis stands still and is asked again and again all the same, since its circuit takes too long to open: a join, which has
/// several things to ask, waits for all of them together no longer than for one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_join_waits_once() {
    let (redis, database) = (Redis::start(), TestDatabase::sqlite());
    let options = GatewayOptions::new(database.url()).env("REDIS_URL", redis.url());
    let options = options.env("GATEWAY_LIMITS_OFF", "true").env("GATEWAY_REDIS_CIRCUIT_FAILURES", "1000000");
    let gateway = Gateway::start(options);
    let district = District::new("district", Variation::plain());
    import(&gateway, &district);
    let before = median(joins(&gateway, &district, Duration::ZERO).await);
    assert_eq!(metric(&gateway, "redis_commands_cut_short_total").await, 0);
    redis.pause();
    let joins = joins(&gateway, &district, Duration::ZERO).await;
    let cut_short = metric(&gateway, "redis_commands_cut_short_total").await;
    redis.resume();
    println!(
        "joins took {before:?} before and {:?} meanwhile; {cut_short} commands were cut short",
        median(joins.clone())
    );
    assert!(cut_short >= joins.len() as u64, "each join has more to ask than it waits for");
    assert!(median(joins) < before + REDIS_WAIT * 3 / 2);
}

/// One node's link to Redis is cut, then the other's, then both.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_link_to_redis_loses_nothing() {
    let mut chance = Chance::seeded();
    let cluster = Cluster::start().await;
    let run = Run::start(&cluster, &mut chance).await;
    let [one, other] = cluster.redis_wires();
    for wires in [&[one][..], &[other], &[one, other]] {
        sleep(chance.millis(20, 300)).await;
        for wire in wires {
            wire.cut();
        }
        run.more(40).await;
        for wire in wires {
            wire.heal();
        }
        run.more(10).await;
    }
    run.verdict().await;
}

/// Redis hears and its answers don't come, then it doesn't hear, then neither.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_to_redis_that_goes_one_way_loses_nothing() {
    let mut chance = Chance::seeded();
    let cluster = Cluster::start().await;
    let run = Run::start(&cluster, &mut chance).await;
    for (n, direction) in [Direction::ToClient, Direction::ToServer, Direction::Both].into_iter().enumerate()
    {
        sleep(chance.millis(20, 300)).await;
        let wire = cluster.redis_wires()[n % 2];
        wire.stall(direction);
        run.more(60).await;
        wire.heal();
        run.more(10).await;
    }
    run.verdict().await;
}

/// How long it takes to join, for somebody who has left before, one after the other for so long, at least twenty times.
async fn joins(gateway: &Gateway, district: &District, lasting: Duration) -> Vec<Duration> {
    let token = people::token(district, &district.user(Persona::Teacher));
    // Nobody reads what else comes here.
    let client =
        Client::connect(gateway.client_options(&token).event_buffer(65_536)).await.expect("a connection");
    let socket = client.namespace("/gradebook").await.expect("the gradebook");
    let began = Instant::now();
    let mut times = Vec::new();
    while began.elapsed() < lasting || times.len() < 20 {
        let class = json!({ "classId": district.class() });
        socket.request("gradebook:leave", &class).await.expect("everyone may leave");
        let asked = Instant::now();
        socket.request("gradebook:join", &class).await.expect("everyone may join meanwhile");
        times.push(asked.elapsed());
        sleep(Duration::from_millis(20)).await;
    }
    times
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
