//! A client that can say anything, also what it must not.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// Longer than anything here takes; only a hanging test meets it.
const PATIENCE: Duration = Duration::from_secs(20);

/// Something the server sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Got {
    Text(String),
    Binary(Vec<u8>),
    Pong(Vec<u8>),
    Close(u16),
    End,
}

pub(crate) struct Raw {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// The answer to a request that did not become a connection.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// Sends a request and gives back the status, the stream and what came after the head.
async fn request(addr: SocketAddr, head: &[u8]) -> (u16, TcpStream, String, Vec<u8>) {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    stream.set_nodelay(true).unwrap();
    stream.write_all(head).await.unwrap();
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        assert_ne!(timeout(PATIENCE, stream.read_buf(&mut bytes)).await.unwrap().unwrap(), 0, "no answer");
    };
    let rest = bytes.split_off(end);
    let head = String::from_utf8(bytes).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, stream, head, rest)
}

/// A request for a WebSocket to `target`, with further header lines, each ended by CRLF.
pub(crate) fn upgrade(target: &str, headers: &str) -> String {
    format!(
        "GET {target} HTTP/1.1\r\nHost: school.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n"
    )
}

/// Sends a request that is to be refused.
pub(crate) async fn refused(addr: SocketAddr, head: &str) -> Refused {
    let (status, mut stream, head, mut body) = request(addr, head.as_bytes()).await;
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok())
        .unwrap_or(0_usize);
    while body.len() < length {
        assert_ne!(timeout(PATIENCE, stream.read_buf(&mut body)).await.unwrap().unwrap(), 0);
    }
    Refused { status, body: String::from_utf8(body).unwrap() }
}

impl Raw {
    /// Opens a WebSocket and leaves the open packet to be read.
    pub(crate) async fn upgrade(addr: SocketAddr, target: &str, headers: &str) -> Self {
        Self::from_request(addr, upgrade(target, headers).as_bytes()).await
    }

    /// Opens a WebSocket and sends frames behind the request without waiting for the answer.
    pub(crate) async fn upgrade_with(addr: SocketAddr, target: &str, frames: &[u8]) -> Self {
        Self::from_request(addr, &[upgrade(target, "").as_bytes(), frames].concat()).await
    }

    async fn from_request(addr: SocketAddr, head: &[u8]) -> Self {
        let (status, stream, head, buffer) = request(addr, head).await;
        assert_eq!(status, 101, "{head}");
        assert!(
            head.to_ascii_lowercase().contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="),
            "{head}"
        );
        Self { stream, buffer }
    }

    /// Opens a session and reads the open packet.
    pub(crate) async fn open(addr: SocketAddr) -> Self {
        let mut raw = Self::upgrade(addr, "/socket.io/?EIO=4&transport=websocket", "").await;
        let open = raw.text().await;
        assert!(open.starts_with("0{\"sid\":"), "{open}");
        raw
    }

    /// Opens a session and enters `/`.
    pub(crate) async fn connected(addr: SocketAddr) -> Self {
        let mut raw = Self::open(addr).await;
        raw.send("40").await;
        assert!(raw.text().await.starts_with("40{\"sid\":"));
        raw
    }

    pub(crate) async fn bytes(&mut self, bytes: &[u8]) {
        // The server may have closed already; then what it said before is what counts.
        let _ = self.stream.write_all(bytes).await;
    }

    pub(crate) async fn send(&mut self, text: &str) {
        self.bytes(&frame(0x81, text.as_bytes())).await;
    }

    pub(crate) async fn send_binary(&mut self, data: &[u8]) {
        self.bytes(&frame(0x82, data)).await;
    }

    /// The next frame, pings of the server included.
    pub(crate) async fn next(&mut self) -> Got {
        timeout(PATIENCE, self.read()).await.expect("the server says nothing")
    }

    /// The next text, where a text has to come.
    pub(crate) async fn text(&mut self) -> String {
        match self.next().await {
            Got::Text(text) => text,
            other => panic!("not a text: {other:?}"),
        }
    }

    /// Reads until the connection is closed; the close code and the texts before it.
    pub(crate) async fn closed(&mut self) -> (u16, Vec<Got>) {
        let mut before = Vec::new();
        loop {
            match self.next().await {
                Got::Close(code) => {
                    // As a WebSocket client does, so that the server need not wait for it.
                    let _ = self.stream.shutdown().await;
                    assert_eq!(self.next().await, Got::End, "nothing comes after a close");
                    return (code, before);
                }
                Got::End => panic!("the stream ended without a close frame, after {before:?}"),
                other => before.push(other),
            }
        }
    }

    async fn read(&mut self) -> Got {
        loop {
            if let Some(got) = self.take() {
                return got;
            }
            match self.stream.read_buf(&mut self.buffer).await {
                Ok(0) | Err(_) => {
                    assert!(self.buffer.is_empty(), "the stream ended inside of a frame");
                    return Got::End;
                }
                Ok(_) => {}
            }
        }
    }

    fn take(&mut self) -> Option<Got> {
        let (first, second) = (*self.buffer.first()?, *self.buffer.get(1)?);
        let (start, len) = match second {
            126 => (4, u16::from_be_bytes(self.buffer.get(2..4)?.try_into().unwrap()).into()),
            127 => (
                10,
                usize::try_from(u64::from_be_bytes(self.buffer.get(2..10)?.try_into().unwrap())).unwrap(),
            ),
            short => (2, short.into()),
        };
        let payload = self.buffer.get(start..start + len)?.to_vec();
        self.buffer.drain(..start + len);
        Some(match first {
            0x81 => Got::Text(String::from_utf8(payload).unwrap()),
            0x82 => Got::Binary(payload),
            0x88 => Got::Close(u16::from_be_bytes(payload[..2].try_into().unwrap())),
            0x8A => Got::Pong(payload),
            other => panic!("unexpected frame {other:#x}"),
        })
    }
}

/// A masked frame with the given first byte.
pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    const MASK: [u8; 4] = [0x37, 0xFA, 0x21, 0x3D];
    let mut out = vec![first];
    if let Ok(short @ 0..=125) = u8::try_from(payload.len()) {
        out.push(0x80 | short);
    } else if let Ok(medium) = u16::try_from(payload.len()) {
        out.push(0xFE);
        out.extend(medium.to_be_bytes());
    } else {
        out.push(0xFF);
        out.extend((payload.len() as u64).to_be_bytes());
    }
    out.extend(MASK);
    out.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    out
}
