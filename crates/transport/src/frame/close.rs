//! Close codes, RFC 6455 section 7.4.

use super::Violation;

/// The status code of a WebSocket close frame (RFC 6455, section 7.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CloseCode(u16);

impl CloseCode {
    /// 1000: the purpose of the connection is fulfilled.
    pub const NORMAL: Self = Self(1000);
    /// 1001: the server is going away; the client should come back.
    pub const GOING_AWAY: Self = Self(1001);
    /// 1002: the peer broke the protocol.
    pub const PROTOCOL: Self = Self(1002);
    /// 1007: text that is not UTF-8.
    pub const INVALID_PAYLOAD: Self = Self(1007);
    /// 1008: the peer broke a rule of ours that has no code of its own.
    pub const POLICY: Self = Self(1008);
    /// 1009: a message larger than this server accepts.
    pub const TOO_LARGE: Self = Self(1009);
    /// 1011: the server failed.
    pub const INTERNAL: Self = Self(1011);

    /// The number as it goes over the wire.
    pub fn as_u16(self) -> u16 {
        self.0
    }

    /// Reads the body of a close frame: empty, or two bytes of code and a UTF-8 reason.
    ///
    /// # Errors
    /// [`Violation::BadClose`] for one lone byte or a code that must not appear on the wire (section 7.4.2),
    /// [`Violation::NotUtf8`] for a reason that is not text.
    pub(crate) fn parse(body: &[u8]) -> Result<Option<Self>, Violation> {
        let Some((code, reason)) = body.split_first_chunk::<2>() else {
            return if body.is_empty() { Ok(None) } else { Err(Violation::BadClose) };
        };
        let code = u16::from_be_bytes(*code);
        if !matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999) {
            return Err(Violation::BadClose);
        }
        std::str::from_utf8(reason).map_err(|_| Violation::NotUtf8)?;
        Ok(Some(Self(code)))
    }
}
