//! The client against a server that says exactly what a test wants it to, the unusual included.
#![cfg(test)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use fastwebsockets::{Frame, OpCode, Payload, Role, WebSocket};
use homeroom_client::{Backoff, Client, Emission, Error, Options, Socket, Status};
use homeroom_contract::schemars::{self, JsonSchema};
use homeroom_contract::{ClientId, Code};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const OPEN: &str =
    r#"0{"sid":"e","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#;

/// The server's side, one connection at a time.
struct Script(TcpListener);

struct Peer(WebSocket<TcpStream>);

impl Script {
    async fn new() -> (Self, Options) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let quickly = Backoff { base: Duration::from_millis(5), cap: Duration::from_millis(20) };
        let options = Options::new(format!("ws://{}", listener.local_addr().unwrap())).reconnect(quickly);
        (Self(listener), options)
    }

    /// The next connection, its handshake answered and the open packet sent.
    async fn accept(&self, open: &str) -> Peer {
        let (mut stream, _) = self.0.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            request.push(stream.read_u8().await.unwrap());
        }
        let request = String::from_utf8(request).unwrap();
        assert!(request.starts_with("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"), "{request}");
        let answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
        stream.write_all(answer.as_bytes()).await.unwrap();
        let mut peer = Peer(WebSocket::after_handshake(stream, Role::Server));
        peer.says(open).await;
        peer
    }

    /// A connection on which `/` has been let in.
    async fn connected(&self, options: Options) -> (Client, Socket, Peer) {
        let server = async {
            let mut peer = self.accept(OPEN).await;
            peer.hears("40").await;
            peer.says(r#"40{"sid":"s"}"#).await;
            peer
        };
        let client = async {
            let client = Client::connect(options).await.unwrap();
            let socket = client.namespace("/").await.unwrap();
            (client, socket)
        };
        let (peer, (client, socket)) = tokio::join!(server, client);
        (client, socket, peer)
    }
}

impl Peer {
    async fn says(&mut self, text: &str) {
        self.0.write_frame(Frame::text(Payload::Borrowed(text.as_bytes()))).await.unwrap();
    }

    async fn hears(&mut self, text: &str) {
        let frame = self.0.read_frame().await.unwrap();
        assert_eq!(String::from_utf8(frame.payload.to_vec()).unwrap(), text);
    }
}

