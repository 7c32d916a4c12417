//! A real Redis that dies, stands still, comes back empty or is emptied: who waits, how many, and what is said afterwards.

use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join;
use homeroom_contract::TenantId;
use homeroom_state::{
    Circuit, Held, Key, RedisOptions, RedisState, StateAdapter, StateCounts, StateError, patience,
};
use homeroom_testkit::Redis;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

const HOUR: Duration = Duration::from_hours(1);

/// Whoever waits longer than that waits for ever: far beyond the time limit, since a test machine may be busy.
const NEVER: Duration = Duration::from_secs(20);

fn key() -> Key {
    Key::of(&TenantId::new("d-1").unwrap(), "test")
}

fn options() -> RedisOptions {
    RedisOptions { circuit_failures: 3, circuit_probe_ms: 50, timeout_ms: 500, ..RedisOptions::default() }
}

/// A server of one's own, and state on it that has been in use.
async fn running(options: RedisOptions) -> (Redis, RedisState) {
    let server = tokio::task::spawn_blocking(Redis::start).await.unwrap();
    let state = RedisState::open(&server.url(), options).unwrap();
    until("it answers", || async { state.ping().await.is_ok() }).await;
    state.set_field(&key(), "before", Bytes::new(), None).await.unwrap();
    (server, state)
}

async fn until<F: Future<Output = bool>>(what: &str, mut ask: impl FnMut() -> F) {
    timeout(Duration::from_secs(30), async {
        while !ask().await {
            sleep(Duration::from_millis(10)).await;
        }
    })
    .await
    .unwrap_or_else(|_| panic!("not until {what}"));
}

async fn until_closed(state: &RedisState) {
    until("the circuit closes", || async { state.circuit() == Circuit::Closed }).await;
}

async fn ask(state: &RedisState) -> Result<Option<Bytes>, StateError> {
    timeout(NEVER, state.field(&key(), "before")).await.expect("nobody waits for ever")
}

/// While Redis stands still three commands wait, each as long as the time limit; all others fail at once. Nobody has to ask for
/// it to be noticed that it goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_stands_still_is_hardly_waited_for() {
    let (server, state) = running(options()).await;
    assert_eq!(state.counts(), StateCounts::default());
    server.pause();
    for _ in 0..50 {
        assert!(matches!(ask(&state).await, Err(StateError::Unavailable(_))));
    }
    assert_eq!(state.circuit(), Circuit::Open);
    let counts = StateCounts { open: 1, openings: 1, unanswered: 3, refused: 47, cut_short: 0 };
    assert_eq!(state.counts(), counts);
    assert!(state.ping().await.is_err());
    server.resume();
    until_closed(&state).await;
    assert_eq!(ask(&state).await.unwrap(), Some(Bytes::new()), "what it held is still there");
    assert_eq!(state.counts().open, 0);
}

/// However much one call has to do with a Redis that stands still, it waits once: what it asks at one time waits together, and
/// what comes after that is not waited for. Another call starts afresh.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_waits_once() {
    let options = RedisOptions { circuit_failures: u32::MAX, ..options() };
    let limit = Duration::from_millis(options.timeout_ms);
    let (server, state) = running(options).await;
    server.pause();
    for calls in 1..=3 {
        patience::within(limit, async {
            let at_once = join(ask(&state), ask(&state)).await;
            assert!(matches!(at_once, (Err(StateError::Unavailable(_)), Err(StateError::Unavailable(_)))));
            for _ in 0..10 {
                assert!(matches!(ask(&state).await, Err(StateError::Unavailable(_))));
            }
        })
        .await;
        let counts = StateCounts { unanswered: 2 * calls, cut_short: 10 * calls, ..StateCounts::default() };
        assert_eq!(state.counts(), counts);
    }
    server.resume();
    patience::within(limit, async { ask(&state).await.unwrap() }).await;
}

/// Those that wait when the circuit opens are let go, more of them than there are connections included.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_does_not_queue_up() {
    let (server, state) = running(RedisOptions { pool_size: 2, ..options() }).await;
    server.pause();
    let mut crowd = JoinSet::new();
    for _ in 0..500 {
        let state = state.clone();
        crowd.spawn(async move { ask(&state).await });
    }
    let answers = crowd.join_all().await;
    assert!(answers.iter().all(|answer| matches!(answer, Err(StateError::Unavailable(_)))));
    let counts = state.counts();
    assert_eq!((counts.openings, counts.unanswered + counts.refused), (1, 500), "{counts:?}");
    server.resume();
    until_closed(&state).await;
    ask(&state).await.unwrap();
}

/// A Redis that dies and comes back without anything: whoever renews learns that all is gone, and has it again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_comes_back_empty() {
    let (server, state) = running(options()).await;
    let lease =
        |n: u32| Held { key: key().and("lease"), field: n.to_string(), value: Bytes::from_static(b"x") };
    let leases: Vec<_> = (0..10).map(lease).collect();
    assert_eq!(state.renew(&leases, HOUR).await.unwrap(), 10);
    tokio::task::block_in_place(|| server.kill9());
    for _ in 0..20 {
        let renewed = timeout(NEVER, state.renew(&leases, HOUR)).await.expect("nobody waits for ever");
        assert!(matches!(renewed, Err(StateError::Unavailable(_))));
    }
    assert_eq!((state.counts().unanswered, state.circuit()), (3, Circuit::Open));
    tokio::task::block_in_place(|| server.restart());
    until_closed(&state).await;
    assert_eq!(state.renew(&leases, HOUR).await.unwrap(), 10, "they were all gone");
    assert_eq!(state.renew(&leases, HOUR).await.unwrap(), 0);
}

/// FLUSHALL and SCRIPT FLUSH under way: nothing fails, and whoever renews learns of it.
#[tokio::test]
async fn a_redis_that_is_emptied() {
    let (server, state) = running(options()).await;
    let lease = [Held { key: key().and("lease"), field: "n".to_owned(), value: Bytes::new() }];
    assert_eq!(state.renew(&lease, HOUR).await.unwrap(), 1);
    let client = deadpool_redis::redis::Client::open(server.url()).unwrap();
    let mut conn = client.get_multiplexed_async_connection().await.unwrap();
    for word in ["FLUSHALL", "SCRIPT"] {
        let mut command = deadpool_redis::redis::cmd(word);
        if word == "SCRIPT" {
            command.arg("FLUSH");
        }
        command.query_async::<()>(&mut conn).await.unwrap();
        let missing = usize::from(word == "FLUSHALL");
        assert_eq!(state.renew(&lease, HOUR).await.unwrap(), missing);
        assert_eq!(ask(&state).await.unwrap(), None);
    }
    assert_eq!(state.counts(), StateCounts::default());
}

/// An error that Redis itself answers is an answer.
#[tokio::test]
async fn errors_of_redis_itself_open_nothing() {
    let (_server, state) = running(options()).await;
    for _ in 0..10 {
        assert!(matches!(state.add_member(&key(), "m").await, Err(StateError::WrongKind)));
    }
    assert_eq!(state.circuit(), Circuit::Closed);
    ask(&state).await.unwrap();
}
