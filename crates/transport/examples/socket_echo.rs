//! A Socket.IO server alone, with the namespaces `/` and `/custom`.
//!
//! On connect it emits `auth` with the auth object (`{}` if there is none); `message` comes back as `message-back` with
//! the same arguments, `message-with-ack` is acknowledged with them, binary included. A target for the public
//! conformance suite of Socket.IO: `cargo run -p homeroom-transport --example socket_echo`.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use clap::Parser;
use homeroom_transport::{
    engine,
    frame::Class,
    socket_io::{self, Accepted, App, Incoming, Reason, Refused, Socket, encode_binary_event},
};
use serde_json::value::RawValue;
use tokio::net::TcpListener;
use tokio_util::task::TaskTracker;

mod flags;

struct Echo;

/// What a socket said when it came, kept until it has been let in.
struct Auth(Box<RawValue>);

impl App for Echo {
    async fn connect(&self, socket: &Arc<Socket>, auth: Option<Box<RawValue>>) -> Result<Accepted, Refused> {
        if !matches!(socket.namespace(), "/" | "/custom") {
            return Err(Refused::invalid_namespace());
        }
        if let Some(auth) = auth {
            socket.set_extension(Auth(auth));
        }
        Ok(Accepted::default())
    }

    async fn connected(&self, socket: &Arc<Socket>) {
        let auth = socket.extension::<Auth>().map_or("{}", |auth| auth.0.get());
        socket.emit("auth", &[auth], Class::Durable);
    }

    async fn event(&self, socket: &Arc<Socket>, event: Incoming) {
        let args: Vec<&str> = event.args.iter().map(|arg| arg.get()).collect();
        match (event.name.as_str(), event.ack) {
            ("message", _) => {
                let back = encode_binary_event(
                    socket.namespace(),
                    "message-back",
                    &args,
                    &event.attachments,
                    Class::Durable,
                );
                socket.send(&[back]);
            }
            ("message-with-ack", Some(ack)) => {
                ack.send_args(&args, &event.attachments);
            }
            _ => {}
        }
    }

    fn busy(&self, _: &Arc<Socket>, _: Incoming) {}

    fn disconnected(&self, socket: &Arc<Socket>, reason: Reason) {
        println!("{} left {}: {reason}", socket.sid(), socket.namespace());
    }
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let flags = flags::Flags::parse();
    let server = socket_io::serve(flags.config(), Echo, TaskTracker::new());
    let router = engine::route("/socket.io/", &server);
    let listener = TcpListener::bind(("127.0.0.1", flags.port)).await?;
    println!("http://{}/socket.io/", listener.local_addr()?);
    axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(async {
            let _ = tokio::signal::ctrl_c().await;
        })
        .await?;
    server.drain(Duration::ZERO).await;
    Ok(())
}