#[tokio::test]
async fn a_ping_is_answered_and_a_silent_server_is_left() {
    let (script, options) = Script::new().await;
    let soon = OPEN.replace("25000", "100").replace("20000", "100");
    let server = async {
        let mut peer = script.accept(&soon).await;
        peer.hears("40").await;
        peer.says(r#"40{"sid":"s"}"#).await;
        peer.says("2").await;
        peer.hears("3").await;
        // Says nothing more.
        script.accept(OPEN).await.hears("40").await;
    };
    let client = async {
        let client = Client::connect(options).await.unwrap();
        let socket = client.namespace("/").await.unwrap();
        let mut status = socket.status();
        let lost = status.wait_for(|status| matches!(status, Status::Disconnected(_))).await.unwrap().clone();
        assert_eq!(lost, Status::Disconnected("ping timeout".to_owned()));
        (client, socket)
    };
    tokio::select! {
        _ = async { tokio::join!(server, client) } => {}
        () = tokio::time::sleep(Duration::from_secs(20)) => panic!("it did not come back"),
    }
}

#[tokio::test]
async fn an_interrupted_client_says_nothing_and_comes_back() {
    let (script, options) = Script::new().await;
    let (client, socket, mut peer) = script.connected(options).await;
    client.interrupt();
    assert!(peer.0.read_frame().await.is_err());
    let mut status = socket.status();
    status.wait_for(|status| matches!(status, Status::Disconnected(_))).await.unwrap();
    script.accept(OPEN).await.hears("40").await;
}

#[tokio::test]
async fn an_event_that_asks_is_answered() {
    let (script, options) = Script::new().await;
    let (_client, socket, mut peer) = script.connected(options).await;
    peer.says(r#"4217["which",{"of":2}]"#).await;
    let event = socket.next_event().await.unwrap();
    assert!(event.wants_answer());
    socket.answer(&event, Emission::new("").arg(&"the first").unwrap()).await.unwrap();
    peer.hears(r#"4317["the first"]"#).await;
}

#[tokio::test]
async fn a_failure_in_an_ack_has_its_code() {
    let (script, options) = Script::new().await;
    let (_client, socket, mut peer) = script.connected(options).await;
    let payload = json!({ "a": 1 });
    let server = async {
        peer.hears(r#"420["grade:set",{"a":1}]"#).await;
        peer.says(
            r#"430[{"success":false,"error":"Slow down.","code":"RATE_LIMIT_EXCEEDED","retryAfterMs":20}]"#,
        )
        .await;
        peer.hears(r#"421["grade:set",{"a":1}]"#).await;
        peer.says(r#"431[{"success":true,"data":{"version":1}}]"#).await;
    };
    let client = async {
        let error = socket.request("grade:set", &payload).await.unwrap_err();
        let Error::Failed(failure) = error else { panic!("{error}") };
        assert_eq!(
            (failure.code, failure.retry_after),
            (Code::RateLimitExceeded, Some(Duration::from_millis(20)))
        );
        assert_eq!(socket.request("grade:set", &payload).await.unwrap(), json!({ "version": 1 }));
    };
    tokio::join!(server, client);
}

#[tokio::test]
async fn without_an_answer_in_time_a_call_ends() {
    let (script, options) = Script::new().await;
    let (_client, socket, mut peer) = script.connected(options.ack_timeout(Duration::from_millis(30))).await;
    let error = socket.request("x", &1).await.unwrap_err();
    assert!(matches!(error, Error::Timeout(_)), "{error}");
    peer.hears(r#"420["x",1]"#).await;
    // Too late: nobody waits, nothing breaks.
    peer.says(r#"430[{"success":true}]"#).await;
    peer.says(r#"42["still here"]"#).await;
    assert_eq!(socket.next_event().await.unwrap().name, "still here");
}

#[tokio::test]
async fn a_lost_connection_leaves_the_outcome_open() {
    let (script, options) = Script::new().await;
    let (_client, socket, mut peer) = script.connected(options.reconnect(None)).await;
    let server = async move {
        peer.hears(r#"420["x",1]"#).await;
        drop(peer);
    };
    let (error, ()) = tokio::join!(socket.request("x", &1), server);
    assert!(matches!(error, Err(Error::Disconnected(_))), "{error:?}");
    assert!(socket.next_event().await.is_none(), "no reconnection, no more events");
}

#[tokio::test]
async fn who_was_sent_away_does_not_come_back_by_itself() {
    let (script, options) = Script::new().await;
    let (client, socket, mut peer) = script.connected(options).await;
    peer.says(r#"42["session.revoked",{"reason":"disabled"}]"#).await;
    peer.says("41").await;
    assert_eq!(socket.next_event().await.unwrap().name, "session.revoked");
    assert!(socket.next_event().await.is_none());
    assert!(matches!(&*socket.status().borrow(), Status::Ended(_)));
    drop(peer);
    // Asked again, it connects anew.
    let server = async {
        let mut peer = script.accept(OPEN).await;
        peer.hears("40").await;
        peer.says(r#"44{"message":"Disabled","data":{"code":"SUSPENDED"}}"#).await;
        peer
    };
    let (_peer, again) = tokio::join!(server, client.namespace("/"));
    let Err(Error::Refused(refusal)) = again else { panic!("let in") };
    assert_eq!((refusal.message.as_str(), refusal.code), ("Disabled", Some(Code::Suspended)));
}

#[tokio::test]
async fn every_connection_has_a_fresh_token() {
    let (script, options) = Script::new().await;
    let count = Arc::new(AtomicU32::new(1));
    let options = options.auth(move || {
        let count = count.fetch_add(1, Ordering::Relaxed);
        async move { json!({ "token": format!("t{count}") }) }
    });
    let server = async {
        let mut last = None;
        for connection in 1..=3 {
            drop(last.take());
            let mut peer = script.accept(OPEN).await;
            peer.hears(&format!(r#"40/a,{{"token":"t{connection}"}}"#)).await;
            peer.says(r#"40/a,{"sid":"s"}"#).await;
            last = Some(peer);
        }
        last
    };
    let client = Client::connect(options);
    let client = async {
        let client = client.await.unwrap();
        client.namespace("/a").await.map(|socket| (client, socket))
    };
    tokio::join!(server, client).1.unwrap();
}

#[tokio::test]
async fn a_recovered_session_goes_on_at_its_offset() {
    let (script, options) = Script::new().await;
    let server = async {
        let mut peer = script.accept(OPEN).await;
        peer.hears(r#"40{"recover":true}"#).await;
        peer.says(r#"40{"sid":"s","pid":"p"}"#).await;
        peer.says(r#"42["grade.posted",{"n":1},"offset-1"]"#).await;
        drop(peer);
        let mut peer = script.accept(OPEN).await;
        peer.hears(r#"40{"offset":"offset-1","pid":"p","recover":true}"#).await;
        peer.says(r#"40{"sid":"s2","pid":"p"}"#).await;
        peer.says(r#"42["grade.posted",{"n":2},"offset-2"]"#).await;
        peer
    };
    let client = async {
        let client = Client::connect(options.recover()).await.unwrap();
        let socket = client.namespace("/").await.unwrap();
        for number in 1..=2 {
            let event = socket.next_event().await.unwrap();
            assert_eq!(
                (event.args, event.offset),
                (vec![json!({ "n": number })], Some(format!("offset-{number}")))
            );
        }
        assert!(socket.connected().await.unwrap(), "recovered");
    };
    tokio::join!(server, client);
}

#[tokio::test]
async fn closing_says_goodbye() {
    let (script, options) = Script::new().await;
    let (client, socket, mut peer) = script.connected(options).await;
    let server = async {
        peer.hears("41").await;
        assert_eq!(peer.0.read_frame().await.unwrap().opcode, OpCode::Close);
    };
    tokio::join!(server, client.close());
    assert!(matches!(&*socket.status().borrow(), Status::Ended(_)));
}

#[tokio::test]
async fn an_address_that_cannot_work_says_why() {
    for (address, why) in [
        ("https://example.org", "no TLS"),
        ("wss://example.org", "no TLS"),
        ("ftp://example.org", "http or ws"),
        ("nonsense", "relative URL"),
    ] {
        let error = Client::connect(Options::new(address)).await.unwrap_err();
        assert!(matches!(error, Error::Address(_)) && error.to_string().contains(why), "{error}");
    }
    let nobody = Client::connect(Options::new("ws://127.0.0.1:9")).await.unwrap_err();
    assert!(matches!(nobody, Error::Connect { .. }), "{nobody}");
}

/// A request as another crate of Rust declares it, for both sides.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SetSeat {
    seat_number: u32,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct SeatSet {
    version: u32,
}

homeroom_contract::requests! {
    command SetSeat = "seat:set" => SeatSet;
}

#[tokio::test]
async fn a_typed_command_carries_its_key() {
    let (script, options) = Script::new().await;
    let (_client, socket, mut peer) = script.connected(options).await;
    let server = async {
        peer.hears(r#"420["seat:set",{"seatNumber":4}]"#).await;
        peer.says(r#"430[{"success":true,"data":{"version":1}}]"#).await;
        peer.hears(r#"421["seat:set",{"clientId":"key-1","seatNumber":4}]"#).await;
        peer.says(r#"431[{"success":true,"data":{"version":"one"}}]"#).await;
    };
    let client = async {
        let command = SetSeat { seat_number: 4 };
        assert_eq!(socket.command(&command).await.unwrap(), SeatSet { version: 1 });
        let key = ClientId::new("key-1").unwrap();
        let error = socket.command_once(&key, &command).await.unwrap_err();
        assert!(matches!(error, Error::Shape(_)), "{error}");
    };
    tokio::join!(server, client);
}
