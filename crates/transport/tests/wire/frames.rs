//! Breaches of the WebSocket protocol, over a socket: each closes with its code, and only its own connection.

use homeroom_transport::engine::EngineConfig;

use super::{
    apps,
    raw::{Got, Raw, frame},
};

fn small() -> EngineConfig {
    EngineConfig { max_payload_bytes: 1000, max_fragments: 3, ..EngineConfig::default() }
}

#[tokio::test]
async fn each_breach_closes_with_its_code() {
    let (addr, engine, _connections) = apps::echo(small()).await;
    for (name, bytes, code) in [
        ("unmasked", vec![0x81, 2, b'4', b'x'], 1002),
        ("reserved bit", frame(0xC1, b"4x"), 1002),
        ("unknown opcode", frame(0x83, b"4x"), 1002),
        ("long ping", frame(0x89, &[0; 126]), 1002),
        ("fragmented ping", frame(0x09, b""), 1002),
        ("new message in an open one", [frame(0x01, b"4x"), frame(0x81, b"4y")].concat(), 1002),
        ("continuation of nothing", frame(0x80, b"4x"), 1002),
        ("close code 1005", frame(0x88, &1005_u16.to_be_bytes()), 1002),
        ("not UTF-8", frame(0x81, b"4\xFF"), 1007),
        ("not UTF-8 over fragments", [frame(0x01, b"4\xC3"), frame(0x80, b"\xC3")].concat(), 1007),
        ("1001 bytes", frame(0x81, &[b'4'; 1001]), 1009),
        ("1001 bytes in two", [frame(0x01, &[b'4'; 1000]), frame(0x80, b"4")].concat(), 1009),
        ("exabytes by header alone", vec![0x82, 0xFF, 0x10, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4], 1009),
        (
            "four fragments",
            [frame(0x01, b"4"), frame(0x00, b""), frame(0x00, b""), frame(0x80, b"")].concat(),
            1009,
        ),
    ] {
        let mut raw = Raw::open(addr).await;
        raw.bytes(&bytes).await;
        assert_eq!(raw.closed().await, (code, vec![]), "{name}");
    }
    assert_eq!(engine.counters().closed_violation.get(), 14);
}

#[tokio::test]
async fn what_is_allowed_to_the_last_byte() {
    let (addr, _engine, _connections) = apps::echo(small()).await;
    let mut raw = Raw::open(addr).await;
    let full = format!("4{}", "x".repeat(999));
    raw.send(&full).await;
    assert_eq!(raw.text().await, full);

    let three =
        [frame(0x01, b"4a"), frame(0x89, b"ping"), frame(0x00, b"b"), frame(0x80, "ü".as_bytes())].concat();
    for byte in three {
        raw.bytes(&[byte]).await;
    }
    assert_eq!(raw.next().await, Got::Pong(b"ping".to_vec()));
    assert_eq!(raw.text().await, "4abü");

    raw.bytes(&frame(0x88, &1000_u16.to_be_bytes())).await;
    assert_eq!(raw.closed().await, (1000, vec![]));
}

#[tokio::test]
async fn frames_that_come_with_the_handshake_are_not_lost() {
    let (addr, _engine, _connections) = apps::echo(small()).await;
    let early = [frame(0x81, b"4first"), frame(0x81, b"4second")].concat();
    let mut raw = Raw::upgrade_with(addr, "/socket.io/?EIO=4&transport=websocket", &early).await;
    assert!(raw.text().await.starts_with('0'));
    assert_eq!(raw.text().await, "4first");
    assert_eq!(raw.text().await, "4second");
}
