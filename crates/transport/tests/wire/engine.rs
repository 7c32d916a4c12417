//! Engine.IO sessions: who gets in, heartbeat, the ways out.

use std::time::Duration;

use homeroom_transport::engine::EngineConfig;

use super::{
    apps,
    raw::{Got, Raw, Refused, refused, upgrade},
};

#[tokio::test]
async fn a_session_opens_and_echoes() {
    let (addr, engine, _connections) = apps::echo(EngineConfig::default()).await;
    for target in ["/socket.io/?EIO=4&transport=websocket", "/socket.io?transport=websocket&EIO=4"] {
        let mut raw = Raw::upgrade(addr, target, "").await;
        let open = raw.text().await;
        let open: serde_json::Value = serde_json::from_str(open.strip_prefix('0').unwrap()).unwrap();
        let mut keys: Vec<_> = open.as_object().unwrap().keys().cloned().collect();
        keys.sort();
        assert_eq!(keys, ["maxPayload", "pingInterval", "pingTimeout", "sid", "upgrades"]);
        raw.send("4hello").await;
        assert_eq!(raw.text().await, "4hello");
        raw.send_binary(&[1, 2, 3, 4]).await;
        assert_eq!(raw.next().await, Got::Binary(vec![1, 2, 3, 4]));
        raw.send("6").await;
        raw.send("4").await;
        assert_eq!(raw.text().await, "4", "a noop is ignored");
    }
    assert_eq!(engine.counters().messages_in.get(), 6);
    assert_eq!(engine.counters().opened.get(), 2);
}

