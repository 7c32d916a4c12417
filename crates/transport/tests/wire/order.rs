//! One connection's events in order, through a bounded mailbox, and acknowledgements of clients.

use homeroom_transport::{
    engine::EngineConfig,
    socket_io::{AckError, SocketIoConfig},
};

use super::{
    apps::{self, Server, plain},
    raw::Raw,
};

fn noted(server: &Server) -> Vec<String> {
    server.upper().app().noted()
}

/// Until the application has noted so many lines.
async fn wait_for(server: &Server, lines: usize) {
    while noted(server).len() < lines {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn events_wait_for_the_one_before_and_heartbeats_for_nobody() {
    let engine = EngineConfig { ping_interval_ms: 20, ping_timeout_ms: 2_000, ..EngineConfig::default() };
    let (addr, server) = apps::notes(engine, SocketIoConfig::default()).await;
    let mut raw = Raw::connected(addr).await;
    raw.send(r#"42["wait",0]"#).await;
    raw.send(r#"42["next",1]"#).await;
    raw.send("40/other").await;
    raw.send(r#"42/other,["elsewhere",2]"#).await;
    for _ in 0..3 {
        assert_eq!(raw.text().await, "2", "pings go on while a handler is busy");
        raw.send("3").await;
    }
    assert_eq!(noted(&server), ["connect / ", "event / wait 0"], "nothing overtakes");
    server.upper().app().gate.add_permits(1);
    wait_for(&server, 5).await;
    assert_eq!(noted(&server)[2..], ["event / next 1", "connect /other ", "event /other elsewhere 2"]);
}

#[tokio::test]
async fn a_full_mailbox_answers_busy_at_once() {
    let config = SocketIoConfig { mailbox_events: 2, ..SocketIoConfig::default() };
    let (addr, server) = apps::notes(EngineConfig::default(), config).await;
    let mut raw = Raw::connected(addr).await;
    raw.send(r#"42["wait",0]"#).await;
    wait_for(&server, 2).await;
    for n in 1..=4 {
        raw.send(&format!(r#"42{n}["next",{n}]"#)).await;
    }
    assert_eq!(raw.text().await, r#"433[{"code":"BUSY"}]"#);
    assert_eq!(raw.text().await, r#"434[{"code":"BUSY"}]"#);
    server.upper().app().gate.add_permits(1);
    assert_eq!(raw.text().await, r#"42["back",0]"#);
    assert_eq!(raw.text().await, "431[1]");
    assert_eq!(raw.text().await, "432[2]");
    raw.send(r#"425["next",5]"#).await;
    assert_eq!(raw.text().await, "435[5]", "there is room again");
}

#[tokio::test]
async fn a_mailbox_is_bounded_in_bytes_too() {
    let config = SocketIoConfig { mailbox_bytes: 1_000, ..SocketIoConfig::default() };
    let (addr, server) = apps::notes(EngineConfig::default(), config).await;
    let mut raw = Raw::connected(addr).await;
    raw.send(r#"42["wait",0]"#).await;
    wait_for(&server, 2).await;
    let large = format!(r#""{}""#, "x".repeat(900));
    raw.send(&format!(r#"421["next",{large}]"#)).await;
    raw.send(&format!(r#"422["next",{large}]"#)).await;
    assert_eq!(raw.text().await, r#"432[{"code":"BUSY"}]"#);
    server.upper().app().gate.add_permits(1);
    assert_eq!(raw.text().await, r#"42["back",0]"#);
    assert_eq!(raw.text().await, format!("431[{large}]"));
}

#[tokio::test]
async fn who_floods_before_being_let_in_is_closed() {
    let config = SocketIoConfig { mailbox_events: 2, ..SocketIoConfig::default() };
    let (addr, server) = apps::notes(EngineConfig::default(), config).await;
    let mut raw = Raw::open(addr).await;
    raw.send("40/slow").await;
    wait_for(&server, 1).await;
    for _ in 0..3 {
        raw.send(r#"42/slow,["early"]"#).await;
    }
    assert_eq!(raw.closed().await, (1008, vec![]));
}

#[tokio::test]
async fn who_comes_and_goes_while_a_connect_is_undecided_is_closed() {
    let config = SocketIoConfig { max_namespaces: 2, ..SocketIoConfig::default() };
    let (addr, server) = apps::notes(EngineConfig::default(), config).await;
    let mut raw = Raw::open(addr).await;
    raw.send("40/slow").await;
    wait_for(&server, 1).await;
    for _ in 0..6 {
        raw.send("40/a").await;
        raw.send("41/a").await;
    }
    assert_eq!(raw.closed().await, (1008, vec![]));
}

#[tokio::test]
async fn events_behind_a_connect_wait_for_its_answer() {
    let (addr, server) = plain().await;
    let mut raw = Raw::open(addr).await;
    raw.send("40/slow").await;
    raw.send(r#"42/slow,["early",1]"#).await;
    wait_for(&server, 1).await;
    server.upper().app().gate.add_permits(1);
    assert!(raw.text().await.starts_with("40/slow,{"));
    assert_eq!(raw.text().await, r#"42/slow,["back",1]"#);
}

#[tokio::test]
async fn a_handler_may_ask_its_own_client() {
    let (addr, server) = plain().await;
    let mut raw = Raw::connected(addr).await;
    raw.send(r#"42["ask"]"#).await;
    assert_eq!(raw.text().await, r#"420["question",1]"#);
    raw.send("430[2,\"x\"]").await;
    assert_eq!(raw.text().await, r#"42["back"]"#);
    raw.send(r#"42["ask-briefly"]"#).await;
    assert_eq!(raw.text().await, r#"421["question"]"#);
    assert_eq!(raw.text().await, r#"42["gave-up"]"#);
    raw.send("431[\"too late\"]").await;
    assert_eq!(raw.text().await, r#"42["back"]"#);
    raw.send(r#"42["ask"]"#).await;
    assert_eq!(raw.text().await, r#"422["question",1]"#);
    raw.send("1").await;
    raw.closed().await;
    wait_for(&server, 7).await;
    assert_eq!(
        noted(&server)[2..],
        [
            r#"answer 2 "x""#,
            "event / ask-briefly null",
            "event / ask null",
            "answer the client is disconnected",
            "disconnected / transport close",
        ]
    );
}

#[tokio::test]
async fn a_client_owes_only_so_many_acks() {
    let config = SocketIoConfig { max_pending_acks: 1, ..SocketIoConfig::default() };
    let (addr, server) = apps::notes(EngineConfig::default(), config).await;
    let mut raw = Raw::connected(addr).await;
    let socket = server.upper().app().socket(0);
    let minute = std::time::Duration::from_mins(1);
    let first = socket.emit_with_ack("one", &[], minute);
    let second = async {
        assert_eq!(raw.text().await, r#"420["one"]"#);
        let error = socket.emit_with_ack("two", &[], minute).await.unwrap_err();
        assert_eq!(error, AckError::TooMany);
        raw.send(r#"461-0[{"_placeholder":true,"num":0}]"#).await;
        raw.send_binary(b"answer").await;
    };
    let (answer, ()) = tokio::join!(first, second);
    let answer = answer.unwrap();
    assert_eq!(answer.attachments, [&b"answer"[..]]);
    assert_eq!(answer.args.len(), 1);
}
