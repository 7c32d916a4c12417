//! The two to fourteen bytes before a frame's payload (RFC 6455, section 5.2).

use super::Violation;

/// What a frame carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OpCode {
    Continuation,
    Text,
    Binary,
    Close,
    Ping,
    Pong,
}

impl OpCode {
    fn parse(bits: u8) -> Result<Self, Violation> {
        match bits {
            0x0 => Ok(Self::Continuation),
            0x1 => Ok(Self::Text),
            0x2 => Ok(Self::Binary),
            0x8 => Ok(Self::Close),
            0x9 => Ok(Self::Ping),
            0xA => Ok(Self::Pong),
            _ => Err(Violation::UnknownOpcode),
        }
    }

    pub(crate) fn bits(self) -> u8 {
        match self {
            Self::Continuation => 0x0,
            Self::Text => 0x1,
            Self::Binary => 0x2,
            Self::Close => 0x8,
            Self::Ping => 0x9,
            Self::Pong => 0xA,
        }
    }

    fn is_control(self) -> bool {
        self.bits() & 0x8 != 0
    }
}

/// A parsed frame header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) fin: bool,
    pub(crate) opcode: OpCode,
    /// Absent in server frames.
    pub(crate) mask: Option<[u8; 4]>,
    /// Bytes of header.
    pub(crate) len: usize,
    /// Bytes of payload.
    pub(crate) payload: u64,
}

impl Header {
    /// Reads the header at the start of `bytes`; `None` while it is not all there.
    ///
    /// What is wrong with the first two bytes is reported before the rest has arrived.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Option<Self>, Violation> {
        let Some((&[first, second], rest)) = bytes.split_first_chunk::<2>() else {
            return Ok(None);
        };
        if first & 0x70 != 0 {
            return Err(Violation::ReservedBits);
        }
        let fin = first & 0x80 != 0;
        let opcode = OpCode::parse(first & 0x0F)?;
        if opcode.is_control() {
            if second & 0x7F > 125 {
                return Err(Violation::LongControl);
            }
            if !fin {
                return Err(Violation::FragmentedControl);
            }
        }
        let Some((payload, size, rest)) = length(second & 0x7F, rest)? else {
            return Ok(None);
        };
        let (mask, len) = if second & 0x80 == 0 {
            (None, 2 + size)
        } else {
            let Some(mask) = rest.first_chunk::<4>() else {
                return Ok(None);
            };
            (Some(*mask), 2 + size + 4)
        };
        Ok(Some(Self { fin, opcode, mask, len, payload }))
    }

    /// Appends the header of a whole, unmasked frame.
    pub(crate) fn write(opcode: OpCode, payload: usize, out: &mut Vec<u8>) {
        out.push(0x80 | opcode.bits());
        if let Ok(short @ 0..=125) = u8::try_from(payload) {
            out.push(short);
        } else if let Ok(medium) = u16::try_from(payload) {
            out.push(126);
            out.extend_from_slice(&medium.to_be_bytes());
        } else {
            out.push(127);
            out.extend_from_slice(&(payload as u64).to_be_bytes());
        }
    }
}

type Length<'a> = (u64, usize, &'a [u8]);

/// The payload length, how many bytes beyond the second it took, and what follows it.
fn length(short: u8, rest: &[u8]) -> Result<Option<Length<'_>>, Violation> {
    match short {
        126 => {
            let Some((bytes, rest)) = rest.split_first_chunk::<2>() else {
                return Ok(None);
            };
            let value = u16::from_be_bytes(*bytes);
            if value < 126 { Err(Violation::BadLength) } else { Ok(Some((value.into(), 2, rest))) }
        }
        127 => {
            let Some((bytes, rest)) = rest.split_first_chunk::<8>() else {
                return Ok(None);
            };
            let value = u64::from_be_bytes(*bytes);
            if u16::try_from(value).is_ok() || value >> 63 != 0 {
                return Err(Violation::BadLength);
            }
            Ok(Some((value, 8, rest)))
        }
        _ => Ok(Some((short.into(), 0, rest))),
    }
}
