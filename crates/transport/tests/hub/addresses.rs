//! How much may come from one address, and how many connections a node has.

use homeroom_transport::TransportConfig;
use homeroom_transport::engine::EngineConfig;
use homeroom_transport::socket_io::WireConfig;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::node::{Node, PATIENCE, metric, start, with};
use crate::raw::upgrade;

async fn engine(config: EngineConfig) -> Node {
    start(TransportConfig::default(), WireConfig { engine: config, ..WireConfig::default() }).await
}

/// A handshake, as it comes through a proxy that says for whom; the head of what is answered.
async fn knock(node: &Node, client: &str) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(node.address()).await.unwrap();
    let head = upgrade("/socket.io/?EIO=4&transport=websocket", &format!("x-forwarded-for: {client}\r\n"));
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.windows(4).any(|end| end == b"\r\n\r\n") {
        assert!(stream.read_buf(&mut answer).await.unwrap() > 0, "{answer:?}");
    }
    (stream, String::from_utf8_lossy(&answer).to_lowercase())
}

fn through_a_proxy() -> EngineConfig {
    EngineConfig { trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()], ..EngineConfig::default() }
}

#[tokio::test]
async fn an_address_opens_only_so_many_connections_in_a_time() {
    let node = engine(EngineConfig { new_connections_per_address_per_min: 2, ..through_a_proxy() }).await;
    for _ in 0..2 {
        assert!(knock(&node, "198.51.100.1").await.1.starts_with("http/1.1 101"));
    }
    let (_, refused) = knock(&node, "198.51.100.1").await;
    assert!(refused.starts_with("http/1.1 429"), "{refused}");
    assert!(refused.contains("retry-after: 60\r\n") || refused.contains("retry-after: 59\r\n"), "{refused}");
    assert!(knock(&node, "198.51.100.2").await.1.starts_with("http/1.1 101"), "another address");
    assert_eq!(metric(&node, "websocket_handshakes_refused_address_total").await, 1);
}

#[tokio::test]
async fn an_address_has_only_so_many_connections_at_a_time() {
    let node = engine(EngineConfig { max_connections_per_address: 2, ..through_a_proxy() }).await;
    let (first, answer) = knock(&node, "198.51.100.1").await;
    assert!(answer.starts_with("http/1.1 101"));
    let _second = knock(&node, "198.51.100.1").await;
    let (_, refused) = knock(&node, "198.51.100.1").await;
    assert!(refused.starts_with("http/1.1 429") && refused.contains("retry-after: 10\r\n"), "{refused}");
    assert!(knock(&node, "198.51.100.2").await.1.starts_with("http/1.1 101"), "another address");
    drop(first);
    let again = async { while !knock(&node, "198.51.100.1").await.1.starts_with("http/1.1 101") {} };
    tokio::time::timeout(PATIENCE, again).await.expect("the place is free when the first has gone");
}

/// Whoever asks and whatever for, also those whom nobody knows.
#[tokio::test]
async fn an_address_sends_only_so_many_requests() {
    let config = TransportConfig { http_requests_per_address_per_10s: 4, ..TransportConfig::default() };
    let node = start(config, WireConfig { engine: through_a_proxy(), ..WireConfig::default() }).await;
    let from = |client: &'static str, request: reqwest::RequestBuilder| async move {
        request.header("x-forwarded-for", client).send().await.unwrap()
    };
    let http = reqwest::Client::new();
    let docs = http.get(format!("{}/docs", node.url));
    let nowhere = http.post(format!("{}/v1/nowhere/x", node.url));
    let stranger = http.post(format!("{}/v1/board/server:time", node.url)).bearer_auth("guessed");
    for (request, status) in
        [(docs, 200), (nowhere, 404), (stranger, 401), (node.post("server:time", "ada"), 200)]
    {
        assert_eq!(from("198.51.100.1", request).await.status(), status);
    }
    let refused = from("198.51.100.1", node.post("server:time", "ben")).await;
    assert_eq!(refused.status(), 429);
    let seconds: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=10).contains(&seconds), "{seconds}");
    let ack: serde_json::Value = refused.json().await.unwrap();
    assert_eq!(ack["code"], "RATE_LIMIT_EXCEEDED");
    assert!(ack["retryAfterMs"].as_u64().unwrap() <= 10_000, "{ack}");
    assert_eq!(from("198.51.100.2", node.post("server:time", "ben")).await.status(), 200, "another address");
    assert!(
        knock(&node, "198.51.100.1").await.1.starts_with("http/1.1 101"),
        "connections are counted apart"
    );
    assert_eq!(metric(&node, r#"limit_refusals_total{limit="address"}"#).await, 1);
}

#[tokio::test]
async fn an_address_sends_as_many_as_it_likes_with_the_limits_off() {
    let config = TransportConfig {
        http_requests_per_address_per_10s: 1,
        limits_off: true,
        ..TransportConfig::default()
    };
    let node = with(config).await;
    for _ in 0..3 {
        assert_eq!(node.post("server:time", "ada").send().await.unwrap().status(), 200);
    }
}

/// Who says from where somebody comes without being a proxy is not believed.
#[tokio::test]
async fn a_client_does_not_choose_its_address() {
    let node = engine(EngineConfig { max_connections_per_address: 1, ..EngineConfig::default() }).await;
    let _first = knock(&node, "198.51.100.1").await;
    assert!(knock(&node, "198.51.100.2").await.1.starts_with("http/1.1 429"));
}

#[tokio::test]
async fn a_full_node_says_when_to_come_back() {
    let node = engine(EngineConfig { max_connections: 1, ..EngineConfig::default() }).await;
    let _first = knock(&node, "x").await;
    let (_, refused) = knock(&node, "x").await;
    assert!(refused.starts_with("http/1.1 503") && refused.contains("retry-after: 5\r\n"), "{refused}");
    assert_eq!(metric(&node, "websocket_handshakes_refused_full_total").await, 1);
}
