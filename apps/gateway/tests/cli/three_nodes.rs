//! Three nodes behind nginx, as docs/deployment.md sets them up: whichever is killed, a client goes on where it was.

use std::time::Duration;

use homeroom_client::{Backoff, Client, Socket};
use homeroom_testkit::{Gateway, GatewayOptions, Nginx, Redis, TestDatabase};
use serde_json::{Value, json};
use tokio::time::timeout;

/// The longest that anything may take here; more is a failure.
const PATIENCE: Duration = Duration::from_secs(30);

/// The page's configuration, for these ports; without TLS.
fn configuration(port: u16, nodes: &[Gateway; 3]) -> String {
    let page = include_str!("../../../../docs/deployment.md");
    let section = page.split_once("### Three nodes").expect("the section").1;
    let block =
        section.split("```nginx").nth(1).and_then(|rest| rest.split("```").next()).expect("the block");
    let mut text = block.replace("443 ssl", &format!("127.0.0.1:{port}"));
    for (node, documented) in nodes.iter().zip(["10.0.0.11:3000", "10.0.0.12:3000", "10.0.0.13:3000"]) {
        assert!(text.contains(documented), "{documented}");
        text = text.replace(documented, node.url().trim_start_matches("http://"));
    }
    let kept: Vec<_> = text.lines().filter(|line| !line.trim_start().starts_with("ssl_")).collect();
    kept.join("\n")
}

/// The scores in the next events, in order.
async fn scores<const N: usize>(socket: &Socket) -> [Value; N] {
    let mut scores = [const { Value::Null }; N];
    for score in &mut scores {
        *score = loop {
            let event = timeout(PATIENCE, socket.next_event()).await.expect("in time").expect("still there");
            if event.name == "grade.updated" {
                break event.data()["score"].clone();
            }
        };
    }
    scores
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whichever_node_is_killed_a_client_behind_nginx_misses_nothing() {
    let (database, redis) = (TestDatabase::postgres(), Redis::start());
    let options = GatewayOptions::new(database.url()).env("REDIS_URL", redis.url());
    let nodes = [(); 3].map(|()| Gateway::start(options.clone()));
    let nginx = Nginx::start(|port| configuration(port, &nodes));
    let cast = nodes[0].populate(40);
    let token = |who: &str| nodes[0].token(cast.id(who));
    let (teacher, class) = (token("teacher"), json!({ "classId": cast.id("class") }));

    let quick = Backoff { base: Duration::from_millis(50), cap: Duration::from_millis(200) };
    let options =
        homeroom_client::Options::new(nginx.url()).token(token("principal")).recover().reconnect(quick);
    let client = Client::connect(options).await.unwrap();
    let watching = client.namespace("/gradebook").await.unwrap();
    let joined = watching.request("gradebook:join", &class).await.unwrap();
    // By due date: the last one is of a grading period that is still open.
    let item = joined["initialData"]["lineItems"].as_array().unwrap().last().unwrap()["lineItemId"].clone();
    let student = cast.id("student");
    let grade = async |node: &Gateway, score: u32| {
        let grade = json!({ "lineItemId": item, "studentId": student, "score": score });
        let answer = node.post(&teacher, "gradebook", "grade:set", &grade, None).await;
        assert_eq!(answer.body["success"], Value::Bool(true), "{}", answer.body);
    };

    let mut moved = 0;
    for killed in 0..3 {
        let other = &nodes[(killed + 1) % 3];
        grade(other, 1).await;
        assert_eq!(scores(&watching).await, [1.0]);
        let mut status = watching.status();
        status.mark_unchanged();
        nodes[killed].kill9();
        grade(other, 2).await;
        grade(other, 3).await;
        assert_eq!(scores(&watching).await, [2.0, 3.0]);
        if status.has_changed().unwrap() {
            assert!(watching.connected().await.unwrap(), "the same session");
            moved += 1;
        }
        nodes[killed].restart();
    }
    assert!(moved >= 1, "it was on one of them");
}
