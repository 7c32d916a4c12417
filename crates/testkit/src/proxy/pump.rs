//! One connection through a proxy.

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicBool, Ordering};

use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use super::AtCommit;
use super::wire::Shared;

/// The simple query `COMMIT` and the `CommandComplete` that answers it (PostgreSQL, "Message Formats").
const COMMIT: &[u8] = b"Q\0\0\0\x0bCOMMIT\0";
const COMMITTED: &[u8] = b"C\0\0\0\x0bCOMMIT\0";

/// Carries one connection to the first server that takes it, until either end closes it or it is cut.
pub(super) async fn pair(client: TcpStream, servers: Vec<u16>, life: u64, wire: Arc<Shared>) {
    let Some(server) = connect(&servers).await else { return };
    // Whoever can't have it has the delay instead.
    drop(client.set_nodelay(true));
    drop(server.set_nodelay(true));
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let swallow = AtomicBool::new(false);
    tokio::select! {
        () = wire.until(|wire| wire.life != life) => {}
        () = ask(from_client, to_server, &wire, &swallow) => {}
        () = answer(from_server, to_client, &wire, &swallow) => {}
    }
    if swallow.into_inner() {
        wire.change(|wire| wire.awaited -= 1);
    }
}

async fn connect(servers: &[u16]) -> Option<TcpStream> {
    for port in servers {
        if let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, *port)).await {
            return Some(server);
        }
    }
    None
}

/// What the client says. `swallow` is raised when the answer to what it has just said is to be lost.
async fn ask(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, wire: &Shared, swallow: &AtomicBool) {
    let mut bytes = vec![0; 16_384];
    while let Ok(read @ 1..) = from.read(&mut bytes).await {
        let Some(chunk) = bytes.get(..read) else { return };
        wire.until(|wire| !wire.deaf).await;
        let spoilt = if contains(chunk, COMMIT) { take(wire, swallow) } else { None };
        if spoilt == Some(AtCommit::CutBefore) || to.write_all(chunk).await.is_err() {
            return;
        }
    }
}

/// What becomes of this COMMIT, arranged before it is sent on.
fn take(wire: &Shared, swallow: &AtomicBool) -> Option<AtCommit> {
    let taken = wire.change(|wire| {
        let what = wire.at_commit.take();
        match what {
            Some(AtCommit::LoseAnswer) => {
                swallow.store(true, Ordering::Release);
                wire.awaited += 1;
            }
            Some(AtCommit::StandStill) => {
                wire.deaf = true;
                wire.mute = true;
            }
            Some(AtCommit::CutBefore) | None => {}
        }
        what
    });
    taken.flatten()
}

/// What the server answers; ends after the answer that is to be lost.
async fn answer(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, wire: &Shared, swallow: &AtomicBool) {
    let mut bytes = vec![0; 16_384];
    let mut lost = Vec::new();
    while let Ok(read @ 1..) = from.read(&mut bytes).await {
        let Some(chunk) = bytes.get(..read) else { return };
        if swallow.load(Ordering::Acquire) {
            lost.extend_from_slice(chunk);
            if contains(&lost, COMMITTED) {
                return;
            }
            continue;
        }
        wire.until(|wire| !wire.mute).await;
        if to.write_all(chunk).await.is_err() {
            return;
        }
    }
}

fn contains(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}