#[tokio::test]
async fn each_refused_handshake_has_its_status_and_number() {
    let (addr, engine, _connections) = apps::echo(EngineConfig::default()).await;
    let plain = |method: &str, query: &str| {
        format!("{method} /socket.io/?{query} HTTP/1.1\r\nHost: school.example\r\nContent-Length: 0\r\n\r\n")
    };
    let ws = |query: &str| upgrade(&format!("/socket.io/?{query}"), "");
    let cases = [
        (plain("GET", "EIO=4&transport=polling"), 400, 0, "Transport unknown"),
        (plain("GET", "EIO=4"), 400, 0, "Transport unknown"),
        (ws("EIO=4&transport=abc"), 400, 0, "Transport unknown"),
        (ws("EIO=4&transport=websocket&sid=nobody"), 400, 1, "Session ID unknown"),
        (plain("POST", "EIO=4&transport=websocket"), 400, 2, "Bad handshake method"),
        (plain("GET", "EIO=4&transport=websocket"), 400, 3, "Bad request"),
        (ws("transport=websocket"), 400, 5, "Unsupported protocol version"),
        (ws("EIO=3&transport=websocket"), 400, 5, "Unsupported protocol version"),
    ];
    for (request, status, code, message) in &cases {
        let body = format!(r#"{{"code":{code},"message":"{message}"}}"#);
        assert_eq!(refused(addr, request).await, Refused { status: *status, body }, "{request}");
    }
    assert_eq!(engine.counters().refused.get(), cases.len() as u64);
}

#[tokio::test]
async fn a_second_websocket_for_a_session_is_refused() {
    let (addr, _engine, mut connections) = apps::echo(EngineConfig::default()).await;
    let _raw = Raw::open(addr).await;
    let sid = connections.recv().await.unwrap().id().as_str().to_owned();
    let again = upgrade(&format!("/socket.io/?EIO=4&transport=websocket&sid={sid}"), "");
    assert_eq!(refused(addr, &again).await.body, r#"{"code":3,"message":"Bad request"}"#);
}

#[tokio::test]
async fn only_allowed_pages_get_in() {
    let config =
        EngineConfig { allowed_origins: vec!["https://app.example".to_owned()], ..EngineConfig::default() };
    let (addr, _engine, _connections) = apps::echo(config).await;
    let target = "/socket.io/?EIO=4&transport=websocket";
    for origin in ["https://app.example", "http://school.example"] {
        Raw::upgrade(addr, target, &format!("Origin: {origin}\r\n")).await;
    }
    for target in [target, "/socket.io/?EIO=4&transport=websocket&sid=x", "/socket.io/"] {
        let answer = refused(addr, &upgrade(target, "Origin: https://evil.example\r\n")).await;
        let body = r#"{"code":4,"message":"Forbidden"}"#.to_owned();
        assert_eq!(answer, Refused { status: 403, body }, "{target}");
    }
}

#[tokio::test]
async fn connections_are_limited_in_all_and_per_address_before_they_are_let_in() {
    let (addr, _engine, _connections) =
        apps::echo(EngineConfig { max_connections: 2, ..EngineConfig::default() }).await;
    let request = upgrade("/socket.io/?EIO=4&transport=websocket", "");
    let _both = (Raw::open(addr).await, Raw::open(addr).await);
    assert_eq!(refused(addr, &request).await.status, 503);

    let (addr, engine, mut connections) =
        apps::echo(EngineConfig { max_pending_per_address: 2, ..EngineConfig::default() }).await;
    let _both = (Raw::open(addr).await, Raw::open(addr).await);
    assert_eq!(refused(addr, &request).await.status, 403);
    connections.recv().await.unwrap().let_in();
    let mut third = Raw::open(addr).await;
    assert_eq!(refused(addr, &request).await.status, 403);
    third.send("1").await;
    third.closed().await;
    while engine.connections() > 2 {
        tokio::task::yield_now().await;
    }
    Raw::open(addr).await;
}

#[tokio::test]
async fn the_request_is_known_as_far_as_it_is_kept() {
    let config = EngineConfig { kept_headers: vec!["authorization".to_owned()], ..EngineConfig::default() };
    let (addr, _engine, mut connections) = apps::echo(config).await;
    let headers = "Authorization: Bearer abc\r\nX-Other: 1\r\n";
    let _raw = Raw::upgrade(addr, "/socket.io/?EIO=4&transport=websocket&token=a%2Bb", headers).await;
    let connection = connections.recv().await.unwrap();
    let handshake = connection.handshake();
    assert_eq!(handshake.query_value("token").as_deref(), Some("a+b"));
    assert_eq!(handshake.header("Authorization"), Some("Bearer abc"));
    assert_eq!(handshake.header("x-other"), None);
    assert!(handshake.peer().ip().is_loopback());
    assert!(connection.set_extension(7_u32) && !connection.set_extension(8_u32));
    assert_eq!((connection.extension::<u32>(), connection.extension::<u8>()), (Some(&7), None));
}

#[tokio::test]
async fn who_answers_pings_stays_and_who_does_not_goes() {
    let config = EngineConfig { ping_interval_ms: 20, ping_timeout_ms: 800, ..EngineConfig::default() };
    let (addr, engine, _connections) = apps::echo(config).await;
    let mut raw = Raw::open(addr).await;
    for _ in 0..3 {
        assert_eq!(raw.text().await, "2");
        raw.send("3").await;
    }
    assert_eq!(
        raw.closed().await,
        (1008, vec![Got::Text("2".to_owned())]),
        "one unanswered ping, then the end"
    );
    assert_eq!(engine.counters().closed_ping_timeout.get(), 1);
}

#[tokio::test]
async fn what_closes_a_session() {
    let (addr, _engine, _connections) = apps::echo(EngineConfig::default()).await;
    for (packet, code) in
        [("1", 1000), ("2", 1002), ("2probe", 1002), ("abc", 1002), ("", 1002), ("0", 1002), ("5", 1002)]
    {
        let mut raw = Raw::open(addr).await;
        raw.send(packet).await;
        assert_eq!(raw.closed().await.0, code, "{packet:?}");
    }
}

#[tokio::test]
async fn a_client_that_does_not_finish_the_close_is_let_go() {
    let config = EngineConfig { close_timeout_ms: 30, ..EngineConfig::default() };
    let (addr, engine, _connections) = apps::echo(config).await;
    let mut raw = Raw::open(addr).await;
    raw.send("2").await;
    assert_eq!(raw.next().await, Got::Close(1002));
    while engine.connections() > 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn a_drain_closes_everything_and_lets_nobody_in() {
    let (addr, engine, _connections) = apps::echo(EngineConfig::default()).await;
    let mut raws = Vec::new();
    for _ in 0..5 {
        raws.push(Raw::open(addr).await);
    }
    assert_eq!(engine.connections(), 5);
    engine.stop_accepting();
    let request = upgrade("/socket.io/?EIO=4&transport=websocket", "");
    assert_eq!(refused(addr, &request).await.status, 503);
    raws[0].send("4still here").await;
    assert_eq!(raws[0].text().await, "4still here", "who is in stays until the drain");
    let clients = async {
        for raw in &mut raws {
            assert_eq!(raw.closed().await, (1001, vec![]));
        }
        drop(raws);
    };
    tokio::join!(engine.drain(Duration::from_millis(50)), clients);
    assert_eq!(engine.connections(), 0);
    assert_eq!(engine.counters().closed.get(), 5);
}
