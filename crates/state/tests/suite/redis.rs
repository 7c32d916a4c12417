//! The same suite on a real Redis, and what happens when that is away.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use homeroom_contract::{Code, Failure, TenantId};
use homeroom_state::{
    Bus, BusCounts, Class, Heard, Key, RedisBus, RedisOptions, RedisState, StateAdapter, StateError,
    Subscription,
};
use homeroom_testkit::{Redis, RedisCluster};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::bus::{next, topic};
use crate::{adapter, bus};

/// Patient, since a test machine may be busy; what is about the time limit sets its own.
fn options(prefix: &str) -> RedisOptions {
    RedisOptions { prefix: prefix.to_owned(), timeout_ms: 10_000, ..RedisOptions::default() }
}

async fn server() -> Redis {
    tokio::task::spawn_blocking(Redis::start).await.unwrap()
}

async fn shared() -> String {
    tokio::task::spawn_blocking(|| Redis::shared().url()).await.unwrap()
}

pub(crate) fn node(url: &str, options: &RedisOptions) -> (RedisBus, TaskTracker, CancellationToken) {
    let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
    (RedisBus::open(url, options, &tasks, stop.clone()).unwrap(), tasks, stop)
}

fn key() -> Key {
    Key::of(&TenantId::new("d-1").unwrap(), "test")
}

#[tokio::test]
async fn redis_passes_the_suite() {
    let state = Arc::new(RedisState::open(&shared().await, options("suite")).unwrap());
    let pass = |time| -> homeroom_contract::BoxFuture<'static, ()> { Box::pin(tokio::time::sleep(time)) };
    adapter::passes(state, &pass).await;
}

#[tokio::test]
async fn a_cluster_passes_the_suite() {
    let url = tokio::task::spawn_blocking(|| RedisCluster::shared().url()).await.unwrap();
    let state = Arc::new(RedisState::open(&url, options("suite")).unwrap());
    let pass = |time| -> homeroom_contract::BoxFuture<'static, ()> { Box::pin(tokio::time::sleep(time)) };
    adapter::passes(state, &pass).await;
}

#[tokio::test]
async fn the_bus_passes_the_suite() {
    the_bus_passes_the_suite_at(&shared().await).await;
}

#[tokio::test]
async fn the_bus_passes_the_suite_on_a_cluster() {
    let url = tokio::task::spawn_blocking(|| RedisCluster::shared().url()).await.unwrap();
    the_bus_passes_the_suite_at(&url).await;
}

async fn the_bus_passes_the_suite_at(url: &str) {
    let (one, ..) = node(url, &options("bus"));
    let (other, ..) = node(url, &options("bus"));
    let (elsewhere, ..) = node(url, &options("another deployment"));
    let mut silent = elsewhere.subscribe(&topic("d-1")).await.unwrap();
    bus::passes(Arc::new(one), Arc::new(other)).await;
    assert!(timeout(Duration::from_millis(1), silent.next()).await.is_err(), "another prefix hears nothing");
}

/// What the deployment's page gives a user of its own is enough.
#[tokio::test]
async fn a_user_with_an_acl_passes_the_suite() {
    let server = server().await;
    let user = "homeroom on >secret ~mine:* &mine:* +@all -@dangerous +info +role";
    assert_eq!(server.ask(&format!("ACL SETUSER {user}")), ["OK"]);
    let url = server.url().replace("redis://", "redis://homeroom:secret@");
    let state = RedisState::open(&url, options("mine")).unwrap();
    let pass = |time| -> homeroom_contract::BoxFuture<'static, ()> { Box::pin(tokio::time::sleep(time)) };
    adapter::passes(Arc::new(state), &pass).await;
    let (one, ..) = node(&url, &options("mine"));
    let (other, ..) = node(&url, &options("mine"));
    bus::passes(Arc::new(one), Arc::new(other)).await;
}

