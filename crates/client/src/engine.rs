//! Engine.IO v4 over one WebSocket: the handshake, a reading half that is never cancelled in the middle of a frame, and a
//! writing half.

use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use fastwebsockets::{
    FragmentCollectorRead, Frame, OpCode, Payload, WebSocketError, WebSocketWrite, handshake,
};
use http_body_util::Empty;
use hyper::header::{CONNECTION, HOST, UPGRADE};
use hyper::rt::Executor;
use hyper::upgrade::Upgraded;
use hyper::{Request, Uri};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::io::{ReadHalf, WriteHalf};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;
use url::Url;

use crate::{Error, Options};

/// The largest frame that is read, in bytes.
const MAX_FRAME: usize = 16 << 20;

type Stream = TokioIo<Upgraded>;

/// What is to be written.
#[derive(Debug)]
pub(crate) enum Outgoing {
    /// A text frame and the binary frames that belong to it.
    Message(String, Vec<Bytes>),
    /// A control frame.
    Control(OpCode, Vec<u8>),
    /// The last: a close frame.
    Close,
}

/// What was read.
#[derive(Debug)]
pub(crate) enum Incoming {
    Text(String),
    Binary(Bytes),
}

/// An open connection.
pub(crate) struct Transport {
    pub(crate) reader: Reader,
    pub(crate) writer: Writer,
}

pub(crate) struct Reader {
    frames: FragmentCollectorRead<ReadHalf<Stream>>,
    /// Nothing for so long, not even a ping: the server is gone.
    silence: Duration,
}

pub(crate) struct Writer(WebSocketWrite<WriteHalf<Stream>>);

/// The open packet (engine.io-protocol v4, "Handshake"), times in ms.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Open {
    ping_interval: u64,
    ping_timeout: u64,
}

/// Opens a WebSocket and reads the open packet.
pub(crate) async fn open(options: &Options, tasks: &TaskTracker) -> Result<Transport, Error> {
    let failed = |problem: String| Error::Connect { address: options.address.clone(), problem };
    let opening = async {
        let (request, peer) = request(options)?;
        let stream = TcpStream::connect(peer).await.map_err(|error| failed(error.to_string()))?;
        drop(stream.set_nodelay(true));
        let (socket, _) = handshake::client(&Tracked(tasks.clone()), request, stream)
            .await
            .map_err(|error| failed(error.to_string()))?;
        let (mut read, write) = socket.split(tokio::io::split);
        read.set_max_message_size(MAX_FRAME);
        let frames = FragmentCollectorRead::new(read);
        let mut reader = Reader { frames, silence: options.connect_timeout };
        // Nothing is written before the open packet, so control frames that ask for an answer may go unanswered.
        let (controls, _kept) = mpsc::channel(8);
        let Incoming::Text(text) = reader.next(&controls).await.map_err(failed)? else {
            return Err(failed("a binary frame instead of the open packet".to_owned()));
        };
        let open: Option<Open> = text.strip_prefix('0').and_then(|json| serde_json::from_str(json).ok());
        let open = open.ok_or_else(|| failed(format!("{text:?} instead of the open packet")))?;
        reader.silence = Duration::from_millis(open.ping_interval.saturating_add(open.ping_timeout));
        Ok(Transport { reader, writer: Writer(write) })
    };
    let timeout = tokio::time::timeout(options.connect_timeout, opening).await;
    timeout.unwrap_or(Err(Error::Timeout(options.connect_timeout)))
}

/// Host and port.
type Peer = (String, u16);

