//! One namespace of a connection.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use serde_json::{Map, Value};
use tokio::sync::{mpsc, oneshot, watch};

use crate::client::Alive;
use crate::connection::lock;
use crate::packet::{Kind, Packet};
use crate::{Emission, Error, Received, Refusal};

/// How a namespace stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Status {
    /// The server has not let it in yet.
    Connecting,
    /// Events flow.
    Connected {
        /// The Socket.IO session id.
        sid: String,
        /// Whether the server has taken up the earlier session, so that nothing was missed.
        recovered: bool,
    },
    /// The connection was lost, why, and will be opened again.
    Disconnected(String),
    /// The server did not let it in. It stays so until [`Client::namespace`](crate::Client::namespace) is called again.
    Refused(Refusal),
    /// The server has sent it away, or the connection is closed for good, and why. It stays so until asked again.
    Ended(String),
}

/// A namespace of a [`Client`](crate::Client). Clones are the same.
#[derive(Debug, Clone)]
pub struct Socket {
    pub(crate) namespace: Arc<Namespace>,
    pub(crate) alive: Arc<Alive>,
}

impl Socket {
    /// Its name, with the slash.
    pub fn name(&self) -> &str {
        &self.namespace.name
    }

    /// How it stands, and a way to wait for changes.
    pub fn status(&self) -> watch::Receiver<Status> {
        self.namespace.status.subscribe()
    }

    /// Waits until it is connected (again): whether the session was recovered. An error if it never will be.
    pub async fn connected(&self) -> Result<bool, Error> {
        let mut status = self.status();
        loop {
            match &*status.borrow_and_update() {
                Status::Connected { recovered, .. } => return Ok(*recovered),
                Status::Refused(refusal) => return Err(Error::Refused(refusal.clone())),
                Status::Ended(why) => return Err(Error::Disconnected(why.clone())),
                Status::Connecting | Status::Disconnected(_) => {}
            }
            if status.changed().await.is_err() {
                return Err(Error::Disconnected("closed".to_owned()));
            }
        }
    }

    /// Sends an event and doesn't wait for anything. An error if there is no connection now: nothing is kept for later.
    pub async fn emit(&self, emission: Emission) -> Result<(), Error> {
        self.send(Kind::Event, None, emission).await
    }

    /// Sends an event and waits for its ack's arguments: those that are binary are placeholders for the attachments.
    pub async fn emit_with_ack(&self, emission: Emission) -> Result<(Vec<Value>, Vec<Bytes>), Error> {
        let (id, answer) = self.namespace.expect_ack();
        let _forgotten = Forget { namespace: &self.namespace, id };
        let timeout = self.alive.shared.options.ack_timeout;
        let exchange = async {
            self.send(Kind::Event, Some(id), emission).await?;
            let lost = || Error::Disconnected("the connection was lost before the answer came".to_owned());
            answer.await.map_err(|_| lost())
        };
        tokio::time::timeout(timeout, exchange).await.unwrap_or(Err(Error::Timeout(timeout)))
    }

    /// Answers an event for which the server waits; does nothing for another. The emission's name is not sent.
    pub async fn answer(&self, received: &Received, answer: Emission) -> Result<(), Error> {
        match received.ack {
            Some(id) => self.send(Kind::Ack, Some(id), answer).await,
            None => Ok(()),
        }
    }

    /// The next event; `None` when the namespace has ended and all that came before has been read.
    ///
    /// Cancelling the wait loses nothing. Clones share the events: each goes to one of them.
    pub async fn next_event(&self) -> Option<Received> {
        let mut events = self.namespace.incoming.lock().await;
        let mut status = self.status();
        let over = |status: &Status| matches!(status, Status::Ended(_) | Status::Refused(_));
        tokio::select! {
            biased;
            event = events.recv() => event,
            _ = status.wait_for(over) => None,
        }
    }

    /// Leaves the namespace; the connection and its other namespaces stay.
    pub async fn disconnect(&self) -> Result<(), Error> {
        let packet = Packet::new(Kind::Disconnect, &self.namespace.name);
        self.namespace.end("left".to_owned());
        self.alive.shared.send(&packet, Vec::new()).await
    }

    async fn send(&self, kind: Kind, id: Option<u64>, emission: Emission) -> Result<(), Error> {
        let problem = match &*self.namespace.status.borrow() {
            Status::Connected { .. } => None,
            Status::Connecting => Some("not let in yet".to_owned()),
            Status::Refused(refusal) => Some(refusal.message.clone()),
            Status::Disconnected(why) | Status::Ended(why) => Some(why.clone()),
        };
        if let Some(problem) = problem {
            return Err(Error::Disconnected(problem));
        }
        let Emission { name, mut args, attachments } = emission;
        if kind == Kind::Event {
            args.insert(0, Value::String(name));
        }
        let packet = Packet {
            id,
            payload: Some(Value::Array(args)),
            attachments: attachments.len(),
            ..Packet::new(kind, &self.namespace.name)
        };
        self.alive.shared.send(&packet, attachments).await
    }
}

/// Whoever stops waiting for an ack leaves nothing behind.
struct Forget<'a> {
    namespace: &'a Namespace,
    id: u64,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        lock(&self.namespace.acks).remove(&self.id);
    }
}

