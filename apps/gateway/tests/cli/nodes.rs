//! Two nodes of one deployment: on one PostgreSQL, with Redis between them and without.

use std::time::Duration;

use homeroom_client::{Received, Socket};
use homeroom_testkit::{Gateway, GatewayOptions, Redis, RedisCluster, RedisSentinels, TestDatabase};
use serde_json::{Value, json};
use tokio::time::Instant;

/// The longest that anything may take here; more is a failure.
const PATIENCE: Duration = Duration::from_secs(30);

async fn join(gateway: &Gateway, user: &str, class: &str) -> (Socket, Value) {
    let socket = gateway.socket(&gateway.token(user), "/gradebook").await;
    let joined = socket.request("gradebook:join", &json!({ "classId": class })).await.unwrap();
    (socket, joined["initialData"].clone())
}

async fn next(socket: &Socket, name: &str) -> Received {
    let found = async {
        loop {
            let event = socket.next_event().await.expect("the socket has ended");
            if event.name == name {
                return event;
            }
        }
    };
    tokio::time::timeout(PATIENCE, found).await.unwrap_or_else(|_| panic!("no {name} came"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happens_on_one_node_is_told_on_the_other_with_redis_and_without() {
    let (database, redis) = (TestDatabase::postgres(), Redis::start());
    let options = GatewayOptions::new(database.url()).env("REDIS_URL", redis.url());
    let (one, two) = (Gateway::start(options.clone()), Gateway::start(options));
    let cast = one.populate(40);
    let class = cast.id("class");
    let (teacher, gradebook) = join(&one, cast.id("teacher"), class).await;
    let (principal, _) = join(&two, cast.id("principal"), class).await;
    assert_eq!(one.get(&format!("{}/readyz", one.admin_url())).await.body["status"], "ready");

    // By due date: the last one is of a grading period that is still open.
    let item = &gradebook["lineItems"].as_array().unwrap().last().unwrap()["lineItemId"];
    let cell = json!({ "classId": class, "lineItemId": item, "studentId": cast.id("student") });
    let mut typing = cell.clone();
    typing["isTyping"] = json!(true);
    teacher.request("gradebook:typing", &typing).await.unwrap();
    assert_eq!(next(&principal, "gradebook:typing").await.data()["lineItemId"], *item);

    let metrics = two.text(&format!("{}/metrics", two.admin_url())).await;
    assert!(metrics.contains("\nredis_circuits_open 0\n"), "{metrics}");
    assert!(!metrics.contains("\nbus_heard_total 0\n"), "{metrics}");

    redis.kill9();
    let mut grade = cell;
    grade["score"] = json!(1);
    teacher.request("grade:set", &grade).await.unwrap();
    assert_eq!(next(&principal, "grade.updated").await.data()["score"], json!(1.0));
    let readiness = one.get(&format!("{}/readyz", one.admin_url())).await;
    assert_eq!((readiness.status, &readiness.body["status"]), (200, &json!("degraded")));
}

/// How long after a node was killed everyone has been told that its people are gone, at most, as it is set up by default.
const GONE: Duration = Duration::from_secs(15);

/// Who types and who is in which cell, as a newcomer is told.
async fn doing(newcomer: &Socket, class: &str) -> [Vec<Value>; 2] {
    let joined = newcomer.request("gradebook:join", &json!({ "classId": class })).await.unwrap();
    ["typing", "focused"].map(|what| {
        let cells = joined["initialData"][what].as_array().unwrap();
        cells.iter().map(|cell| cell["userId"].clone()).collect()
    })
}

/// Nobody says goodbye for those on a node that is killed: they are gone, no longer typing and in no cell, when its leases have
/// ended. Nor for who loses the connection: that is known at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_people_of_a_killed_node_are_gone_and_no_longer_typing() {
    let (database, redis) = (TestDatabase::postgres(), Redis::start());
    let options = GatewayOptions::new(database.url())
        .env("REDIS_URL", redis.url())
        .env("GATEWAY_GRADEBOOK_TYPING_MS", "600000");
    let (one, two) = (Gateway::start(options.clone()), Gateway::start(options));
    let cast = one.populate(40);
    let (teacher_id, class) = (cast.id("teacher"), cast.id("class"));
    let (principal, gradebook) = join(&two, cast.id("principal"), class).await;
    let (teacher, _) = join(&one, teacher_id, class).await;
    assert_eq!(next(&principal, "user:joined").await.data()["userId"], teacher_id);
    // A node that stands still for too long is taken for dead, and is back when it goes on.
    one.pause();
    assert_eq!(next(&principal, "user:left").await.data()["userId"], teacher_id);
    one.resume();
    assert_eq!(next(&principal, "user:joined").await.data()["userId"], teacher_id);
    let item = &gradebook["lineItems"].as_array().unwrap().last().unwrap()["lineItemId"];
    let typing = json!({
        "classId": class, "lineItemId": item, "studentId": cast.id("student"), "isTyping": true,
    });
    let begin = async |teacher: &Socket| {
        teacher.request("gradebook:typing", &typing).await.unwrap();
        teacher.request("cell:focus", &typing).await.unwrap();
        // An earlier end of it may still be on its way.
        while next(&principal, "gradebook:typing").await.data()["isTyping"] != true {}
        assert_eq!(doing(&principal, class).await, [[teacher_id], [teacher_id]]);
    };
    begin(&teacher).await;
    drop(teacher);
    assert_eq!(next(&principal, "user:left").await.data()["userId"], teacher_id);
    assert_eq!(doing(&principal, class).await, [[""; 0], [""; 0]]);
    let (teacher, _) = join(&one, teacher_id, class).await;
    assert_eq!(next(&principal, "user:joined").await.data()["userId"], teacher_id);
    begin(&teacher).await;
    one.kill9();
    let killed = Instant::now();
    let (mut gone, mut still) = (false, false);
    while !(gone && still) {
        let event = tokio::time::timeout(PATIENCE, principal.next_event()).await;
        let event = event.expect("its leases have ended").expect("this socket is on the other node");
        gone |= event.name == "user:left" && event.data()["userId"] == teacher_id;
        still |= event.name == "gradebook:typing" && event.data()["isTyping"] == false;
    }
    let took = killed.elapsed();
    println!("gone, and no longer typing, {took:?} after the kill");
    assert!(took < GONE, "{took:?}");
    let again = principal.request("gradebook:join", &json!({ "classId": class })).await.unwrap();
    assert_eq!(again["onlineUsers"].as_array().unwrap().len(), 1);
    assert_eq!(doing(&principal, class).await, [[""; 0], [""; 0]]);
}

/// The same over Redis under Sentinel and over a Redis Cluster: the way between the nodes is there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_find_each_other_over_sentinels_and_over_a_cluster() {
    let (sentinels, cluster) = (RedisSentinels::start(), RedisCluster::start());
    for redis_url in [sentinels.url(), cluster.url()] {
        let database = TestDatabase::postgres();
        let options = GatewayOptions::new(database.url()).env("REDIS_URL", redis_url);
        let (one, two) = (Gateway::start(options.clone()), Gateway::start(options));
        let cast = one.populate(40);
        let class = cast.id("class");
        let (teacher, gradebook) = join(&one, cast.id("teacher"), class).await;
        let (principal, _) = join(&two, cast.id("principal"), class).await;
        let item = &gradebook["lineItems"].as_array().unwrap().last().unwrap()["lineItemId"];
        let student = cast.id("student");
        let typing = json!({ "classId": class, "lineItemId": item, "studentId": student, "isTyping": true });
        teacher.request("gradebook:typing", &typing).await.unwrap();
        assert_eq!(next(&principal, "gradebook:typing").await.data()["lineItemId"], *item);
        assert_eq!(one.get(&format!("{}/readyz", one.admin_url())).await.body["status"], "ready");
    }
}
