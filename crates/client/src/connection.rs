//! The one task that keeps a connection: reads and writes it, tells the namespaces what came, and opens it again when it
//! was lost.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use serde_json::{Value, json};
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::client::CLOSING;
use crate::engine::{Incoming, Outgoing, Reader, Transport};
use crate::packet::{Kind, Packet};
use crate::socket::Namespace;
use crate::{Error, Options, Status, engine};

/// How many messages may wait to be written before who sends them waits.
const OUTBOX: usize = 256;

/// What the task and the handles share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) options: Options,
    namespaces: Mutex<BTreeMap<String, Arc<Namespace>>>,
    line: Mutex<Line>,
    /// A namespace wants a connection again.
    wanted: Notify,
    /// The present connection is to be dropped.
    pub(crate) interrupted: Notify,
}

/// The way to the writer of the present connection.
#[derive(Debug, Default)]
struct Line {
    /// Counts connections, so that each namespace is connected once on each.
    number: u64,
    outbox: Option<mpsc::Sender<Outgoing>>,
    /// There will be no other connection.
    over: bool,
}

impl Shared {
    pub(crate) fn new(options: Options) -> Self {
        let namespaces = Mutex::new(BTreeMap::new());
        let (line, wanted, interrupted) = (Mutex::default(), Notify::new(), Notify::new());
        Self { options, namespaces, line, wanted, interrupted }
    }

    /// The namespace of that name, made if there is none yet.
    pub(crate) fn namespace(&self, name: &str) -> Arc<Namespace> {
        let mut namespaces = lock(&self.namespaces);
        let events = self.options.events;
        Arc::clone(
            namespaces.entry(name.to_owned()).or_insert_with(|| Arc::new(Namespace::new(name, events))),
        )
    }

    /// Asks the server to let it in, unless that has been done on this connection.
    pub(crate) async fn connect(&self, namespace: &Namespace) {
        let (number, outbox) = {
            let line = lock(&self.line);
            if line.over {
                return namespace.lost("the connection is closed", false);
            }
            (line.number, line.outbox.clone())
        };
        namespace.wants_to_connect();
        self.wanted.notify_one();
        let Some(outbox) = outbox else { return };
        if !namespace.first_time_on(number) {
            return;
        }
        let mut auth = match &self.options.auth {
            Some(auth) => auth().await,
            None => json!({}),
        };
        if let Value::Object(fields) = &mut auth
            && self.options.recover
        {
            fields.insert("recover".to_owned(), Value::Bool(true));
            namespace.add_recovery(fields);
        }
        let mut packet = Packet::new(Kind::Connect, &namespace.name);
        packet.payload = auth.as_object().is_some_and(|fields| !fields.is_empty()).then_some(auth);
        drop(outbox.send(Outgoing::Message(packet.encode(), Vec::new())).await);
    }

    /// Writes a packet on the present connection.
    pub(crate) async fn send(&self, packet: &Packet, attachments: Vec<Bytes>) -> Result<(), Error> {
        let outbox = lock(&self.line).outbox.clone();
        let gone = || Error::Disconnected("the connection was lost".to_owned());
        let message = Outgoing::Message(packet.encode(), attachments);
        outbox.ok_or_else(gone)?.send(message).await.map_err(|_| gone())
    }

    fn all(&self) -> Vec<Arc<Namespace>> {
        lock(&self.namespaces).values().cloned().collect()
    }

    fn wanting(&self) -> Vec<Arc<Namespace>> {
        self.all().into_iter().filter(|namespace| namespace.wants_connection()).collect()
    }

    fn lost(&self, why: &str, comes_back: bool) {
        {
            let mut line = lock(&self.line);
            line.outbox = None;
            line.over = !comes_back;
        }
        for namespace in self.wanting() {
            namespace.lost(why, comes_back);
        }
    }
}

/// Keeps the connection until it is closed or not to be reopened.
pub(crate) async fn drive(
    shared: Arc<Shared>,
    first: Transport,
    tasks: TaskTracker,
    closing: CancellationToken,
) {
    let mut transport: Result<Transport, Error> = Ok(first);
    let mut attempt = 0;
    loop {
        let why = match transport {
            Ok(transport) => {
                let (why, was_let_in) = serve(&shared, transport, &closing).await;
                attempt = if was_let_in { 0 } else { attempt };
                why
            }
            Err(error) => error.to_string(),
        };
        let backoff = shared.options.reconnect.filter(|_| !closing.is_cancelled());
        tracing::debug!(%why, "connection lost");
        shared.lost(&why, backoff.is_some());
        let Some(backoff) = backoff else { return };
        let delay = backoff.delay(attempt);
        attempt = attempt.saturating_add(1);
        let opening = async {
            tokio::time::sleep(delay).await;
            while shared.wanting().is_empty() {
                shared.wanted.notified().await;
            }
            engine::open(&shared.options, &tasks).await
        };
        transport = tokio::select! {
            () = closing.cancelled() => return shared.lost("closed", false),
            opened = opening => opened,
        };
    }
}

