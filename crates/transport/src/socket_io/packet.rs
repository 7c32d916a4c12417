//! The packet grammar, version 5: `type[n-][/namespace,][ack id][json]`.
//!
//! Everything is checked here, once: what the parser lets through is within the limits and of the right shape.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::json;

/// Event names that the protocol keeps for itself; a client that sends one is closed.
const RESERVED: [&str; 6] =
    ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

/// What one packet may cost. Limits are inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseLimits {
    /// Binary attachments.
    pub max_attachments: usize,
    /// Nesting of arrays and objects, the argument array included.
    pub max_json_depth: usize,
    /// Digits of an ack id.
    pub max_ack_digits: usize,
    /// Bytes of a namespace's name.
    pub max_namespace_bytes: usize,
}

/// A packet as a client may send it, borrowed from its text.
#[derive(Clone, Debug)]
pub enum Packet<'a> {
    /// Asks to enter a namespace; `auth` is an object.
    Connect {
        /// Starts with a slash.
        namespace: &'a str,
        /// What the client shows.
        auth: Option<&'a RawValue>,
    },
    /// Leaves a namespace.
    Disconnect {
        /// Starts with a slash.
        namespace: &'a str,
    },
    /// An event, binary if `attachments` is not 0: then as many binary messages follow.
    Event {
        /// Starts with a slash.
        namespace: &'a str,
        /// Wants an acknowledgement with this id.
        ack: Option<u64>,
        /// The event's name; never a reserved one.
        name: Cow<'a, str>,
        /// What follows the name.
        args: Vec<&'a RawValue>,
        /// Binary messages that follow.
        attachments: usize,
    },
    /// The answer to an event of the server's.
    Ack {
        /// Starts with a slash.
        namespace: &'a str,
        /// The id that the event had.
        id: u64,
        /// The answer.
        args: Vec<&'a RawValue>,
        /// Binary messages that follow.
        attachments: usize,
    },
}

/// Why a packet is refused; its connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Malformed {
    /// No such packet type, or one that only a server sends.
    #[error("unknown packet type")]
    Type,
    /// No attachments in a binary packet, too many, or no number.
    #[error("bad number of attachments")]
    Attachments,
    /// A namespace's name is too long.
    #[error("namespace too long")]
    Namespace,
    /// An ack id that is too long, missing, or where none belongs.
    #[error("bad ack id")]
    AckId,
    /// No JSON, or not of the shape that the packet type wants.
    #[error("bad payload")]
    Json,
    /// Nested too deep.
    #[error("payload nested too deep")]
    Depth,
    /// No event name, or a reserved one.
    #[error("bad event name")]
    EventName,
    /// A placeholder that names no attachment.
    #[error("bad placeholder")]
    Placeholder,
}

impl<'a> Packet<'a> {
    /// Reads a packet.
    ///
    /// # Errors
    /// Why the connection is to be closed.
    pub fn parse(text: &'a str, limits: &ParseLimits) -> Result<Self, Malformed> {
        let mut chars = text.chars();
        let kind = chars.next().ok_or(Malformed::Type)?;
        if !matches!(kind, '0'..='3' | '5' | '6') {
            return Err(Malformed::Type);
        }
        let (attachments, rest) = match kind {
            '5' | '6' => attachments(chars.as_str(), limits)?,
            _ => (0, chars.as_str()),
        };
        let (namespace, rest) = namespace(rest, limits)?;
        let (ack, payload) = ack_id(rest, limits)?;
        if !json::within_depth(payload, limits.max_json_depth) {
            return Err(Malformed::Depth);
        }
        match kind {
            '0' if ack.is_none() => connect(namespace, payload),
            '1' if ack.is_none() && payload.is_empty() => Ok(Self::Disconnect { namespace }),
            '2' | '5' => event(namespace, ack, payload, attachments),
            '3' | '6' => {
                let id = ack.ok_or(Malformed::AckId)?;
                let args = args(payload, attachments)?;
                Ok(Self::Ack { namespace, id, args, attachments })
            }
            _ if ack.is_some() => Err(Malformed::AckId),
            _ => Err(Malformed::Json),
        }
    }

    /// The namespace that it concerns.
    pub fn namespace(&self) -> &'a str {
        match self {
            Self::Connect { namespace, .. }
            | Self::Disconnect { namespace }
            | Self::Event { namespace, .. }
            | Self::Ack { namespace, .. } => namespace,
        }
    }
}

fn attachments<'a>(rest: &'a str, limits: &ParseLimits) -> Result<(usize, &'a str), Malformed> {
    let (count, rest) = rest.split_once('-').ok_or(Malformed::Attachments)?;
    if !(1..=3).contains(&count.len()) || !count.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Malformed::Attachments);
    }
    let count: usize = count.parse().map_err(|_| Malformed::Attachments)?;
    if count == 0 || count > limits.max_attachments {
        return Err(Malformed::Attachments);
    }
    Ok((count, rest))
}

fn namespace<'a>(rest: &'a str, limits: &ParseLimits) -> Result<(&'a str, &'a str), Malformed> {
    if !rest.starts_with('/') {
        return Ok(("/", rest));
    }
    let (namespace, rest) = rest.split_once(',').unwrap_or((rest, ""));
    if namespace.len() > limits.max_namespace_bytes {
        return Err(Malformed::Namespace);
    }
    Ok((namespace, rest))
}

fn ack_id<'a>(rest: &'a str, limits: &ParseLimits) -> Result<(Option<u64>, &'a str), Malformed> {
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 {
        return Ok((None, rest));
    }
    if digits > limits.max_ack_digits {
        return Err(Malformed::AckId);
    }
    let (id, rest) = rest.split_at_checked(digits).ok_or(Malformed::AckId)?;
    Ok((Some(id.parse().map_err(|_| Malformed::AckId)?), rest))
}

fn connect<'a>(namespace: &'a str, payload: &'a str) -> Result<Packet<'a>, Malformed> {
    let auth = if payload.is_empty() {
        None
    } else if json::is_object(payload) {
        Some(serde_json::from_str(payload).map_err(|_| Malformed::Json)?)
    } else {
        return Err(Malformed::Json);
    };
    Ok(Packet::Connect { namespace, auth })
}

fn event<'a>(
    namespace: &'a str,
    ack: Option<u64>,
    payload: &'a str,
    attachments: usize,
) -> Result<Packet<'a>, Malformed> {
    let mut args = args(payload, attachments)?;
    if args.is_empty() {
        return Err(Malformed::EventName);
    }
    let name = event_name(args.remove(0).get())?;
    if RESERVED.contains(&&*name) {
        return Err(Malformed::EventName);
    }
    Ok(Packet::Event { namespace, ack, name, args, attachments })
}

/// A string, or a number kept as it is written.
fn event_name(json: &str) -> Result<Cow<'_, str>, Malformed> {
    if json.starts_with(|first: char| first.is_ascii_digit() || first == '-') {
        return Ok(Cow::Borrowed(json));
    }
    let plain = json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).ok_or(Malformed::EventName)?;
    if plain.bytes().all(|byte| byte != b'\\' && byte >= b' ') {
        return Ok(Cow::Borrowed(plain));
    }
    serde_json::from_str(json).map(Cow::Owned).map_err(|_| Malformed::EventName)
}

fn args(payload: &str, attachments: usize) -> Result<Vec<&RawValue>, Malformed> {
    let args = json::array(payload)?;
    if attachments > 0 && !args.iter().all(|arg| json::placeholders_within(arg, attachments)) {
        return Err(Malformed::Placeholder);
    }
    Ok(args)
}
