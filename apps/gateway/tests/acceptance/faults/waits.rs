//! Redis stands still, and how long people wait for it: hardly, and not one after the other.

use std::time::Duration;

use homeroom_client::Client;
use homeroom_testkit::delivery::Attempt;
use homeroom_testkit::{Gateway, GatewayOptions, Redis, TestDatabase};
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::chance::Chance;
use super::cluster::{Cluster, metric};
use super::people;
use super::run::{Run, WRITERS};
use crate::support::district::{District, Persona, Variation};
use crate::support::import;

/// The longest that one call may wait for Redis.
const REDIS_WAIT: Duration = Duration::from_millis(250);

/// After so many operations in a row that Redis has not answered, it is not asked any more.
const CIRCUIT_FAILURES: usize = 5;

/// How often somebody leaves and joins, at least.
const JOINS: usize = 20;

/// Of so many who all wait, one may be held up by what else the machine does just then. A second wait would be everyone's.
const HICCUP: usize = 20;

/// Redis stands still for 20 seconds. Grades are set and people join as before; whoever waits for Redis does so until it is known
/// that it doesn't answer, and not for long.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_waits_for_a_redis_that_stands_still() {
    let mut chance = Chance::seeded();
    let cluster = Cluster::start().await;
    let run = Run::start(&cluster, &mut chance).await;
    let (gateway, district) = (&cluster.nodes[0].gateway, &cluster.district);
    let joins_before = joins(gateway, district, Duration::from_secs(4)).await;
    let before = run.attempts();

    cluster.redis.pause();
    let joins = joins(gateway, district, Duration::from_secs(20)).await;
    let during = run.attempts().split_off(before.len());
    let openings = metric(gateway, "redis_circuit_openings_total").await;
    cluster.redis.resume();

    assert!(during.len() > 100, "grades are set meanwhile, not only {}", during.len());
    for (attempt, _) in &during {
        assert!(matches!(attempt, Attempt::Acked(_)), "{attempt:?}");
    }
    let times = |attempts: Vec<(Attempt, Duration)>| attempts.into_iter().map(|(_, took)| took).collect();
    let (grades_before, grades) = (Times::new(times(before)), Times::new(times(during)));
    let joins_before = Times::new(joins_before);
    let joins = Times::new(joins);
    println!("grades took {grades_before} before and {grades} meanwhile");
    println!("leaving and joining took {joins_before} before and {joins} meanwhile");
    // A grade asks Redis for nothing. As many as are under way at one moment may be hit by what else the machine does then.
    let late = grades.over(grades_before.calm() + REDIS_WAIT);
    assert!(late.len() <= WRITERS, "grades that took {late:?}");
    // Everyone who waits has at least one operation fail, and the last of these makes it known.
    let waited = joins.over(joins_before.calm() + REDIS_WAIT / 2);
    assert!(waited.len() <= CIRCUIT_FAILURES, "people waited {waited:?}");
    let late = joins.over(joins_before.calm() + REDIS_WAIT);
    assert!(late.len() <= 1, "people waited for longer than they should: {late:?}");
    assert_eq!(openings, 1, "once it is known that Redis does not answer, nobody asks it");
    run.more(20).await;
    run.verdict().await;
}

/// Redis stands still and is asked again and again all the same, since its circuit takes too long to open: whoever joins, which
/// takes several questions, waits for all of them together no longer than for one. So does whoever leaves.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_join_waits_once() {
    let (redis, database) = (Redis::start(), TestDatabase::sqlite());
    let options = GatewayOptions::new(database.url()).env("REDIS_URL", redis.url());
    let options = options.env("GATEWAY_LIMITS_OFF", "true").env("GATEWAY_REDIS_CIRCUIT_FAILURES", "1000000");
    let gateway = Gateway::start(options);
    let district = District::new("district", Variation::plain());
    import(&gateway, &district);
    let before = Times::new(joins(&gateway, &district, Duration::ZERO).await);
    assert_eq!(metric(&gateway, "redis_commands_cut_short_total").await, 0);
    redis.pause();
    let joins = Times::new(joins(&gateway, &district, Duration::ZERO).await);
    let cut_short = metric(&gateway, "redis_commands_cut_short_total").await;
    redis.resume();
    println!(
        "leaving and joining took {before} before and {joins} meanwhile; {cut_short} commands were cut short"
    );
    assert!(cut_short >= JOINS as u64, "each join has more to ask than it waits for");
    // Half a wait more, since all of them wait to its end, and the machine may be busier by now.
    let late = joins.over(before.longest() + REDIS_WAIT * 3 / 2);
    assert!(late.len() <= joins.0.len() / HICCUP, "more than one wait and what it takes without: {late:?}");
}

/// How long it takes to leave and how long to join, for one person, again and again for so long and at least so often.
async fn joins(gateway: &Gateway, district: &District, lasting: Duration) -> Vec<Duration> {
    let token = people::token(district, &district.user(Persona::Teacher));
    // Nobody reads what else comes here.
    let client =
        Client::connect(gateway.client_options(&token).event_buffer(65_536)).await.expect("a connection");
    let socket = client.namespace("/gradebook").await.expect("the gradebook");
    let class = json!({ "classId": district.class() });
    socket.request("gradebook:join", &class).await.expect("everyone may join");
    let began = Instant::now();
    let mut times = Vec::new();
    while began.elapsed() < lasting || times.len() < 2 * JOINS {
        for request in ["gradebook:leave", "gradebook:join"] {
            let asked = Instant::now();
            socket.request(request, &class).await.expect("everyone may do so meanwhile");
            times.push(asked.elapsed());
        }
        sleep(Duration::from_millis(20)).await;
    }
    times
}

/// How long each of several took, the shortest first.
struct Times(Vec<Duration>);

impl Times {
    fn new(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    /// How long 98 of 100 take at most.
    fn calm(&self) -> Duration {
        self.0[self.0.len() * 98 / 100]
    }

    fn longest(&self) -> Duration {
        *self.0.last().expect("some")
    }

    /// Those that took longer.
    fn over(&self, limit: Duration) -> &[Duration] {
        &self.0[self.0.partition_point(|took| *took <= limit)..]
    }
}

impl std::fmt::Display for Times {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (median, longest) = (self.0[self.0.len() / 2], self.longest());
        write!(f, "{median:?} ({:?}, of {} at most {longest:?})", self.calm(), self.0.len())
    }
}
