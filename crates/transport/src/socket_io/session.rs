//! Socket.IO as a protocol over Engine.IO: what to do with each packet of a client.

use std::sync::Arc;

use serde_json::value::RawValue;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use super::{
    AckSender, Acked, App, Incoming, Packet, ParseLimits, SocketIoConfig, WireConfig,
    assembly::{Assembly, Whole},
    link::Link,
};
use crate::{
    engine::{CloseReason, Connection, Engine, Message, Session, Upper},
    frame::Violation,
};

/// Socket.IO for one application: what all of its connections share.
pub struct SocketIo<A> {
    pub(crate) app: A,
    pub(crate) config: SocketIoConfig,
    pub(crate) tracker: TaskTracker,
    limits: ParseLimits,
}

impl<A> SocketIo<A> {
    /// The application.
    pub fn app(&self) -> &A {
        &self.app
    }
}

/// Makes a Socket.IO server for `app`, to be mounted with [`engine::route`](crate::engine::route) and stopped with
/// [`Engine::drain`]. All of its tasks run on `tracker`.
pub fn serve<A: App>(config: WireConfig, app: A, tracker: TaskTracker) -> Arc<Engine<Arc<SocketIo<A>>>> {
    let limits = config.socket_io.parse_limits();
    let io = Arc::new(SocketIo { app, config: config.socket_io, tracker: tracker.clone(), limits });
    Engine::new(config.engine, io, tracker)
}

impl<A: App> Upper for Arc<SocketIo<A>> {
    type Session = Packets<A>;

    fn open(&self, connection: &Arc<Connection>) -> Packets<A> {
        Packets { link: Link::new(self.clone(), connection.clone()), io: self.clone(), assembly: None }
    }
}

/// One connection's packets.
pub struct Packets<A> {
    io: Arc<SocketIo<A>>,
    link: Arc<Link<A>>,
    assembly: Option<Box<Assembly>>,
}

impl<A: App> Session for Packets<A> {
    fn message(&mut self, message: Message<'_>) -> Result<(), CloseReason> {
        match (message, self.assembly.as_mut()) {
            (Message::Text(text), None) => {
                let packet = Packet::parse(text, &self.io.limits).map_err(|malformed| {
                    tracing::debug!(%malformed, "packet refused");
                    CloseReason::Protocol
                })?;
                self.packet(packet)
            }
            (Message::Binary(data), Some(assembly)) => {
                let complete = assembly.add(data).map_err(|_| CloseReason::Frame(Violation::TooLarge))?;
                match self.assembly.take_if(|_| complete) {
                    Some(assembly) => self.whole(assembly.into_whole()),
                    None => Ok(()),
                }
            }
            // Text where an attachment has to come, or an attachment that nothing announced.
            (Message::Text(_), Some(_)) | (Message::Binary(_), None) => Err(CloseReason::Protocol),
        }
    }

    fn deadline(&mut self) -> Option<Instant> {
        let outside = self.link.outside_since().map(|since| since + self.io.config.connect_timeout());
        let assembly = self.assembly.as_ref().map(|assembly| assembly.deadline());
        [outside, assembly].into_iter().flatten().min()
    }

    fn overdue(&mut self) -> Result<(), CloseReason> {
        Err(CloseReason::Idle)
    }

    fn retire(&mut self) -> Result<(), CloseReason> {
        self.link.retire();
        Ok(())
    }

    fn closed(self, reason: CloseReason) {
        self.link.over(reason);
    }
}

impl<A: App> Packets<A> {
    fn packet(&mut self, packet: Packet<'_>) -> Result<(), CloseReason> {
        let (whole, attachments) = match packet {
            Packet::Connect { namespace, auth } => return self.link.connect(namespace, auth),
            Packet::Disconnect { namespace } => return self.link.disconnect(namespace),
            Packet::Event { namespace, ack, name, args, attachments } => {
                let socket = self.link.socket(namespace)?;
                let ack = ack.map(|id| AckSender::new(socket.clone(), id));
                let event =
                    Incoming { name: name.into_owned(), args: owned(&args), attachments: Vec::new(), ack };
                (Whole::Event(socket, event), attachments)
            }
            Packet::Ack { namespace, id, args, attachments } => {
                let socket = self.link.socket(namespace)?;
                (Whole::Ack(socket, id, Acked { args: owned(&args), attachments: Vec::new() }), attachments)
            }
        };
        if attachments == 0 {
            return self.whole(whole);
        }
        self.assembly = Some(Box::new(Assembly::new(whole, attachments, &self.io.config)));
        Ok(())
    }

    fn whole(&self, whole: Whole) -> Result<(), CloseReason> {
        match whole {
            Whole::Event(socket, event) => self.link.event(&socket, event),
            Whole::Ack(socket, id, acked) => {
                // It doesn't wait in line: the handler that asked may be what holds up the line.
                socket.owed().answer(id, acked);
                Ok(())
            }
        }
    }
}

fn owned(args: &[&RawValue]) -> Vec<Box<RawValue>> {
    args.iter().map(|arg| (*arg).to_owned()).collect()
}
