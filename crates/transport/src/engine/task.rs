//! The one task of a connection: reads, pings, flushes, closes.

use std::{io, pin::pin, sync::Arc};

use tokio::{
    io::AsyncWriteExt,
    net::TcpStream,
    select,
    time::{Instant, Sleep, sleep_until, timeout},
};

use super::{
    CloseReason, Connection, Counters, Engine, Handshake, Message, Outbox, Session, Sid, Upper,
    heartbeat::{Beat, Heartbeat},
    outbox::Duty,
    packet::{self, Packet},
    registry::{Pending, Place},
    stream,
};
use crate::frame::{self, Framed, Reader};

/// A connection from its finished upgrade to its last byte. A task holds it and little else: what it is made of has
/// been moved in, not borrowed from futures around it, which would keep their own copies.
pub(crate) struct Live<U: Upper> {
    engine: Arc<Engine<U>>,
    socket: Arc<TcpStream>,
    connection: Arc<Connection>,
    session: U::Session,
    reader: Reader,
    heartbeat: Heartbeat,
    place: Place,
}

impl<U: Upper> Live<U> {
    /// Registers the connection, sends the open packet and handles what the client sent behind its request.
    pub(crate) fn open(
        engine: Arc<Engine<U>>,
        socket: TcpStream,
        mut early: Vec<u8>,
        handshake: Handshake,
        (place, pending): (Place, Option<Pending>),
    ) -> Self {
        let config = &engine.config;
        let socket = Arc::new(socket);
        let outbox = Outbox::new(socket.clone(), config.max_outbox_bytes, engine.counters.clone());
        let connection = Connection::new(Sid::random(), handshake, outbox, pending);
        engine.registry.insert(&connection);
        engine.counters.opened.add(1);
        connection.outbox().send(&[packet::open(connection.id(), config)]);
        let mut live = Self {
            session: engine.upper.open(&connection),
            reader: Reader::new(config.frame_limits()),
            heartbeat: Heartbeat::start(Instant::now(), config),
            engine,
            socket,
            connection,
            place,
        };
        if live.engine.is_stopping() {
            live.connection.close(CloseReason::ShuttingDown);
        } else if !early.is_empty() {
            let step = live.feed(&mut early);
            live.note(step);
        }
        live
    }

    /// Serves until somebody closes; the first reason counts. Then says so above and ends the socket.
    #[expect(clippy::manual_async_fn, reason = "an `async fn` would have room for `self` twice, idle or not")]
    pub(crate) fn run(mut self) -> impl Future<Output = ()> + Send {
        async move {
            stream::adopt(&self.socket).await;
            let reason = self.serve().await;
            // In a box of its own, so that a connection has no room for its end before it comes to it.
            Box::pin(self.end(reason)).await;
        }
    }

    async fn serve(&mut self) -> CloseReason {
        let mut sleep = pin!(sleep_until(self.due()));
        loop {
            let flushing = match self.connection.outbox().duty() {
                Duty::Close(reason) => return reason,
                Duty::Read => false,
                Duty::ReadAndFlush => true,
                Duty::Retire => {
                    let step = self.session.retire();
                    self.note(step);
                    continue;
                }
            };
            self.set_alarm(sleep.as_mut());
            let step = select! {
                biased;
                () = self.connection.outbox().woken() => Ok(()),
                ready = stream::ready(&self.socket, flushing) => match ready {
                    Ok(writable) => self.ready(writable),
                    Err(_) => Err(CloseReason::TransportClose),
                },
                () = sleep.as_mut() => self.alarm(),
            };
            self.note(step);
        }
    }

    async fn end(self, reason: CloseReason) {
        let Self { engine, socket, connection, session, place, .. } = self;
        tracing::debug!(connection = %connection.id(), %reason, "connection closed");
        count(&engine.counters, reason);
        session.closed(reason);
        // The peer may be gone or refuse to read: the closing handshake has a time of its own.
        let _ = timeout(engine.config.close_timeout(), finish(connection.outbox(), socket)).await;
        connection.outbox().detach();
        // Others may hold on to the connection for longer than it lives.
        connection.let_in();
        engine.registry.remove(connection.id());
        drop(place);
    }

