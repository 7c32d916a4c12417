//! How a client connects and comes back.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use homeroom_contract::BoxFuture;
use serde_json::{Value, json};

/// Makes the `auth` object of a CONNECT, asked anew for every connection.
pub(crate) type Auth = Arc<dyn Fn() -> BoxFuture<'static, Value> + Send + Sync>;

/// How long to wait before connecting again: a random time between zero and a bound that doubles with every failed try
/// ("full jitter"), so that the clients of a node that went down don't all come back at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The bound before the first try. Default: 1 s.
    pub base: Duration,
    /// What the bound never exceeds. Default: 30 s.
    pub cap: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { base: Duration::from_secs(1), cap: Duration::from_secs(30) }
    }
}

impl Backoff {
    /// The bound before try `attempt`, counted from 0.
    pub fn bound(&self, attempt: u32) -> Duration {
        self.base.saturating_mul(2_u32.saturating_pow(attempt)).min(self.cap)
    }

    pub(crate) fn delay(&self, attempt: u32) -> Duration {
        self.bound(attempt).mul_f64(rand::random::<f64>())
    }
}

/// How a client connects and comes back.
#[derive(Clone)]
pub struct Options {
    pub(crate) address: String,
    pub(crate) auth: Option<Auth>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) recover: bool,
    pub(crate) reconnect: Option<Backoff>,
    pub(crate) connect_timeout: Duration,
    pub(crate) ack_timeout: Duration,
    pub(crate) events: usize,
}

impl Options {
    /// For a gateway at that address, such as `http://127.0.0.1:8080`; the path is `/socket.io/` unless the address has one.
    pub fn new(address: impl Into<String>) -> Self {
        Self {
            address: address.into(),
            auth: None,
            headers: Vec::new(),
            recover: false,
            reconnect: Some(Backoff::default()),
            connect_timeout: Duration::from_secs(20),
            ack_timeout: Duration::from_secs(20),
            events: 1024,
        }
    }

    /// Sends `{token}` at every CONNECT.
    #[must_use]
    pub fn token(self, token: impl Into<String>) -> Self {
        let token = token.into();
        self.auth(move || {
            let auth = json!({ "token": token });
            async move { auth }
        })
    }

    /// Asks for the auth object before every CONNECT, so that a reconnection has a fresh token.
    #[must_use]
    pub fn auth<F, Fut>(mut self, auth: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Value> + Send + 'static,
    {
        self.auth = Some(Arc::new(move || Box::pin(auth())));
        self
    }

    /// One more header in the WebSocket handshake, such as `Origin`.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Asks for connection state recovery (`recover: true` in the auth object): after a reconnection the server sends what
    /// was missed. Default: no.
    #[must_use]
    pub fn recover(mut self) -> Self {
        self.recover = true;
        self
    }

    /// How to come back after a lost connection; `None`: not at all. Default: [`Backoff::default`].
    #[must_use]
    pub fn reconnect(mut self, backoff: impl Into<Option<Backoff>>) -> Self {
        self.reconnect = backoff.into();
        self
    }

    /// How long opening the connection, and each CONNECT, may take. Default: 20 s.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long to wait for an ack. Default: 20 s.
    #[must_use]
    pub fn ack_timeout(mut self, timeout: Duration) -> Self {
        self.ack_timeout = timeout;
        self
    }

    /// How many events of a namespace are kept for who reads them; when so many wait, the connection is not read any more,
    /// acks included, until one is taken. Default: 1024.
    #[must_use]
    pub fn event_buffer(mut self, events: usize) -> Self {
        self.events = events.max(1);
        self
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the auth: it makes tokens.
        f.debug_struct("Options")
            .field("address", &self.address)
            .field("recover", &self.recover)
            .field("reconnect", &self.reconnect)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_doubles_up_to_the_maximum() {
        let backoff = Backoff::default();
        let bounds: Vec<_> = [0, 1, 2, 3, 4, 5, 40].map(|attempt| backoff.bound(attempt).as_secs()).into();
        assert_eq!(bounds, [1, 2, 4, 8, 16, 30, 30]);
        assert!((0..1000).all(|_| backoff.delay(3) <= backoff.bound(3)));
    }
}
