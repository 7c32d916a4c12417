//! Servers to talk to.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use homeroom_transport::{
    engine::{self, CloseReason, Connection, Engine, EngineConfig, Message, Session, Upper},
    frame::Class,
    socket_io::{
        self, Accepted, AckError, App, Incoming, Reason, Refused, Socket, SocketIo, SocketIoConfig,
        WireConfig, encode_binary_event,
    },
};
use serde_json::value::RawValue;
use tokio::{
    net::TcpListener,
    sync::{Semaphore, mpsc},
};
use tokio_util::task::TaskTracker;

/// Serves an engine on a free port.
pub(crate) async fn serve<U: Upper>(engine: &Arc<Engine<U>>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let router = engine::route("/socket.io/", engine);
    TaskTracker::new().spawn(async move {
        axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>()).await.unwrap();
    });
    addr
}

/// Echoes every message, and hands out its connections.
pub(crate) struct Echo(mpsc::Sender<Arc<Connection>>);

pub(crate) struct Echoing(Arc<Connection>);

impl Upper for Echo {
    type Session = Echoing;

    fn open(&self, connection: &Arc<Connection>) -> Echoing {
        let _ = self.0.try_send(connection.clone());
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

pub(crate) async fn echo(
    config: EngineConfig,
) -> (SocketAddr, Arc<Engine<Echo>>, mpsc::Receiver<Arc<Connection>>) {
    let (sender, connections) = mpsc::channel(64);
    let engine = Engine::new(config, Echo(sender), TaskTracker::new());
    (serve(&engine).await, engine, connections)
}

/// A Socket.IO application that notes what it is told and does what events ask for.
pub(crate) struct Notes {
    noted: Mutex<Vec<String>>,
    /// `wait` handlers go on one by one as permits are added.
    pub(crate) gate: Semaphore,
    pub(crate) sockets: Mutex<Vec<Arc<Socket>>>,
}

pub(crate) type Server = Arc<Engine<Arc<SocketIo<Notes>>>>;

impl Notes {
    fn note(&self, line: String) {
        self.noted.lock().unwrap().push(line);
    }

    pub(crate) fn noted(&self) -> Vec<String> {
        self.noted.lock().unwrap().clone()
    }

    pub(crate) fn socket(&self, index: usize) -> Arc<Socket> {
        self.sockets.lock().unwrap()[index].clone()
    }
}

impl App for Notes {
    async fn connect(&self, socket: &Arc<Socket>, auth: Option<Box<RawValue>>) -> Result<Accepted, Refused> {
        let auth = auth.map_or_else(String::new, |auth| auth.get().to_owned());
        self.note(format!("connect {} {auth}", socket.namespace()));
        match socket.namespace() {
            "/nowhere" => return Err(Refused::invalid_namespace()),
            "/slow" => self.gate.acquire().await.unwrap().forget(),
            "/pid" => return Ok(Accepted { pid: Some("p-1".to_owned()) }),
            _ => {}
        }
        Ok(Accepted::default())
    }

    async fn connected(&self, socket: &Arc<Socket>) {
        self.sockets.lock().unwrap().push(socket.clone());
    }

    async fn event(&self, socket: &Arc<Socket>, event: Incoming) {
        self.note(format!("event {} {} {}", socket.namespace(), event.name, event.data()));
        let args: Vec<&str> = event.args.iter().map(|arg| arg.get()).collect();
        match event.name.as_str() {
            "wait" => self.gate.acquire().await.unwrap().forget(),
            "panic" => panic!("as the test asked"),
            "leave" => socket.disconnect(),
            "close" => socket.connection().close(CloseReason::Server),
            "ask" => {
                let answer = socket.emit_with_ack("question", &["1"], Duration::from_secs(10)).await;
                let answer = match answer {
                    Ok(acked) => acked.args.iter().map(|arg| arg.get()).collect::<Vec<_>>().join(" "),
                    Err(error) => error.to_string(),
                };
                self.note(format!("answer {answer}"));
            }
            "ask-briefly" => {
                let answer = socket.emit_with_ack("question", &[], Duration::from_millis(1)).await;
                assert_eq!(answer.map(|_| ()), Err(AckError::Timeout));
                socket.emit("gave-up", &[], Class::Durable);
            }
            _ => {}
        }
        if let Some(ack) = event.ack {
            ack.send_args(&args, &event.attachments);
        } else {
            let back =
                encode_binary_event(socket.namespace(), "back", &args, &event.attachments, Class::Durable);
            socket.send(&[back]);
        }
    }

    fn busy(&self, _: &Arc<Socket>, event: Incoming) {
        self.note(format!("busy {} {}", event.name, event.data()));
        if let Some(ack) = event.ack {
            ack.send(r#"{"code":"BUSY"}"#);
        }
    }

    fn disconnected(&self, socket: &Arc<Socket>, reason: Reason) {
        self.note(format!("disconnected {} {reason}", socket.namespace()));
    }
}

pub(crate) async fn notes(engine: EngineConfig, socket_io: SocketIoConfig) -> (SocketAddr, Server) {
    let notes = Notes { noted: Mutex::default(), gate: Semaphore::new(0), sockets: Mutex::default() };
    let server = socket_io::serve(WireConfig { engine, socket_io }, notes, TaskTracker::new());
    (serve(&server).await, server)
}

/// A server with default limits.
pub(crate) async fn plain() -> (SocketAddr, Server) {
    notes(EngineConfig::default(), SocketIoConfig::default()).await
}
