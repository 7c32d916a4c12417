//! Packets that the server sends, framed.
//!
//! Pure functions, so that an event can be encoded once and written to any number of sockets.

use std::fmt::Write as _;

use bytes::Bytes;
use serde_json::{json, value::RawValue};

use super::Refused;
use crate::{
    engine::Sid,
    frame::{Class, Framed},
};

/// Frames the event `name` with one argument and, for clients with recovery, its offset as the last argument.
///
/// `data` must be valid JSON; `offset` is any text.
pub fn encode_event(namespace: &str, name: &str, data: &str, offset: Option<&str>, class: Class) -> Framed {
    let mut packet = head('2', 0, namespace, None, name.len() + data.len() + 48);
    packet.push('[');
    push_string(&mut packet, name);
    packet.push(',');
    packet.push_str(data);
    if let Some(offset) = offset {
        packet.push(',');
        push_string(&mut packet, offset);
    }
    packet.push(']');
    Framed::text(&packet, class)
}

/// Frames the event `name` with any number of arguments, each valid JSON.
pub fn encode_event_args(namespace: &str, name: &str, args: &[&str], class: Class) -> Framed {
    encode_binary_event(namespace, name, args, &[], class)
}

/// Frames an event with attachments: `args` hold a placeholder `{"_placeholder":true,"num":i}` for each of them.
/// Stock clients take at most 10.
pub fn encode_binary_event(
    namespace: &str,
    name: &str,
    args: &[&str],
    attachments: &[Bytes],
    class: Class,
) -> Framed {
    event(namespace, None, name, args, attachments, class)
}

/// An event that asks for an acknowledgement with this id.
pub(crate) fn event_with_ack(
    namespace: &str,
    id: u64,
    name: &str,
    args: &[&str],
    attachments: &[Bytes],
) -> Framed {
    event(namespace, Some(id), name, args, attachments, Class::Durable)
}

/// The answer to a client's event.
pub(crate) fn ack(namespace: &str, id: u64, args: &[&str], attachments: &[Bytes]) -> Framed {
    let kind = if attachments.is_empty() { '3' } else { '6' };
    let mut packet = head(kind, attachments.len(), namespace, Some(id), size(args));
    packet.push('[');
    push_args(&mut packet, args);
    packet.push(']');
    Framed::text_with_binaries(&packet, attachments, Class::Durable)
}

/// The answer to an accepted CONNECT. `pid` goes only to clients that asked for recovery.
pub(crate) fn connected(namespace: &str, sid: &Sid, pid: Option<&str>) -> Framed {
    let mut packet = head('0', 0, namespace, None, 96);
    packet.push_str(r#"{"sid":"#);
    push_string(&mut packet, sid.as_str());
    if let Some(pid) = pid {
        packet.push_str(r#","pid":"#);
        push_string(&mut packet, pid);
    }
    packet.push('}');
    Framed::text(&packet, Class::Durable)
}

/// The answer to a refused CONNECT.
pub(crate) fn refused(namespace: &str, refused: &Refused) -> Framed {
    let mut packet = head('4', 0, namespace, None, refused.message.len() + 64);
    packet.push_str(r#"{"message":"#);
    push_string(&mut packet, &refused.message);
    if let Some(data) = refused.data.as_deref().map(RawValue::get) {
        packet.push_str(r#","data":"#);
        packet.push_str(data);
    }
    packet.push('}');
    Framed::text(&packet, Class::Durable)
}

/// Sends a client away from a namespace.
pub(crate) fn disconnect(namespace: &str) -> Framed {
    Framed::text(&head('1', 0, namespace, None, 0), Class::Durable)
}

fn event(
    namespace: &str,
    id: Option<u64>,
    name: &str,
    args: &[&str],
    attachments: &[Bytes],
    class: Class,
) -> Framed {
    let kind = if attachments.is_empty() { '2' } else { '5' };
    let mut packet = head(kind, attachments.len(), namespace, id, name.len() + size(args));
    packet.push('[');
    push_string(&mut packet, name);
    if !args.is_empty() {
        packet.push(',');
    }
    push_args(&mut packet, args);
    packet.push(']');
    Framed::text_with_binaries(&packet, attachments, class)
}

/// `4` for the Engine.IO message, then everything before the JSON, with room for `more` bytes.
fn head(kind: char, attachments: usize, namespace: &str, id: Option<u64>, more: usize) -> String {
    let mut packet = String::with_capacity(namespace.len() + more + 32);
    packet.push('4');
    packet.push(kind);
    // Writing to a String can't fail.
    if attachments > 0 {
        let _ = write!(packet, "{attachments}-");
    }
    if namespace != "/" {
        packet.push_str(namespace);
        packet.push(',');
    }
    if let Some(id) = id {
        let _ = write!(packet, "{id}");
    }
    packet
}

fn size(args: &[&str]) -> usize {
    args.iter().map(|arg| arg.len() + 1).sum()
}

fn push_args(packet: &mut String, args: &[&str]) {
    for (index, arg) in args.iter().enumerate() {
        if index > 0 {
            packet.push(',');
        }
        packet.push_str(arg);
    }
}

fn push_string(packet: &mut String, text: &str) {
    if text.bytes().all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\') {
        packet.push('"');
        packet.push_str(text);
        packet.push('"');
    } else {
        packet.push_str(&json!(text).to_string());
    }
}
