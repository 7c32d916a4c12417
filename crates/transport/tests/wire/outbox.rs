//! Slow clients: whole frames in order, a bound on what waits, and who is dropped first.

use std::{sync::Arc, time::Duration};

use homeroom_transport::{
    engine::{self, EngineConfig, Outbox, Sent},
    frame::{Class, Framed},
};
use tokio_util::task::TaskTracker;

use super::{
    apps,
    raw::{Got, Raw},
};

fn numbered(sender: usize, n: usize, size: usize) -> Framed {
    engine::text(&format!("{sender} {n} {}", "x".repeat(size)), Class::Durable)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn frames_of_many_senders_come_whole_and_in_each_senders_order() {
    let config = EngineConfig { max_outbox_bytes: 64 * 1024 * 1024, ..EngineConfig::default() };
    let (addr, engine, mut connections) = apps::echo(config).await;
    let mut raw = Raw::open(addr).await;
    let connection = connections.recv().await.unwrap();
    let tasks = TaskTracker::new();
    let senders: Vec<_> = (0..4)
        .map(|sender| {
            let connection = connection.clone();
            tasks.spawn(async move {
                for n in 0..100 {
                    // 70 frames are more than one gathered write; sizes cross every length encoding.
                    let batch: Vec<_> =
                        (0..70).map(|i| numbered(sender, n * 70 + i, (n * 70 + i) * 13 % 900)).collect();
                    assert_ne!(connection.outbox().send(&batch), Sent::Closed);
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    let mut next = [0; 4];
    while next.iter().sum::<usize>() < 4 * 7000 {
        let text = raw.text().await;
        let mut words = text[1..].splitn(3, ' ');
        let sender: usize = words.next().unwrap().parse().unwrap();
        let n: usize = words.next().unwrap().parse().unwrap();
        assert_eq!(n, next[sender], "sender {sender}");
        assert_eq!(words.next().unwrap().len(), n * 13 % 900);
        next[sender] += 1;
    }
    for sender in senders {
        sender.await.unwrap();
    }
    assert_eq!(connection.outbox().queued_bytes(), 0);
    assert_eq!(engine.counters().bytes_queued.get(), 0);
    assert_eq!(engine.counters().messages_out.get(), 28_000);
    assert_eq!(engine.counters().shed.get(), 0);
}

#[tokio::test]
async fn a_client_that_does_not_read_is_closed_with_whole_frames_and_a_bounded_queue() {
    let config = EngineConfig { max_outbox_bytes: 100_000, ..EngineConfig::default() };
    let (addr, engine, mut connections) = apps::echo(config).await;
    let mut raw = Raw::open(addr).await;
    let connection = connections.recv().await.unwrap();
    let mut sent = 0;
    // The kernel's own buffers take some megabytes first.
    while connection.outbox().send(&[numbered(0, sent, 5_000)]) != Sent::Closed {
        assert!(connection.outbox().queued_bytes() <= 100_000);
        sent += 1;
    }
    assert_eq!(engine.counters().closed_slow.get(), 1);
    assert!(connection.outbox().is_closed());
    let (code, before) = raw.closed().await;
    assert_eq!(code, 1008);
    for (n, got) in before.iter().enumerate() {
        assert!(matches!(got, Got::Text(text) if text.starts_with(&format!("40 {n} "))), "{n}");
    }
    assert!(before.len() < sent, "what waited is dropped, since the client comes back and asks");
    assert_eq!(engine.counters().bytes_queued.get(), 0);
}

#[tokio::test]
async fn ephemeral_messages_are_dropped_first() {
    let config = EngineConfig { max_outbox_bytes: 100_000, ..EngineConfig::default() };
    let (addr, engine, mut connections) = apps::echo(config).await;
    let mut raw = Raw::open(addr).await;
    let connection = connections.recv().await.unwrap();
    let outbox = connection.outbox();
    let ephemeral = engine::text(&"e".repeat(5_000), Class::Ephemeral);
    let mut shed = 0;
    while shed == 0 {
        if let Sent::Shed(n) = outbox.send(std::slice::from_ref(&ephemeral)) {
            shed += n;
        }
    }
    assert_eq!(engine.counters().shed.get(), 1, "with a full queue a new ephemeral message is dropped");
    let waiting = outbox.queued_bytes();
    assert!((95_000..=100_000).contains(&waiting), "{waiting}");
    let Sent::Shed(dropped) = outbox.send(&[numbered(0, 0, 5_000)]) else {
        panic!("a durable message displaces the ephemeral ones");
    };
    assert!(dropped >= 18, "{dropped}");
    assert!(outbox.queued_bytes() <= 10_100, "the durable one, and a frame that was begun");
    assert!(!outbox.is_closed());
    loop {
        let text = raw.text().await;
        if text.starts_with("40 0 ") {
            break;
        }
        assert_eq!(text.len(), 5_001, "no frame is cut");
    }
    assert_eq!(engine.counters().bytes_queued.get(), 0);
    assert_eq!(engine.counters().closed_slow.get(), 0);
}

#[tokio::test]
async fn one_large_durable_message_fits_an_empty_outbox_and_nobody_waits() {
    let config = EngineConfig { max_outbox_bytes: 1_000, ..EngineConfig::default() };
    let (addr, _engine, mut connections) = apps::echo(config).await;
    let mut raw = Raw::open(addr).await;
    let connection = connections.recv().await.unwrap();
    let large = 8_000_000;
    assert_eq!(connection.outbox().send(&[numbered(0, 0, large)]), Sent::Queued);
    let writer: Arc<_> = connection.clone();
    assert_eq!(raw.text().await.len(), large + 5);
    assert_eq!(writer.outbox().send(&[numbered(0, 1, 1)]), Sent::Written);
}

/// Sends entries until the kernel takes no more.
fn fill(outbox: &Outbox, size: usize) {
    let entry = engine::text(&"n".repeat(size), Class::Entry);
    while outbox.send(std::slice::from_ref(&entry)) == Sent::Written {}
}

#[tokio::test]
async fn entries_leave_room_for_answers_and_a_large_answer_for_notices() {
    let config = EngineConfig { max_outbox_bytes: 100_000, ..EngineConfig::default() };
    let (addr, engine, mut connections) = apps::echo(config).await;
    let _raw = Raw::open(addr).await;
    let connection = connections.recv().await.unwrap();
    let outbox = connection.outbox();
    fill(outbox, 5_000);
    let entry = engine::text(&"n".repeat(5_000), Class::Entry);
    while outbox.send(std::slice::from_ref(&entry)) != Sent::Full(0) {}
    assert!((40_000..=50_000).contains(&outbox.queued_bytes()), "{}", outbox.queued_bytes());
    assert_eq!(outbox.send(&[numbered(0, 0, 300_000)]), Sent::Queued);
    for n in 1..=10 {
        assert_eq!(outbox.send(&[numbered(0, n, 1_000)]), Sent::Queued, "a notice after a large answer");
    }
    assert_eq!(outbox.send(&[entry]), Sent::Full(0));
    assert_eq!(outbox.send(&[numbered(0, 11, 60_000)]), Sent::Closed, "all of it is bounded");
    assert_eq!(engine.counters().closed_slow.get(), 1);
}

#[tokio::test]
async fn room_for_a_large_entry_is_waited_for_until_the_client_has_read() {
    let config = EngineConfig { max_outbox_bytes: 100_000, ..EngineConfig::default() };
    let (addr, _engine, mut connections) = apps::echo(config).await;
    let mut raw = Raw::open(addr).await;
    let connection = connections.recv().await.unwrap();
    let outbox = connection.outbox();
    fill(outbox, 5_000);
    let large = engine::text(&"l".repeat(70_000), Class::Entry);
    assert_eq!(outbox.send(std::slice::from_ref(&large)), Sent::Full(0));
    let patience = Duration::from_millis(100);
    assert!(outbox.room(0, patience).await, "for small ones there is room");
    assert!(!outbox.room(large.len(), patience).await, "nobody reads");
    let patience = Duration::from_secs(20);
    let reads = async { while !raw.text().await.contains('l') {} };
    let brings = async {
        assert!(outbox.room(large.len(), patience).await);
        assert_ne!(outbox.send(&[large]), Sent::Full(0));
    };
    tokio::join!(reads, brings);
}