fn request(options: &Options) -> Result<(Request<Empty<Bytes>>, Peer), Error> {
    let wrong = |problem: &str| Error::Address(format!("{}: {problem}", options.address));
    let url = Url::parse(&options.address).map_err(|error| wrong(&error.to_string()))?;
    match url.scheme() {
        "ws" | "http" => {}
        "wss" | "https" => {
            return Err(wrong(
                "this client has no TLS; connect to a proxy that ends it, by http:// or ws://",
            ));
        }
        _ => return Err(wrong("the scheme must be http or ws")),
    }
    let host = url.host_str().ok_or_else(|| wrong("there is no host"))?;
    let port = url.port_or_known_default().unwrap_or(80);
    let path = if url.path() == "/" { "/socket.io/" } else { url.path() };
    let uri: Uri = format!("{path}?EIO=4&transport=websocket").parse().map_err(|_| wrong("bad path"))?;
    let mut request = Request::get(uri)
        .header(HOST, format!("{host}:{port}"))
        .header(UPGRADE, "websocket")
        .header(CONNECTION, "upgrade")
        .header("Sec-WebSocket-Key", handshake::generate_key())
        .header("Sec-WebSocket-Version", "13");
    for (name, value) in &options.headers {
        request = request.header(name, value);
    }
    let request = request.body(Empty::new()).map_err(|error| wrong(&error.to_string()))?;
    // An IPv6 address stands in brackets in a URL only.
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    Ok((request, (host, port)))
}

impl Reader {
    /// The next message; `Err` says why there is none any more. Answers to control frames go to `controls`.
    pub(crate) async fn next(&mut self, controls: &mpsc::Sender<Outgoing>) -> Result<Incoming, String> {
        let mut answer = |frame: Frame<'_>| {
            let control = Outgoing::Control(frame.opcode, frame.payload.to_vec());
            async move { controls.send(control).await }
        };
        let reading = self.frames.read_frame(&mut answer);
        // The read is given up only together with the connection.
        let frame = tokio::time::timeout(self.silence, reading)
            .await
            .map_err(|_| "ping timeout".to_owned())?
            .map_err(|error| error.to_string())?;
        match frame.opcode {
            OpCode::Text => String::from_utf8(frame.payload.to_vec())
                .map(Incoming::Text)
                .map_err(|error| error.to_string()),
            OpCode::Binary => Ok(Incoming::Binary(Bytes::from(frame.payload.to_vec()))),
            OpCode::Close => Err(closed(&frame.payload)),
            other => Err(format!("a frame of type {other:?}")),
        }
    }
}

fn closed(payload: &[u8]) -> String {
    match payload {
        [high, low, reason @ ..] => {
            let code = u16::from_be_bytes([*high, *low]);
            format!("closed by the server with {code} {}", String::from_utf8_lossy(reason))
                .trim_end()
                .to_owned()
        }
        _ => "closed by the server".to_owned(),
    }
}

impl Writer {
    /// Writes what comes until a [`Outgoing::Close`]; `Err` says why it can't.
    pub(crate) async fn run(mut self, mut outgoing: mpsc::Receiver<Outgoing>) -> Result<(), WebSocketError> {
        while let Some(next) = outgoing.recv().await {
            match next {
                Outgoing::Message(text, attachments) => {
                    self.0.write_frame(Frame::text(Payload::Owned(text.into_bytes()))).await?;
                    for attachment in attachments {
                        self.0.write_frame(Frame::binary(Payload::Owned(attachment.into()))).await?;
                    }
                }
                Outgoing::Control(OpCode::Close, payload) => {
                    return self.0.write_frame(Frame::close_raw(Payload::Owned(payload))).await;
                }
                Outgoing::Control(opcode, payload) => {
                    self.0.write_frame(Frame::new(true, opcode, None, Payload::Owned(payload))).await?;
                }
                Outgoing::Close => return self.0.write_frame(Frame::close(1000, b"")).await,
            }
        }
        Ok(())
    }
}

/// Runs hyper's part of the handshake among the client's own tasks.
struct Tracked(TaskTracker);

impl Executor<Pin<Box<dyn Future<Output = ()> + Send>>> for Tracked {
    fn execute(&self, task: Pin<Box<dyn Future<Output = ()> + Send>>) {
        self.0.spawn(task);
    }
}
