//! Engine.IO packets as they travel over WebSocket: text messages begin with a type digit, binary ones are messages.

use bytes::Bytes;

use super::{EngineConfig, Sid};
use crate::frame::{Class, Framed};

/// A packet of the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packet<'a> {
    Close,
    Pong,
    Message(&'a str),
    Noop,
}

impl<'a> Packet<'a> {
    /// Reads a text message; `None` for what a client must not send: an open packet, a ping (only the server pings in
    /// version 4), an upgrade where there is nothing to upgrade, an unknown type, nothing at all.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let mut chars = text.chars();
        match (chars.next()?, chars.as_str()) {
            ('4', data) => Some(Self::Message(data)),
            ('3', _) => Some(Self::Pong),
            ('1', "") => Some(Self::Close),
            ('6', _) => Some(Self::Noop),
            _ => None,
        }
    }
}

/// The server's ping, framed.
pub(crate) const PING: Framed = Framed::from_static(b"\x81\x012");

/// The open packet of a WebSocket session, framed. Exactly the keys that clients know.
pub(crate) fn open(sid: &Sid, config: &EngineConfig) -> Framed {
    let text = format!(
        r#"0{{"sid":"{}","upgrades":[],"pingInterval":{},"pingTimeout":{},"maxPayload":{}}}"#,
        sid.as_str(),
        config.ping_interval_ms,
        config.ping_timeout_ms,
        config.max_payload_bytes
    );
    Framed::text(&text, Class::Control)
}

/// Frames a text message packet (`4…`).
pub fn text(data: &str, class: Class) -> Framed {
    let mut packet = String::with_capacity(data.len() + 1);
    packet.push('4');
    packet.push_str(data);
    Framed::text(&packet, class)
}

/// Frames a binary message packet.
pub fn binary(data: &Bytes, class: Class) -> Framed {
    Framed::binary(data, class)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn client_packets() {
        assert_eq!(Packet::parse("4hello"), Some(Packet::Message("hello")));
        assert_eq!(Packet::parse("4"), Some(Packet::Message("")));
        assert_eq!(Packet::parse("3"), Some(Packet::Pong));
        assert_eq!(Packet::parse("1"), Some(Packet::Close));
        assert_eq!(Packet::parse("6"), Some(Packet::Noop));
    }

    #[test]
    fn what_a_client_must_not_send() {
        for bad in ["", "2", "2probe", "0{}", "5", "7", "abc", "é"] {
            assert_eq!(Packet::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_open_packet_has_exactly_the_known_keys() {
        let sid = Sid::random();
        let Some(crate::frame::Payload::Text(text)) = open(&sid, &EngineConfig::default()).payloads().next()
        else {
            panic!("one text frame");
        };
        let expected = format!(
            r#"0{{"sid":"{}","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}}"#,
            sid.as_str()
        );
        assert_eq!(std::str::from_utf8(&text).unwrap(), expected);
    }
}
