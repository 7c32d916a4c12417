//! What one delivered message costs: rooms full of members, one of each room signals, everyone else of it gets an ephemeral
//! event. The clients are another process (this program again), so only the server's CPU time is counted.
//!
//! `cargo run --release -p homeroom-transport --example fanout -- --rooms 100 --members 30 --messages 200`
//!
//! It needs about as many open files per process as there are members in all.

mod clients;
mod server;

use std::error::Error;

use clap::Parser;

/// Measures the CPU time per delivered message.
#[derive(Parser, Clone)]
struct Flags {
    /// How many rooms.
    #[arg(long, default_value_t = 100)]
    rooms: usize,
    /// How many members each has.
    #[arg(long, default_value_t = 30)]
    members: usize,
    /// How many messages are sent in each room.
    #[arg(long, default_value_t = 200)]
    messages: usize,
    /// How many messages a sender sends before it waits for their acks.
    #[arg(long, default_value_t = 1)]
    burst: usize,
    /// Worker threads of the server.
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// Run as the clients of the server there; what the first process does.
    #[arg(long, hide = true)]
    clients_of: Option<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let flags = Flags::parse();
    let threads = if flags.clients_of.is_some() { 1 } else { flags.threads.max(1) };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build()?;
    match flags.clients_of.clone() {
        Some(url) => runtime.block_on(clients::run(&flags, &url)),
        None => runtime.block_on(server::run(&flags)),
    }
}
