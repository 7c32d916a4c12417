//! An Engine.IO server alone: every text or binary message comes back.
//!
//! A target for the public conformance suite of Engine.IO: `cargo run -p homeroom-transport --example engine_echo`.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use clap::Parser;
use homeroom_transport::{
    engine::{self, CloseReason, Connection, Engine, Message, Session, Upper},
    frame::Class,
};
use tokio::net::TcpListener;
use tokio_util::task::TaskTracker;

mod flags;

struct Echo;

struct Echoing(Arc<Connection>);

impl Upper for Echo {
    type Session = Echoing;

    fn open(&self, connection: &Arc<Connection>) -> Echoing {
        connection.let_in();
        Echoing(connection.clone())
    }
}

impl Session for Echoing {
    fn message(&mut self, message: Message<'_>) -> Result<(), CloseReason> {
        let frame = match message {
            Message::Text(text) => engine::text(text, Class::Durable),
            Message::Binary(data) => engine::binary(&Bytes::copy_from_slice(data), Class::Durable),
        };
        self.0.outbox().send(&[frame]);
        Ok(())
    }

    fn closed(self, _: CloseReason) {}
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let flags = flags::Flags::parse();
    let engine = Engine::new(flags.config().engine, Echo, TaskTracker::new());
    let router = engine::route("/engine.io/", &engine);
    let listener = TcpListener::bind(("127.0.0.1", flags.port)).await?;
    println!("http://{}/engine.io/", listener.local_addr()?);
    axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(async {
            let _ = tokio::signal::ctrl_c().await;
        })
        .await?;
    engine.drain(Duration::ZERO).await;
    Ok(())
}
