//! A wire that can be spoilt: a TCP proxy in the test's own process, between any two that talk over TCP.
//!
//! What always holds: bytes come out in the order in which they went in, none twice; what is held back while the wire stands
//! still comes when it is healed, unless the connection was cut.

mod pump;
mod wire;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket};
use tokio::task::JoinSet;
use tokio::time::sleep;

use self::wire::{Shared, Wire};
use crate::error::or_panic;
use crate::{Error, place};

/// Between two tries to have the port back.
const AGAIN: Duration = Duration::from_millis(10);

/// Which way bytes go. The client is who connects to the proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// What the client says.
    ToServer,
    /// What the server answers.
    ToClient,
    /// Both.
    Both,
}

/// What becomes of the next COMMIT that a client of PostgreSQL sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtCommit {
    /// It doesn't arrive, and its connection breaks.
    CutBefore,
    /// It arrives and takes effect; its answer is swallowed, and then its connection breaks.
    LoseAnswer,
    /// It arrives; from then on the whole wire stands still, until it is healed.
    StandStill,
}

/// A proxy on a port of its own, on 127.0.0.1. Ended with the test.
///
/// It runs on the test's runtime: a test that also blocks needs one with several threads.
#[derive(Debug)]
pub struct Proxy {
    url: String,
    wire: Arc<Shared>,
    _tasks: JoinSet<()>,
}

impl Proxy {
    /// In front of the server that a URL with a port names, such as `postgres://u@127.0.0.1:5432/db`.
    pub async fn before(url: &str) -> Self {
        Self::before_any(&[url]).await
    }

    /// In front of several: every new connection goes to the next one that takes it, as with a load balancer.
    ///
    /// # Panics
    /// If there is none, or a URL has no port.
    #[expect(clippy::unused_async, reason = "it has to be called within a runtime")]
    pub async fn before_any(urls: &[&str]) -> Self {
        or_panic(Self::open(urls))
    }

    fn open(urls: &[&str]) -> Result<Self, Error> {
        let servers = urls.iter().map(|url| port_of(url)).collect::<Result<Vec<u16>, _>>()?;
        let nothing = || Error::Missing("a proxy needs a server".to_owned());
        let (url, behind) = urls.first().zip(servers.first()).ok_or_else(nothing)?;
        let (listener, own) = listen()?;
        let url = url.replace(&format!(":{behind}"), &format!(":{own}"));
        let wire = Arc::new(Shared::new());
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, own, servers, Arc::clone(&wire)));
        Ok(Self { url, wire, _tasks: tasks })
    }

    /// The URL it was made with (the first one), with the proxy's own port.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Cuts all connections and takes new ones as before.
    pub fn reset(&self) {
        self.wire.change(|wire| wire.life += 1);
    }

    /// Cuts all connections, and refuses new ones until it is healed.
    pub fn cut(&self) {
        self.wire.change(|wire| {
            wire.life += 1;
            wire.open = false;
        });
    }

    /// Holds back what goes that way; connections stay open, and new ones are taken and hear nothing.
    pub fn stall(&self, direction: Direction) {
        self.wire.change(|wire| {
            wire.deaf |= direction != Direction::ToClient;
            wire.mute |= direction != Direction::ToServer;
        });
    }

    /// Says what becomes of the next COMMIT.
    pub fn at_next_commit(&self, what: AtCommit) {
        self.wire.change(|wire| wire.at_commit = Some(what));
    }

    /// Waits until that COMMIT has come, and, if its answer was to be lost, until the server has given it.
    pub async fn commit_spoilt(&self) {
        self.wire.until(|wire| wire.at_commit.is_none() && wire.awaited == 0).await;
    }

    /// Everything goes through again.
    pub fn heal(&self) {
        self.wire.change(|wire| *wire = Wire { life: wire.life, awaited: wire.awaited, ..Wire::whole() });
    }
}

/// Takes connections as long as the wire is open; has no port while it isn't, so that who connects is refused.
async fn accept(first: TcpListener, port: u16, servers: Vec<u16>, wire: Arc<Shared>) {
    let mut pairs = JoinSet::new();
    let mut listener = Some(first);
    let mut turn = 0;
    loop {
        let Some(open) = &listener else {
            wire.until(|wire| wire.open).await;
            match listen_on(port) {
                Ok(again) => listener = Some(again),
                Err(_) => sleep(AGAIN).await,
            }
            continue;
        };
        tokio::select! {
            () = wire.until(|wire| !wire.open) => listener = None,
            accepted = open.accept() => {
                let Ok((client, _)) = accepted else { continue };
                turn += 1;
                pairs.spawn(pump::pair(client, in_turn(&servers, turn), wire.now().life, Arc::clone(&wire)));
            }
            Some(_) = pairs.join_next() => {}
        }
    }
}

/// The servers, beginning with the one whose turn it is.
fn in_turn(servers: &[u16], turn: usize) -> Vec<u16> {
    let mut servers = servers.to_vec();
    let first = turn % servers.len().max(1);
    servers.rotate_left(first);
    servers
}

/// Listens on a port of its own: below the range that outgoing connections are given, so that it is still free after a cut.
fn listen() -> Result<(TcpListener, u16), Error> {
    let mut attempts = 1;
    loop {
        let port = place::free_port()?;
        match listen_on(port) {
            Ok(listener) => return Ok((listener, port)),
            // Somebody else may have taken the port in the meantime.
            Err(_) if attempts < 3 => attempts += 1,
            Err(source) => return Err(Error::Spawn { name: "a proxy", source }),
        }
    }
}

fn listen_on(port: u16) -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    socket.listen(4_096)
}

fn port_of(url: &str) -> Result<u16, Error> {
    let port = url.rsplit_once(':').and_then(|(_, rest)| rest.split('/').next()?.parse().ok());
    port.ok_or_else(|| Error::Missing(format!("{url} has no port")))
}

#[cfg(test)]
mod tests;
