//! Socket.IO packets over a socket: what is answered, what closes, what is put up with.

use std::time::Duration;

use homeroom_transport::{engine::EngineConfig, socket_io::SocketIoConfig};
use tokio::time::Instant;

use super::{
    apps::{self, plain},
    raw::{Got, Raw},
};

#[tokio::test]
async fn namespaces_are_entered_and_left() {
    let (addr, server) = plain().await;
    let mut raw = Raw::open(addr).await;
    raw.send(r#"40/custom,{"token":"abc"}"#).await;
    let answer = raw.text().await;
    let sid: serde_json::Value = serde_json::from_str(answer.strip_prefix("40/custom,").unwrap()).unwrap();
    assert_eq!(sid.as_object().unwrap().keys().collect::<Vec<_>>(), ["sid"]);
    let socket = server.upper().app().socket(0);
    assert_eq!(sid["sid"], socket.sid().as_str());
    assert_ne!(socket.sid(), socket.connection().id(), "the engine's id is another secret");

    raw.send("40").await;
    assert!(raw.text().await.starts_with("40{"));
    raw.send("40/nowhere").await;
    assert_eq!(raw.text().await, r#"44/nowhere,{"message":"Invalid namespace"}"#);
    raw.send("40/pid").await;
    assert!(raw.text().await.ends_with(r#""pid":"p-1"}"#));

    raw.send("41/custom").await;
    raw.send(r#"42["still",1]"#).await;
    assert_eq!(raw.text().await, r#"42["back",1]"#);
    raw.send("40/custom,").await;
    assert!(raw.text().await.starts_with("40/custom,{"), "it may come back");
    assert_eq!(
        server.upper().app().noted(),
        [
            r#"connect /custom {"token":"abc"}"#,
            "connect / ",
            "connect /nowhere ",
            "connect /pid ",
            "disconnected /custom client namespace disconnect",
            "event / still 1",
            "connect /custom ",
        ]
    );
}

#[tokio::test]
async fn events_acks_and_binary_come_back() {
    let (addr, _server) = plain().await;
    let mut raw = Raw::connected(addr).await;
    raw.send(r#"42["message",1,"2",{"3":[true]}]"#).await;
    assert_eq!(raw.text().await, r#"42["back",1,"2",{"3":[true]}]"#);
    raw.send(r#"42456["message",1,"2",{"3":[false]}]"#).await;
    assert_eq!(raw.text().await, r#"43456[1,"2",{"3":[false]}]"#);
    for (head, back) in [
        (
            r#"452-["m",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#,
            r#"452-["back",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#,
        ),
        (
            r#"452-789["m",{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}]"#,
            r#"462-789[{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}]"#,
        ),
    ] {
        raw.send(head).await;
        raw.send_binary(&[1, 2, 3]).await;
        raw.send_binary(&[]).await;
        assert_eq!(raw.text().await, back);
        assert_eq!(raw.next().await, Got::Binary(vec![1, 2, 3]));
        assert_eq!(raw.next().await, Got::Binary(vec![]));
    }
}

#[tokio::test]
async fn what_closes_the_whole_connection() {
    let (addr, server) = plain().await;
    for packets in [
        &[r#"42["before connect"]"#][..],
        &["41"],
        &["43/other,1[]"],
        &["40", "40"],
        &["40", r#"42/other,["not joined"]"#],
        &["40", "41/other"],
        &["40", "41", r#"42["left"]"#],
        &["40/nowhere", r#"42/nowhere,["refused"]"#],
        &["40", r#"44{"message":"x"}"#],
        &["40", r#"42["disconnect"]"#],
        &["40", r#"42["connect"]"#],
        &["40", r#"42["newListener"]"#],
        &["40", "4"],
        &["40", "4abc"],
        &["40", "47[]"],
        &["40", "42{}"],
        &["40", "42[]"],
        &["40", r#"42["a""#],
        &["40", r#"42abc["a"]"#],
        &["40", "40[]"],
        &["40", r#"450-["a"]"#],
        &["40", r#"4511-["a"]"#],
        &["40", r#"451-["a",{"_placeholder":true,"num":1}]"#],
        &["40", r#"451-["a",{"_placeholder":true,"num":0}]"#, r#"42["text where an attachment must come"]"#],
        &["40", "*stray"],
    ] {
        let mut raw = Raw::open(addr).await;
        for (index, packet) in packets.iter().enumerate() {
            match packet.strip_prefix('*') {
                Some(binary) => raw.send_binary(binary.as_bytes()).await,
                None => raw.send(packet).await,
            }
            // The answer to a CONNECT first, so that what follows is judged by itself.
            if packets.len() > 1 && index == 0 {
                raw.text().await;
            }
        }
        assert_eq!(raw.closed().await.0, 1002, "{packets:?}");
    }
    assert_eq!(server.counters().closed_violation.get(), 25);
}

#[tokio::test]
async fn what_is_put_up_with() {
    let (addr, _server) = plain().await;
    let mut raw = Raw::connected(addr).await;
    raw.send("43999[1]").await;
    raw.send(r#"461-999[{"_placeholder":true,"num":0}]"#).await;
    raw.send_binary(b"for nobody").await;
    raw.send("42[7,8]").await;
    assert_eq!(raw.text().await, r#"42["back",8]"#);
}

#[tokio::test]
async fn limits_of_one_packet() {
    let config = SocketIoConfig {
        max_attachments: 2,
        max_attachments_bytes: 10,
        max_json_depth: 4,
        max_ack_digits: 3,
        max_namespace_bytes: 5,
        ..SocketIoConfig::default()
    };
    let (addr, _server) = apps::notes(EngineConfig::default(), config).await;
    let mut raw = Raw::connected(addr).await;
    raw.send(r#"42123["a",[[[1]]]]"#).await;
    assert_eq!(raw.text().await, "43123[[[[1]]]]");
    raw.send("40/four").await;
    assert!(raw.text().await.starts_with("40/four,"));
    raw.send(r#"452-["a"]"#).await;
    raw.send_binary(&[0; 4]).await;
    raw.send_binary(&[0; 6]).await;
    assert_eq!(raw.text().await, r#"452-["back"]"#);

    for (packet, attachment, code) in [
        (r#"42["a",[[[[1]]]]]"#, None, 1002),
        (r#"421234["a"]"#, None, 1002),
        ("40/fives", None, 1002),
        (r#"453-["a"]"#, None, 1002),
        (r#"452-["a"]"#, Some([0; 11]), 1009),
    ] {
        let mut raw = Raw::connected(addr).await;
        raw.send(packet).await;
        if let Some(attachment) = attachment {
            raw.send_binary(&attachment).await;
        }
        assert_eq!(raw.closed().await.0, code, "{packet}");
    }
}

#[tokio::test]
async fn attachments_have_to_come_in_time() {
    let config = SocketIoConfig { attachments_timeout_ms: 30, ..SocketIoConfig::default() };
    let (addr, _server) = apps::notes(EngineConfig::default(), config).await;
    let mut raw = Raw::connected(addr).await;
    raw.send(r#"452-["a"]"#).await;
    raw.send_binary(&[1]).await;
    assert_eq!(raw.closed().await, (1008, vec![]));
}

#[tokio::test]
async fn who_enters_no_namespace_in_time_is_closed() {
    let config = SocketIoConfig { connect_timeout_ms: 300, ..SocketIoConfig::default() };
    let engine = EngineConfig { ping_interval_ms: 20, ..EngineConfig::default() };
    let (addr, _server) = apps::notes(engine, config).await;
    for silent in [None, Some("40/nowhere"), Some("41")] {
        let mut raw = Raw::open(addr).await;
        if let Some(packet) = silent {
            if packet == "41" {
                raw.send("40").await;
                raw.text().await;
            }
            raw.send(packet).await;
        }
        let code = loop {
            match raw.next().await {
                Got::Text(ping) if ping == "2" => raw.send("3").await,
                Got::Text(_) => {}
                other => break other,
            }
        };
        assert_eq!(code, Got::Close(1008), "{silent:?}");
    }
    let mut raw = Raw::connected(addr).await;
    for _ in 0..5 {
        assert_eq!(raw.text().await, "2");
        raw.send("3").await;
    }
    raw.send(r#"42["still here"]"#).await;
    while raw.text().await == "2" {}
}

/// Asking again and again is not being let in; neither is waiting for an answer.
#[tokio::test]
async fn who_only_asks_to_be_let_in_is_closed_in_time() {
    let config = SocketIoConfig { connect_timeout_ms: 300, ..SocketIoConfig::default() };
    let engine = EngineConfig { ping_interval_ms: 20, ..EngineConfig::default() };
    let (addr, _server) = apps::notes(engine, config).await;
    for asked in ["40/nowhere", "40/slow"] {
        let mut raw = Raw::open(addr).await;
        raw.send(asked).await;
        let begun = Instant::now();
        let end = loop {
            match raw.next().await {
                Got::Text(ping) if ping == "2" => raw.send("3").await,
                Got::Text(_) => {
                    // Sooner than it could become idle.
                    tokio::time::sleep(Duration::from_millis(10)).await;
                    raw.send(asked).await;
                }
                end => break end,
            }
            assert!(begun.elapsed() < Duration::from_secs(10), "{asked} for ever");
        };
        assert_eq!(end, Got::Close(1008), "{asked}");
    }
}

/// Whatever comes of them; what it is in goes on, and another connection has its own.
#[tokio::test]
async fn a_connection_asks_to_be_let_in_only_so_often() {
    let config = SocketIoConfig { connects_per_min: 4, ..SocketIoConfig::default() };
    let (addr, server) = apps::notes(EngineConfig::default(), config).await;
    let mut raw = Raw::connected(addr).await;
    for _ in 0..2 {
        raw.send("40/nowhere").await;
        assert_eq!(raw.text().await, r#"44/nowhere,{"message":"Invalid namespace"}"#);
    }
    raw.send("40/custom").await;
    assert!(raw.text().await.starts_with("40/custom,{"));
    raw.send("41/custom").await;
    let asked = server.upper().app().noted().len();
    for namespace in ["/custom", "/nowhere", "/custom"] {
        raw.send(&format!("40{namespace}")).await;
        assert_eq!(raw.text().await, format!(r#"44{namespace},{{"message":"Too many CONNECTs"}}"#));
    }
    raw.send(r#"42["goes on"]"#).await;
    assert_eq!(raw.text().await, r#"42["back"]"#);
    let noted = server.upper().app().noted();
    assert!(
        !noted[asked..].iter().any(|line| line.starts_with("connect ")),
        "nobody looked into it: {noted:?}"
    );
    Raw::connected(addr).await;
}

#[tokio::test]
async fn namespaces_per_connection_are_limited() {
    let config = SocketIoConfig { max_namespaces: 2, ..SocketIoConfig::default() };
    let (addr, _server) = apps::notes(EngineConfig::default(), config).await;
    let mut raw = Raw::connected(addr).await;
    raw.send("40/a").await;
    assert!(raw.text().await.starts_with("40/a,{"));
    raw.send("40/b").await;
    assert_eq!(raw.text().await, r#"44/b,{"message":"Too many namespaces"}"#);
    raw.send("41/a").await;
    raw.send("40/b").await;
    assert!(raw.text().await.starts_with("40/b,{"), "leaving one makes room");
}