/// Serves one connection to its end: why it ended, and whether any namespace was let in.
async fn serve(shared: &Shared, transport: Transport, closing: &CancellationToken) -> (String, bool) {
    let Transport { reader, writer } = transport;
    let (outbox, outgoing) = mpsc::channel(OUTBOX);
    {
        let mut line = lock(&shared.line);
        line.number += 1;
        line.outbox = Some(outbox.clone());
    }
    let was_let_in = AtomicBool::new(false);
    let mut traffic = pin!(async {
        let write = async {
            match writer.run(outgoing).await {
                // Closed by us: the reader sees the server's answer.
                Ok(()) => std::future::pending().await,
                Err(error) => error.to_string(),
            }
        };
        let greet = async {
            for namespace in shared.wanting() {
                shared.connect(&namespace).await;
            }
            std::future::pending().await
        };
        tokio::select! {
            why = read(shared, reader, &outbox, &was_let_in) => why,
            why = write => why,
            why = greet => why,
        }
    });
    let why = tokio::select! {
        why = &mut traffic => why,
        () = shared.interrupted.notified() => "interrupted".to_owned(),
        () = closing.cancelled() => {
            let goodbye = async {
                for namespace in shared.wanting() {
                    let packet = Packet::new(Kind::Disconnect, &namespace.name);
                    drop(outbox.send(Outgoing::Message(packet.encode(), Vec::new())).await);
                }
                drop(outbox.send(Outgoing::Close).await);
                std::future::pending::<()>().await;
            };
            tokio::select! {
                _ = &mut traffic => {}
                () = goodbye => {}
                () = tokio::time::sleep(CLOSING) => {}
            }
            "closed".to_owned()
        }
    };
    (why, was_let_in.load(Ordering::Relaxed))
}

/// Reads until the connection ends: why it did.
async fn read(
    shared: &Shared,
    mut reader: Reader,
    outbox: &mpsc::Sender<Outgoing>,
    was_let_in: &AtomicBool,
) -> String {
    let mut partial: Option<(Packet, Vec<Bytes>)> = None;
    loop {
        let message = match reader.next(outbox).await {
            Ok(message) => message,
            Err(why) => return why,
        };
        match (message, partial.take()) {
            (Incoming::Text(text), None) => match (text.get(..1), text.get(1..)) {
                (Some("2"), Some(probe)) => {
                    let pong = Outgoing::Message(format!("3{probe}"), Vec::new());
                    if outbox.send(pong).await.is_err() {
                        return "the connection was lost".to_owned();
                    }
                }
                (Some("4"), Some(packet)) => match Packet::parse(packet) {
                    Ok(packet) if packet.attachments > 0 => partial = Some((packet, Vec::new())),
                    Ok(packet) => dispatch(shared, packet, Vec::new(), was_let_in).await,
                    Err(problem) => return format!("the server sent {text:?}: {problem}"),
                },
                (Some("6"), _) => {}
                (Some("1"), _) => return "closed by the server".to_owned(),
                _ => return format!("the server sent {text:?}"),
            },
            (Incoming::Binary(bytes), Some((packet, mut attachments))) => {
                attachments.push(bytes);
                if attachments.len() == packet.attachments {
                    dispatch(shared, packet, attachments, was_let_in).await;
                } else {
                    partial = Some((packet, attachments));
                }
            }
            (Incoming::Text(_), Some(_)) => return "text instead of an attachment".to_owned(),
            (Incoming::Binary(_), None) => return "an attachment that belongs to nothing".to_owned(),
        }
    }
}

async fn dispatch(shared: &Shared, packet: Packet, attachments: Vec<Bytes>, was_let_in: &AtomicBool) {
    let namespace = lock(&shared.namespaces).get(&packet.namespace).cloned();
    let Some(namespace) = namespace else { return };
    if packet.kind == Kind::Connect {
        was_let_in.store(true, Ordering::Relaxed);
    }
    namespace.take(packet, attachments).await;
    if let Status::Ended(why) | Status::Disconnected(why) = &*namespace.status.borrow() {
        tracing::debug!(namespace = namespace.name, %why, "namespace left");
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