/// A key whose fields have all expired takes no memory, though nobody asks for it again.
#[tokio::test]
async fn a_hash_goes_with_its_last_field() {
    let server = server().await;
    let state = RedisState::open(&server.url(), options("expiry")).unwrap();
    for (field, millis) in [("a", 40), ("b", 90), ("c", 10)] {
        let expires = Some(Duration::from_millis(millis));
        state.set_field(&key(), field, Bytes::new(), expires).await.unwrap();
    }
    let client = deadpool_redis::redis::Client::open(server.url()).unwrap();
    let mut conn = client.get_multiplexed_async_connection().await.unwrap();
    timeout(Duration::from_secs(30), async {
        loop {
            let keys: usize = deadpool_redis::redis::cmd("DBSIZE").query_async(&mut conn).await.unwrap();
            if keys == 0 {
                break;
            }
            sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .expect("Redis lets it go");
}

/// Whether Redis is dead or stands still: the answer is UNAVAILABLE within the time limit, and afterwards all is well again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_may_be_away() {
    let server = server().await;
    let hasty = RedisOptions { pool_size: 2, ..RedisOptions::default() };
    let state = RedisState::open(&server.url(), hasty).unwrap();
    let back = || async {
        timeout(Duration::from_secs(30), async { while state.ping().await.is_err() {} })
            .await
            .expect("it is back");
    };
    let away = || async {
        for _ in 0..4 {
            let asked =
                timeout(Duration::from_secs(10), state.field(&key(), "f")).await.expect("does not hang");
            assert_eq!(Failure::from(asked.unwrap_err()).code, Code::Unavailable);
        }
    };
    back().await;
    server.pause();
    away().await;
    server.resume();
    back().await;
    tokio::task::block_in_place(|| server.kill9());
    away().await;
    tokio::task::block_in_place(|| server.restart());
    back().await;
    state.set_field(&key(), "f", Bytes::new(), None).await.unwrap();
}

/// Publishes until it is heard; gives what was heard besides.
pub(crate) async fn until_heard(from: &RedisBus, by: &mut Subscription) -> Vec<Heard> {
    until_heard_on("d-1", from, by).await
}

/// The same of that tenant.
pub(crate) async fn until_heard_on(tenant: &str, from: &RedisBus, by: &mut Subscription) -> Vec<Heard> {
    let mut heard = Vec::new();
    timeout(Duration::from_mins(1), async {
        loop {
            from.publish(&topic(tenant), Class::Hint, Bytes::from_static(b"hello"));
            let deadline = Instant::now() + Duration::from_millis(50);
            while let Ok(next) = tokio::time::timeout_at(deadline, by.next()).await {
                match next.unwrap() {
                    Heard::Message(_) => return,
                    missed @ Heard::Missed(_) => heard.push(missed),
                }
            }
        }
    })
    .await
    .expect("it is heard in the end");
    heard
}

/// Subscriptions come back by themselves after a restart of Redis that forgot them, and after a standstill; and the listener
/// is told that something may have been missed. One made while Redis was away is made good.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn subscriptions_come_back() {
    let server = server().await;
    let (one, ..) = node(&server.url(), &RedisOptions::default());
    let (other, tasks, stop) = node(&server.url(), &RedisOptions::default());
    let mut listener = other.subscribe(&topic("d-1")).await.unwrap();
    until_heard(&one, &mut listener).await;

    tokio::task::block_in_place(|| server.kill9());
    let mut made_meanwhile = other.subscribe(&topic("d-2")).await.unwrap();
    tokio::task::block_in_place(|| server.restart());
    let besides = until_heard(&one, &mut listener).await;
    assert!(besides.contains(&Heard::Missed(0)), "{besides:?}");
    let besides = until_heard_on("d-2", &one, &mut made_meanwhile).await;
    assert!(
        besides.contains(&Heard::Missed(0)),
        "it is told that it was not listened to at first: {besides:?}"
    );

    server.pause();
    // Long enough that the connection is given up.
    assert_eq!(next(&mut listener).await, Heard::Missed(0));
    server.resume();
    until_heard(&one, &mut listener).await;

    stop.cancel();
    tasks.close();
    timeout(Duration::from_secs(10), tasks.wait()).await.expect("its task has ended");
}

/// Redis refuses to let go of a topic that nobody listens to any more: it is asked again until it does, or the node would go on
/// hearing of a tenant that it doesn't serve. What somebody listens to again meanwhile is heard.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_listens_to_is_let_go_in_the_end() {
    let server = server().await;
    let (one, ..) = node(&server.url(), &RedisOptions::default());
    let (other, ..) = node(&server.url(), &RedisOptions::default());
    let (mut gone, mut back) =
        (other.subscribe(&topic("d-1")).await.unwrap(), other.subscribe(&topic("d-2")).await.unwrap());
    until_heard(&one, &mut gone).await;
    until_heard_on("d-2", &one, &mut back).await;
    let listeners = |tenant: &str| {
        let command = format!("PUBSUB NUMSUB homeroom:tenant:{tenant}");
        tokio::task::block_in_place(|| server.ask(&command)).last().cloned().unwrap()
    };
    assert_eq!((listeners("d-1"), listeners("d-2")), ("1".to_owned(), "1".to_owned()));

    tokio::task::block_in_place(|| server.ask("ACL SETUSER default -unsubscribe"));
    drop((gone, back));
    let refused =
        || tokio::task::block_in_place(|| server.ask("ACL LOG")).iter().any(|word| word == "unsubscribe");
    until("it is refused", refused).await;
    let mut back = other.subscribe(&topic("d-2")).await.unwrap();
    tokio::task::block_in_place(|| server.ask("ACL SETUSER default +unsubscribe"));
    until("the other is let go", || listeners("d-1") == "0").await;
    until_heard_on("d-2", &one, &mut back).await;
    assert_eq!(listeners("d-2"), "1");
}

