//! Socket.IO v5 packets as text (socket.io-protocol, "Packet encoding"): `type[n-][/namespace,][ack id][json]`.

use serde_json::Value;

/// A packet without its attachments.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Packet {
    pub(crate) kind: Kind,
    /// With the slash.
    pub(crate) namespace: String,
    pub(crate) id: Option<u64>,
    pub(crate) payload: Option<Value>,
    /// How many binary frames follow.
    pub(crate) attachments: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Connect,
    Disconnect,
    Event,
    Ack,
    ConnectError,
}

impl Packet {
    pub(crate) fn new(kind: Kind, namespace: &str) -> Self {
        Self { kind, namespace: namespace.to_owned(), id: None, payload: None, attachments: 0 }
    }

    /// With the `4` of an Engine.IO message in front.
    pub(crate) fn encode(&self) -> String {
        let mut text = String::from("4");
        text.push(match (self.kind, self.attachments) {
            (Kind::Connect, _) => '0',
            (Kind::Disconnect, _) => '1',
            (Kind::Event, 0) => '2',
            (Kind::Ack, 0) => '3',
            (Kind::ConnectError, _) => '4',
            (Kind::Event, _) => '5',
            (Kind::Ack, _) => '6',
        });
        if self.attachments > 0 {
            text.push_str(&self.attachments.to_string());
            text.push('-');
        }
        if self.namespace != "/" {
            text.push_str(&self.namespace);
            text.push(',');
        }
        if let Some(id) = self.id {
            text.push_str(&id.to_string());
        }
        if let Some(payload) = &self.payload {
            text.push_str(&payload.to_string());
        }
        text
    }

    /// Without the `4` in front; the error says what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut chars = text.chars();
        let (kind, binary) = match chars.next() {
            Some('0') => (Kind::Connect, false),
            Some('1') => (Kind::Disconnect, false),
            Some('2') => (Kind::Event, false),
            Some('3') => (Kind::Ack, false),
            Some('4') => (Kind::ConnectError, false),
            Some('5') => (Kind::Event, true),
            Some('6') => (Kind::Ack, true),
            other => return Err(format!("packet type {other:?}")),
        };
        let mut rest = chars.as_str();
        let mut attachments = 0;
        if binary {
            let (count, after) = rest.split_once('-').ok_or("no attachment count")?;
            attachments = count.parse().map_err(|_| format!("attachment count {count:?}"))?;
            rest = after;
        }
        let mut namespace = "/";
        if rest.starts_with('/') {
            // The comma may be missing if nothing follows.
            (namespace, rest) = rest.split_once(',').unwrap_or((rest, ""));
        }
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (id, json) = rest.split_at(digits);
        let id = if id.is_empty() { None } else { Some(id.parse().map_err(|_| format!("ack id {id:?}"))?) };
        let payload = if json.is_empty() {
            None
        } else {
            Some(serde_json::from_str(json).map_err(|error| format!("payload: {error}"))?)
        };
        Ok(Self { kind, namespace: namespace.to_owned(), id, payload, attachments })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn the_examples_of_the_protocol_document() {
        let parse = |text: &str| Packet::parse(text).unwrap();
        assert_eq!(parse("0/custom").namespace, "/custom");
        assert_eq!(parse("0{\"sid\":\"a\"}").payload, Some(json!({ "sid": "a" })));
        let ack = parse("3/admin,456[]");
        assert_eq!((ack.kind, ack.namespace.as_str(), ack.id), (Kind::Ack, "/admin", Some(456)));
        let binary = parse(r#"51-/admin,456["project:delete",{"_placeholder":true,"num":0}]"#);
        assert_eq!((binary.kind, binary.attachments, binary.id), (Kind::Event, 1, Some(456)));
        for wrong in ["", "7", "5[]", "2[", "299999999999999999999[]"] {
            Packet::parse(wrong).unwrap_err();
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            kind in 0..5_usize,
            namespace in prop_oneof![Just("/".to_owned()), "/[a-z]{1,8}"],
            id in proptest::option::of(0..=u64::MAX),
            text in proptest::option::of(".{0,20}"),
            attachments in 0..3_usize,
        ) {
            let kind = [Kind::Connect, Kind::Disconnect, Kind::Event, Kind::Ack, Kind::ConnectError][kind];
            let binary = matches!(kind, Kind::Event | Kind::Ack);
            let packet = Packet {
                kind,
                namespace,
                id,
                payload: text.map(|text| json!([text])),
                attachments: if binary { attachments } else { 0 },
            };
            prop_assert_eq!(Packet::parse(&packet.encode()[1..]).unwrap(), packet);
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,40}") {
            drop(Packet::parse(&text));
        }
    }
}
