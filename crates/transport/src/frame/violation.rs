//! How a peer can break the framing, and the close code each way earns.

use super::CloseCode;

/// A client frame that this server refuses. The connection is closed with [`close_code`](Self::close_code).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Violation {
    /// A reserved bit is set though no extension was agreed (RFC 6455, 5.2).
    #[error("a reserved bit is set")]
    ReservedBits,
    /// An opcode that the standard does not define.
    #[error("unknown opcode")]
    UnknownOpcode,
    /// A client frame without a mask (5.1).
    #[error("client frame is not masked")]
    Unmasked,
    /// A length that is not written in the fewest bytes, or has its top bit set (5.2).
    #[error("malformed payload length")]
    BadLength,
    /// A ping, pong or close of more than 125 bytes (5.5).
    #[error("control frame is longer than 125 bytes")]
    LongControl,
    /// A ping, pong or close cut into fragments (5.5).
    #[error("control frame is fragmented")]
    FragmentedControl,
    /// A continuation where no message is open (5.4).
    #[error("continuation without a message")]
    LoneContinuation,
    /// A new message inside one that is not finished (5.4).
    #[error("a new message inside an unfinished one")]
    InterleavedMessage,
    /// A close frame whose body is one byte long or whose code is not allowed on the wire (7.4).
    #[error("malformed close frame")]
    BadClose,
    /// Text that is not UTF-8 (8.1).
    #[error("text is not UTF-8")]
    NotUtf8,
    /// A message, all its fragments together, beyond [`Limits::max_message_bytes`](super::Limits).
    #[error("message is too large")]
    TooLarge,
    /// A message in more pieces than [`Limits::max_fragments`](super::Limits).
    #[error("message has too many fragments")]
    TooManyFragments,
}

impl Violation {
    /// 1007 for text that is not UTF-8, 1009 for what is too large, 1002 for the rest.
    pub fn close_code(self) -> CloseCode {
        match self {
            Self::NotUtf8 => CloseCode::INVALID_PAYLOAD,
            Self::TooLarge | Self::TooManyFragments => CloseCode::TOO_LARGE,
            _ => CloseCode::PROTOCOL,
        }
    }
}