async fn until(what: &str, is_so: impl Fn() -> bool) {
    let waiting = async {
        while !is_so() {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_mins(1), waiting).await.unwrap_or_else(|_| panic!("in time: {what}"));
}

/// Nobody waits for a bus that can't keep up: ephemeral messages go first, hints when nothing more fits in.
#[tokio::test]
async fn publishing_never_waits() {
    let options = RedisOptions { queue: 8, ..RedisOptions::default() };
    // One thread, and nothing is awaited: the task that sends does not get to run.
    let (bus, ..) = node("redis://127.0.0.1:1", &options);
    for _ in 0..10 {
        bus.publish(&topic("d-1"), Class::Ephemeral, Bytes::new());
    }
    assert_eq!(bus.counts().dropped_ephemeral, 5, "half is kept free, to within one");
    for _ in 0..10 {
        bus.publish(&topic("d-1"), Class::Hint, Bytes::new());
    }
    let counts = BusCounts { dropped_ephemeral: 5, dropped_hints: 7, ..BusCounts::default() };
    assert_eq!(bus.counts(), counts);
}

/// This test starts itself again as another process, which trusts the authority that has signed the server's certificate; this
/// one doesn't.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_tls_and_only_to_whom_is_trusted() {
    const ROLE: &str = "HOMEROOM_STATE_TLS";
    if let Ok(url) = std::env::var(ROLE) {
        let state = RedisState::open(&url, options("tls")).unwrap();
        state.set_field(&key(), "f", Bytes::from_static(b"x"), None).await.unwrap();
        assert_eq!(state.field(&key(), "f").await.unwrap(), Some(Bytes::from_static(b"x")));
        let ((one, ..), (other, ..)) = (node(&url, &options("tls")), node(&url, &options("tls")));
        let mut listener = other.subscribe(&topic("d-1")).await.unwrap();
        until_heard(&one, &mut listener).await;
        return;
    }
    let server = tokio::task::spawn_blocking(Redis::start_tls).await.unwrap();
    let trusting = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "redis::over_tls_and_only_to_whom_is_trusted"])
        .env(ROLE, server.url())
        .env("SSL_CERT_FILE", server.authority())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&trusting.stdout);
    assert!(trusting.status.success() && said.contains("1 passed"), "{said}");
    let state = RedisState::open(&server.url(), options("tls")).unwrap();
    let refused = state.field(&key(), "f").await.unwrap_err();
    assert!(matches!(refused, StateError::Unavailable(_)), "{refused:?}");
}
