//! Bytes in, messages out.

use super::{CloseCode, Header, OpCode, Violation};

/// What one message may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one message after reassembly, inclusive.
    pub max_message_bytes: usize,
    /// Frames that one message may be cut into, inclusive.
    pub max_fragments: usize,
}

/// What the peer sent, borrowed from the buffer that it was read into.
#[derive(Debug, PartialEq, Eq)]
pub enum Message<'a> {
    /// A whole text message.
    Text(&'a str),
    /// A whole binary message.
    Binary(&'a [u8]),
    /// A WebSocket ping, to be answered by a pong with the same body.
    Ping(&'a [u8]),
    /// A WebSocket pong.
    Pong,
    /// The peer closes; `None` where it gave no code.
    Close(Option<CloseCode>),
}

/// Decodes the frames of one client. Holds nothing but an unfinished frame and an unfinished message.
#[derive(Debug)]
pub struct Reader {
    limits: Limits,
    /// The beginning of a frame whose end has not arrived.
    partial: Vec<u8>,
    /// A fragmented message. Boxed: few clients ever fragment.
    open: Option<Box<Open>>,
    /// What `partial` or `open` became, kept while the caller looks at it.
    done: Vec<u8>,
}

#[derive(Debug)]
struct Open {
    text: bool,
    fragments: usize,
    payload: Vec<u8>,
}

impl Reader {
    /// A reader for a new connection.
    pub fn new(limits: Limits) -> Self {
        Self { limits, partial: Vec::new(), open: None, done: Vec::new() }
    }

    /// Takes the next message out of `input[*at..]` and moves `at` behind what was used.
    ///
    /// `None`: all of the input is used and the next message is not complete. The input is unmasked in place, so the
    /// same buffer must be passed until `None`. After an error the connection cannot be read any further.
    pub fn next<'a>(
        &'a mut self,
        input: &'a mut [u8],
        at: &mut usize,
    ) -> Result<Option<Message<'a>>, Violation> {
        self.done = Vec::new();
        loop {
            let fresh = input.get(*at..).unwrap_or_default();
            if self.partial.is_empty() {
                let Some(header) = self.check(fresh)? else {
                    self.partial.extend_from_slice(fresh);
                    *at = input.len();
                    return Ok(None);
                };
                let end = frame_len(&header)?;
                if fresh.len() < end {
                    self.partial.extend_from_slice(fresh);
                    *at = input.len();
                    return Ok(None);
                }
                let from = *at + header.len;
                *at += end;
                if Self::joins(&header) {
                    let payload = input.get_mut(from..*at).unwrap_or_default();
                    self.unmask_and_join(&header, payload);
                    if !header.fin {
                        continue;
                    }
                    let text = self.close_open();
                    return finish(text, &self.done).map(Some);
                }
                let payload = input.get_mut(from..*at).unwrap_or_default();
                return whole(&header, payload).map(Some);
            }
            if !self.complete_partial(fresh, at)? {
                return Ok(None);
            }
            self.done = std::mem::take(&mut self.partial);
            let Some(header) = Header::parse(&self.done)? else {
                return Ok(None);
            };
            if Self::joins(&header) {
                let mut frame = std::mem::take(&mut self.done);
                let payload = frame.get_mut(header.len..).unwrap_or_default();
                self.unmask_and_join(&header, payload);
                if !header.fin {
                    continue;
                }
                let text = self.close_open();
                return finish(text, &self.done).map(Some);
            }
            let payload = self.done.get_mut(header.len..).unwrap_or_default();
            return whole(&header, payload).map(Some);
        }
    }

    /// Bytes held for this connection while it waits for more.
    pub fn held(&self) -> usize {
        self.partial.capacity() + self.open.as_ref().map_or(0, |open| open.payload.capacity())
    }

    /// Parses a header and refuses what must not follow it, before its payload has arrived.
    fn check(&self, bytes: &[u8]) -> Result<Option<Header>, Violation> {
        let Some(header) = Header::parse(bytes)? else {
            // The mask bit is in the second byte, though the header may be longer.
            return match bytes.get(1) {
                Some(second) if second & 0x80 == 0 => Err(Violation::Unmasked),
                _ => Ok(None),
            };
        };
        if header.mask.is_none() {
            return Err(Violation::Unmasked);
        }
        let held = match (header.opcode, &self.open) {
            (OpCode::Continuation, None) => return Err(Violation::LoneContinuation),
            (OpCode::Text | OpCode::Binary, Some(_)) => return Err(Violation::InterleavedMessage),
            (OpCode::Continuation, Some(open)) => {
                if open.fragments >= self.limits.max_fragments {
                    return Err(Violation::TooManyFragments);
                }
                open.payload.len() as u64
            }
            (OpCode::Text | OpCode::Binary, None) => 0,
            (OpCode::Close | OpCode::Ping | OpCode::Pong, _) => return Ok(Some(header)),
        };
        if held.saturating_add(header.payload) > self.limits.max_message_bytes as u64 {
            return Err(Violation::TooLarge);
        }
        Ok(Some(header))
    }

    /// Adds from `fresh` what the frame in `partial` still needs; true once it is whole.
    fn complete_partial(&mut self, fresh: &[u8], at: &mut usize) -> Result<bool, Violation> {
        let mut fresh = fresh;
        loop {
            let missing = match self.check(&self.partial)? {
                Some(header) => frame_len(&header)? - self.partial.len(),
                // Byte by byte: at most fourteen times.
                None => 1,
            };
            if missing == 0 {
                return Ok(true);
            }
            if fresh.is_empty() {
                return Ok(false);
            }
            let (taken, rest) = fresh.split_at(missing.min(fresh.len()));
            self.partial.extend_from_slice(taken);
            *at += taken.len();
            fresh = rest;
        }
    }

    /// Whether this frame is part of a fragmented message.
    fn joins(header: &Header) -> bool {
        match header.opcode {
            OpCode::Text | OpCode::Binary => !header.fin,
            OpCode::Continuation => true,
            OpCode::Close | OpCode::Ping | OpCode::Pong => false,
        }
    }

    fn unmask_and_join(&mut self, header: &Header, payload: &mut [u8]) {
        fastwebsockets::unmask(payload, header.mask.unwrap_or_default());
        let open = self.open.get_or_insert_with(|| {
            Box::new(Open { text: header.opcode == OpCode::Text, fragments: 0, payload: Vec::new() })
        });
        open.fragments += 1;
        open.payload.extend_from_slice(payload);
    }

    /// Moves the fragmented message to `done`; true if it is text.
    fn close_open(&mut self) -> bool {
        let Some(open) = self.open.take() else { return false };
        self.done = open.payload;
        open.text
    }
}

fn frame_len(header: &Header) -> Result<usize, Violation> {
    usize::try_from(header.payload)
        .ok()
        .and_then(|payload| payload.checked_add(header.len))
        .ok_or(Violation::TooLarge)
}

fn whole<'a>(header: &Header, payload: &'a mut [u8]) -> Result<Message<'a>, Violation> {
    fastwebsockets::unmask(payload, header.mask.unwrap_or_default());
    match header.opcode {
        OpCode::Text => finish(true, payload),
        OpCode::Binary | OpCode::Continuation => finish(false, payload),
        OpCode::Ping => Ok(Message::Ping(payload)),
        OpCode::Pong => Ok(Message::Pong),
        OpCode::Close => CloseCode::parse(payload).map(Message::Close),
    }
}

fn finish(text: bool, payload: &[u8]) -> Result<Message<'_>, Violation> {
    if !text {
        return Ok(Message::Binary(payload));
    }
    std::str::from_utf8(payload).map(Message::Text).map_err(|_| Violation::NotUtf8)
}