    fn note(&self, step: Result<(), CloseReason>) {
        if let Err(reason) = step {
            self.connection.close(reason);
        }
    }

    fn due(&mut self) -> Instant {
        let due = self.heartbeat.due();
        self.session.deadline().map_or(due, |deadline| due.min(deadline))
    }

    fn set_alarm(&mut self, sleep: std::pin::Pin<&mut Sleep>) {
        let due = self.due();
        if sleep.deadline() != due {
            sleep.reset(due);
        }
    }

    fn alarm(&mut self) -> Result<(), CloseReason> {
        let now = Instant::now();
        if self.session.deadline().is_some_and(|deadline| deadline <= now) {
            self.session.overdue()?;
        }
        if self.heartbeat.due() <= now {
            match self.heartbeat.beat(now, &self.engine.config) {
                Beat::Ping => {
                    self.connection.outbox().send(&[packet::PING]);
                }
                Beat::Timeout => return Err(CloseReason::PingTimeout),
            }
        }
        Ok(())
    }

    fn ready(&mut self, writable: bool) -> Result<(), CloseReason> {
        if writable {
            self.connection.outbox().flush().map_err(|_| CloseReason::TransportClose)?;
        }
        let socket = self.socket.clone();
        match stream::read(&socket, |bytes| self.feed(bytes)) {
            Ok(None) => Ok(()),
            Ok(Some(result)) => result,
            Err(_) => Err(CloseReason::TransportClose),
        }
    }

    /// Decodes what was read and hands it up.
    fn feed(&mut self, bytes: &mut [u8]) -> Result<(), CloseReason> {
        if bytes.is_empty() {
            return Err(CloseReason::TransportClose);
        }
        self.engine.counters.bytes_in.add(bytes.len() as u64);
        let mut at = 0;
        while let Some(message) = self.reader.next(bytes, &mut at).map_err(CloseReason::Frame)? {
            let message = match message {
                frame::Message::Text(text) => match Packet::parse(text).ok_or(CloseReason::Protocol)? {
                    Packet::Message(data) => Message::Text(data),
                    Packet::Pong => {
                        self.heartbeat.pong(Instant::now(), &self.engine.config);
                        continue;
                    }
                    Packet::Noop => continue,
                    Packet::Close => return Err(CloseReason::TransportClose),
                },
                frame::Message::Binary(data) => Message::Binary(data),
                frame::Message::Ping(body) => {
                    self.connection.outbox().send(&[Framed::pong(body)]);
                    continue;
                }
                frame::Message::Pong => continue,
                frame::Message::Close(_) => return Err(CloseReason::TransportClose),
            };
            self.engine.counters.messages_in.add(1);
            self.session.message(message)?;
        }
        Ok(())
    }
}

fn count(counters: &Counters, reason: CloseReason) {
    counters.closed.add(1);
    match reason {
        CloseReason::PingTimeout => counters.closed_ping_timeout.add(1),
        CloseReason::Frame(_) | CloseReason::Protocol => counters.closed_violation.add(1),
        _ => {}
    }
}

/// Writes what is left and the close frame, then waits for the peer to end, so that it gets to read them: closing at
/// once with unread input would reset the connection under its eyes.
async fn finish(outbox: &Outbox, socket: Arc<TcpStream>) -> io::Result<()> {
    while !outbox.flush()? {
        socket.writable().await?;
    }
    outbox.detach();
    let Some(mut socket) = Arc::into_inner(socket) else { return Ok(()) };
    socket.shutdown().await?;
    loop {
        socket.readable().await?;
        if stream::read(&socket, |bytes| bytes.is_empty())? == Some(true) {
            return Ok(());
        }
    }
}
