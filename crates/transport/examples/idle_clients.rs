//! Holds many idle connections to a server and says what each costs it in resident memory.
//!
//! In one terminal `cargo run --release -p homeroom-transport --example socket_echo -- --port 3000`, in another
//! `cargo run --release -p homeroom-transport --example idle_clients -- --port 3000 --pid PID`, with the process id of
//! the server. Linux only, as it reads `/proc`. Both processes need as many open files as there are connections.

use std::{error::Error, time::Duration};

use clap::Parser;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

#[derive(Parser)]
struct Flags {
    /// The server's port on 127.0.0.1.
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// The server's process.
    #[arg(long)]
    pid: u32,
    /// How many connections.
    #[arg(long, default_value_t = 10_000)]
    connections: usize,
    /// Of these, opened before the first measurement, so that what the server keeps for all is not counted.
    #[arg(long, default_value_t = 500)]
    warm_up: usize,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let flags = Flags::parse();
    let mut held = Vec::with_capacity(flags.connections);
    let mut before = 0;
    for n in 0..flags.connections {
        if n == flags.warm_up {
            before = settled(flags.pid).await?;
        }
        held.push(connect(flags.port).await?);
    }
    let after = settled(flags.pid).await?;
    let counted = flags.connections - flags.warm_up;
    println!("{counted} connections: {} bytes resident each", after.saturating_sub(before) / counted);
    drop(held);
    println!("all closed: {} bytes resident in all", settled(flags.pid).await?);
    Ok(())
}

/// Opens a WebSocket, enters `/` and reads what a server says first.
async fn connect(port: u16) -> Result<TcpStream, Box<dyn Error>> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    let request = format!(
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    while !contains(&answer, b"0{\"sid\":") {
        more(&mut stream, &mut answer).await?;
    }
    // `40` in a frame masked with zeros.
    stream.write_all(&[0x81, 0x82, 0, 0, 0, 0, b'4', b'0']).await?;
    while !contains(&answer, b"40{\"sid\":") {
        more(&mut stream, &mut answer).await?;
    }
    Ok(stream)
}

async fn more(stream: &mut TcpStream, answer: &mut Vec<u8>) -> Result<(), Box<dyn Error>> {
    match stream.read_buf(answer).await? {
        0 => Err(format!("the server closed: {}", String::from_utf8_lossy(answer)).into()),
        _ => Ok(()),
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Resident bytes of a process, once it has had the time to finish what it was doing.
async fn settled(pid: u32) -> Result<usize, Box<dyn Error>> {
    tokio::time::sleep(Duration::from_secs(2)).await;
    let status = tokio::fs::read_to_string(format!("/proc/{pid}/status")).await?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    let kib: usize = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kib * 1024)
}
