//! Server messages, framed once for any number of readers.

use bytes::Bytes;

use super::{CloseCode, Header, OpCode};

/// What may be done with a message when its reader is slow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Must arrive in order, or the connection ends so that the client comes back and resyncs.
    Durable,
    /// Tells of an entry in the journal, in order: what finds no room is not taken, and read from there later.
    Entry,
    /// At most once: the first to be dropped.
    Ephemeral,
    /// Heartbeats and closes: small, never dropped.
    Control,
}

/// One or several whole WebSocket frames in one piece, ready to be written to any connection.
///
/// A Socket.IO event with attachments is one `Framed` of several frames, so that nothing can come between them.
/// Cloning shares the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Framed {
    bytes: Bytes,
    class: Class,
}

/// The content of one frame of a [`Framed`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// A text frame's content, UTF-8.
    Text(Bytes),
    /// A binary frame's content.
    Binary(Bytes),
}

impl Framed {
    /// Frames one text message.
    pub fn text(text: &str, class: Class) -> Self {
        Self::encode(OpCode::Text, text.as_bytes(), class)
    }

    /// Frames one binary message.
    pub fn binary(bytes: &[u8], class: Class) -> Self {
        Self::encode(OpCode::Binary, bytes, class)
    }

    /// Frames a text message and the binary messages that belong to it, as one unit.
    pub fn text_with_binaries(text: &str, binaries: &[Bytes], class: Class) -> Self {
        let size = text.len() + binaries.iter().map(Bytes::len).sum::<usize>() + 10 * (1 + binaries.len());
        let mut out = Vec::with_capacity(size);
        append(OpCode::Text, text.as_bytes(), &mut out);
        for binary in binaries {
            append(OpCode::Binary, binary, &mut out);
        }
        Self { bytes: out.into(), class }
    }

    /// Frames whose bytes are known at compile time.
    pub(crate) const fn from_static(bytes: &'static [u8]) -> Self {
        Self { bytes: Bytes::from_static(bytes), class: Class::Control }
    }

    pub(crate) fn close(code: CloseCode) -> Self {
        Self::encode(OpCode::Close, &code.as_u16().to_be_bytes(), Class::Control)
    }

    pub(crate) fn pong(body: &[u8]) -> Self {
        Self::encode(OpCode::Pong, body, Class::Control)
    }

    fn encode(opcode: OpCode, payload: &[u8], class: Class) -> Self {
        let mut out = Vec::with_capacity(payload.len() + 10);
        append(opcode, payload, &mut out);
        Self { bytes: out.into(), class }
    }

    /// The bytes as they go into the socket: header and payload of each frame.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// How it is treated under pressure.
    pub fn class(&self) -> Class {
        self.class
    }

    /// The same frames, treated otherwise under pressure.
    #[must_use]
    pub fn with_class(self, class: Class) -> Self {
        Self { class, ..self }
    }

    /// Bytes on the wire.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether there is nothing to write; never so for what the constructors make.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The messages inside, for tests and for transports that frame in another way (long polling).
    pub fn payloads(&self) -> impl Iterator<Item = Payload> {
        let mut rest = self.bytes.clone();
        std::iter::from_fn(move || {
            loop {
                let header = Header::parse(&rest).ok()??;
                let end = header.len.checked_add(usize::try_from(header.payload).ok()?)?;
                if rest.len() < end {
                    return None;
                }
                let payload = rest.split_to(end).slice(header.len..);
                match header.opcode {
                    OpCode::Text => return Some(Payload::Text(payload)),
                    OpCode::Binary => return Some(Payload::Binary(payload)),
                    _ => {}
                }
            }
        })
    }
}

fn append(opcode: OpCode, payload: &[u8], out: &mut Vec<u8>) {
    Header::write(opcode, payload.len(), out);
    out.extend_from_slice(payload);
}