type Acked = (Vec<Value>, Vec<Bytes>);

/// What is known of a namespace across connections.
#[derive(Debug)]
pub(crate) struct Namespace {
    pub(crate) name: String,
    pub(crate) status: watch::Sender<Status>,
    incoming: tokio::sync::Mutex<mpsc::Receiver<Received>>,
    events: mpsc::Sender<Received>,
    acks: Mutex<HashMap<u64, oneshot::Sender<Acked>>>,
    next_ack: AtomicU64,
    /// The number of the connection on which CONNECT was sent last.
    connected_on: AtomicU64,
    recovery: Mutex<Recovery>,
}

/// What recovery needs (socket.io, "Connection state recovery").
#[derive(Debug, Default)]
struct Recovery {
    pid: Option<String>,
    offset: Option<String>,
}

impl Namespace {
    pub(crate) fn new(name: &str, events: usize) -> Self {
        let (sender, receiver) = mpsc::channel(events);
        Self {
            name: name.to_owned(),
            status: watch::Sender::new(Status::Connecting),
            incoming: tokio::sync::Mutex::new(receiver),
            events: sender,
            acks: Mutex::default(),
            next_ack: AtomicU64::new(0),
            connected_on: AtomicU64::new(0),
            recovery: Mutex::default(),
        }
    }

    /// Whether it is the first time that this is asked for the connection of that number.
    pub(crate) fn first_time_on(&self, number: u64) -> bool {
        self.connected_on.swap(number, Ordering::AcqRel) != number
    }

    /// One that was refused or sent away wants to be let in again.
    pub(crate) fn wants_to_connect(&self) {
        self.status.send_if_modified(|status| {
            let over = matches!(status, Status::Refused(_) | Status::Ended(_));
            if over {
                *status = Status::Connecting;
                self.connected_on.store(0, Ordering::Release);
            }
            over
        });
    }

    pub(crate) fn wants_connection(&self) -> bool {
        !matches!(*self.status.borrow(), Status::Refused(_) | Status::Ended(_))
    }

    pub(crate) fn lost(&self, why: &str, comes_back: bool) {
        let why = why.to_owned();
        self.status.send_replace(if comes_back { Status::Disconnected(why) } else { Status::Ended(why) });
        lock(&self.acks).clear();
    }

    pub(crate) fn add_recovery(&self, fields: &mut Map<String, Value>) {
        let recovery = lock(&self.recovery);
        for (name, value) in [("pid", &recovery.pid), ("offset", &recovery.offset)] {
            if let Some(value) = value {
                fields.insert(name.to_owned(), Value::String(value.clone()));
            }
        }
    }

    /// Takes a packet that came for it; waits while there is no place for one more event.
    pub(crate) async fn take(&self, packet: Packet, attachments: Vec<Bytes>) {
        let payload = packet.payload.unwrap_or(Value::Null);
        match packet.kind {
            Kind::Connect => self.let_in(&payload),
            Kind::ConnectError => {
                self.status.send_replace(Status::Refused(Refusal::parse(&payload)));
            }
            Kind::Disconnect => self.end("sent away by the server".to_owned()),
            Kind::Ack => {
                let waiting = packet.id.and_then(|id| lock(&self.acks).remove(&id));
                if let (Some(waiting), Value::Array(args)) = (waiting, payload) {
                    drop(waiting.send((args, attachments)));
                }
            }
            Kind::Event => {
                if let Some(event) = self.event(payload, attachments, packet.id) {
                    drop(self.events.send(event).await);
                }
            }
        }
    }

    fn expect_ack(&self) -> (u64, oneshot::Receiver<Acked>) {
        let (sender, receiver) = oneshot::channel();
        let id = self.next_ack.fetch_add(1, Ordering::Relaxed);
        lock(&self.acks).insert(id, sender);
        (id, receiver)
    }

    fn let_in(&self, payload: &Value) {
        let text = |name: &str| payload.get(name).and_then(Value::as_str).map(str::to_owned);
        let pid = text("pid");
        let recovered = {
            let mut recovery = lock(&self.recovery);
            let recovered = pid.is_some() && recovery.pid == pid;
            if !recovered {
                recovery.offset = None;
            }
            recovery.pid = pid;
            recovered
        };
        self.status.send_replace(Status::Connected { sid: text("sid").unwrap_or_default(), recovered });
    }

    fn event(&self, payload: Value, attachments: Vec<Bytes>, ack: Option<u64>) -> Option<Received> {
        let Value::Array(mut args) = payload else { return None };
        if args.is_empty() {
            return None;
        }
        // Stock servers allow numbers as names too.
        let name = match args.remove(0) {
            Value::String(name) => name,
            other => other.to_string(),
        };
        let mut recovery = lock(&self.recovery);
        let mut offset = None;
        if recovery.pid.is_some() && ack.is_none() && args.last().is_some_and(Value::is_string) {
            offset = args.pop().and_then(|last| last.as_str().map(str::to_owned));
            recovery.offset.clone_from(&offset);
        }
        Some(Received { name, args, attachments, offset, ack })
    }

    fn end(&self, why: String) {
        self.status.send_replace(Status::Ended(why));
        lock(&self.acks).clear();
    }
}
