//! The two listeners: the public one and the operators'. Bound before anything else is opened, so that a port that is taken
//! is known at once.

use std::convert::Infallible;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1::Builder;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::stop::Stop;

/// After a failed accept (no file descriptor left, most likely) nothing is accepted for so long.
const BREATH: Duration = Duration::from_millis(100);

/// A bound port.
pub(crate) struct Listener {
    socket: TcpListener,
    address: SocketAddr,
}

impl Listener {
    /// Takes the port; port 0 takes any that is free.
    pub(crate) async fn bind(address: SocketAddr) -> Result<Self, Stop> {
        let bound = async {
            let socket = TcpListener::bind(address).await?;
            Ok(Self { address: socket.local_addr()?, socket })
        };
        bound.await.map_err(|error: std::io::Error| match error.kind() {
            ErrorKind::AddrInUse => Stop::impossible(format!(
                "{address} is taken: the address is already in use by another program"
            )),
            _ => Stop::failed(format!("can't listen on {address}"), &error),
        })
    }

    /// Where it is.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until it is told to stop, then finishes the requests that have begun. A client has so long to say what it
    /// wants. What was upgraded to a WebSocket is not waited for here: the transport does.
    pub(crate) async fn serve(self, router: Router, header_timeout: Duration, stop: CancellationToken) {
        // HTTP/1 alone: hyper-util's builder for both versions waits for the first bytes without any limit.
        let mut http = Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(header_timeout);
        let tasks = TaskTracker::new();
        loop {
            let (stream, peer) = tokio::select! {
                () = stop.cancelled() => break,
                accepted = self.socket.accept() => match accepted {
                    Ok(accepted) => accepted,
                    Err(error) => {
                        rest(&error).await;
                        continue;
                    }
                },
            };
            let connection = http.serve_connection(prepare(stream), service(&router, peer)).with_upgrades();
            let stop = stop.clone();
            tasks.spawn(async move {
                let mut connection = pin!(connection);
                let ended = tokio::select! {
                    ended = connection.as_mut() => ended,
                    () = stop.cancelled() => {
                        connection.as_mut().graceful_shutdown();
                        connection.await
                    }
                };
                if let Err(error) = ended {
                    tracing::debug!(%peer, %error, "a connection ended badly");
                }
            });
        }
        drop(self.socket);
        tasks.close();
        tasks.wait().await;
    }
}

/// Events are small and written whole: waiting to fill a segment would only delay them.
fn prepare(stream: TcpStream) -> TokioIo<TcpStream> {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY could not be set");
    }
    TokioIo::new(stream)
}

/// The router as hyper calls it, which learns from whom a request comes.
fn service(
    router: &Router,
    peer: SocketAddr,
) -> impl hyper::service::Service<
    hyper::Request<Incoming>,
    Response = axum::response::Response,
    Error = Infallible,
    Future: Send,
> + Clone
+ use<> {
    let router = TowerToHyperService::new(router.clone());
    service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.call(request)
    })
}

async fn rest(error: &std::io::Error) {
    use ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!(%error, "can't accept connections");
        tokio::time::sleep(BREATH).await;
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::time::timeout;

    use super::*;

    /// Serves a page that answers with the address of whoever asks; the address, and how to stop it.
    async fn served(header_timeout: Duration) -> (SocketAddr, CancellationToken, TaskTracker) {
        let listener = Listener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap();
        let (address, stop, tasks) = (listener.address(), CancellationToken::new(), TaskTracker::new());
        let page = |ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.to_string() };
        tasks.spawn(listener.serve(Router::new().route("/", get(page)), header_timeout, stop.clone()));
        tasks.close();
        (address, stop, tasks)
    }

    async fn exchange(stream: &mut TcpStream, sent: &str) -> String {
        stream.write_all(sent.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn a_request_knows_from_whom_it_comes() {
        let (address, _stop, _tasks) = served(Duration::from_mins(1)).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        let answer = exchange(&mut stream, request).await;
        assert!(answer.ends_with(&stream.local_addr().unwrap().to_string()), "{answer}");
    }

    #[tokio::test]
    async fn who_does_not_finish_the_head_of_a_request_is_sent_away() {
        let (address, _stop, _tasks) = served(Duration::from_millis(20)).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        assert!(!exchange(&mut stream, "GET / HTTP/1.1\r\nhost:").await.contains("200"));
    }

    #[tokio::test]
    async fn who_says_nothing_at_all_is_sent_away() {
        let (address, _stop, _tasks) = served(Duration::from_millis(20)).await;
        for said in ["", "PRI"] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            let answer = timeout(Duration::from_secs(10), exchange(&mut stream, said)).await;
            assert_eq!(answer.as_deref(), Ok(""), "{said:?}");
        }
    }

    #[tokio::test]
    async fn stopping_frees_the_port_and_lets_go_of_idle_connections() {
        let (address, stop, tasks) = served(Duration::from_mins(1)).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        assert!(stream.read(&mut [0; 12]).await.unwrap() > 0, "it is served and kept open");
        stop.cancel();
        tasks.wait().await;
        assert!(TcpListener::bind(address).await.is_ok());
    }

    #[tokio::test]
    async fn a_port_that_is_taken_is_said_in_one_line() {
        let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = taken.local_addr().unwrap();
        let refused = Listener::bind(address).await.err().unwrap();
        assert!(format!("{refused:?}").contains("is taken"), "{refused:?}");
    }
}
