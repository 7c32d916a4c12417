//! What a handler answers.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{Ephemeral, Failure, Role, Room, UserId};

/// A reply that may be given because its transaction has been committed. There is no other way to make one than to commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed<R>(R);

impl<R> Committed<R> {
    /// For the journal alone, right after COMMIT succeeded; the lints refuse it everywhere else.
    pub fn after_commit(reply: R) -> Self {
        Self(reply)
    }

    /// The reply.
    pub fn into_reply(self) -> R {
        self.0
    }
}

/// The answer to a join, before the transport adds who is online.
#[derive(Debug, Clone, PartialEq)]
pub struct Joined<D> {
    /// The rooms that were entered, the one that stands for the whole first; it is the ack's `roomId`.
    pub rooms: Vec<Room>,
    /// What a newcomer needs to see.
    pub data: D,
    /// The position in the stream at which `data` was read.
    pub seq: u64,
}

/// Someone in a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OnlineUser {
    /// The person.
    pub user_id: UserId,
    /// As what the person is in this room.
    pub role: Role,
}

/// A student by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StudentName {
    /// The student.
    pub student_id: UserId,
    /// The given name by which the student goes.
    pub given_name: String,
    /// The family name by which the student goes.
    pub family_name: String,
}

/// What a signal leads to: ephemeral events, to everyone in the room but the socket that sent the signal.
#[derive(Debug, Clone, Default)]
pub struct Signalled {
    /// The events.
    pub emissions: Vec<Emission>,
    /// What happens if nothing more is heard.
    pub lapse: Option<Lapse>,
}

/// One ephemeral event for one room.
#[derive(Debug, Clone)]
pub struct Emission {
    /// The room.
    pub room: Room,
    /// The wire event's name.
    pub event: &'static str,
    /// Its payload.
    pub payload: Box<RawValue>,
}

/// An event that follows by itself unless the same socket signals again under the same key: who typed and fell silent, or
/// whose connection broke, is no longer typing.
#[derive(Debug, Clone)]
pub struct Lapse {
    /// What it is about, within one socket, such as `typing:li-4:s-2`.
    pub key: String,
    /// How long to wait.
    pub after: Duration,
    /// What follows; without any, a lapse under this key that is still pending is called off.
    pub then: Vec<Emission>,
}

impl Emission {
    /// This event for this room.
    pub fn new<E: Ephemeral>(room: Room, event: &E) -> Result<Self, Failure> {
        let payload = serde_json::value::to_raw_value(event).map_err(Failure::internal)?;
        Ok(Self { room, event: E::NAME, payload })
    }
}

impl Signalled {
    /// Tells this to that room.
    pub fn emit<E: Ephemeral>(mut self, room: Room, event: &E) -> Result<Self, Failure> {
        self.emissions.push(Emission::new(room, event)?);
        Ok(self)
    }

    /// Unless this socket signals again under that key in time, tells this to that room.
    pub fn lapse<E: Ephemeral>(
        mut self,
        key: impl Into<String>,
        after: Duration,
        room: Room,
        event: &E,
    ) -> Result<Self, Failure> {
        let then = vec![Emission::new(room, event)?];
        self.lapse = Some(Lapse { key: key.into(), after, then });
        Ok(self)
    }

    /// Calls off what would have followed under that key.
    #[must_use]
    pub fn settle(mut self, key: impl Into<String>) -> Self {
        self.lapse = Some(Lapse { key: key.into(), after: Duration::ZERO, then: Vec::new() });
        self
    }
}

/// Any handler's answer, in the one form that the transport deals with.
#[derive(Debug)]
pub enum Answer {
    /// The ack's `data`.
    Reply(Box<RawValue>),
    /// A join's, with `initialData` serialised.
    Joined(Joined<Box<RawValue>>),
    /// Rooms that the socket has left.
    Left(Vec<Room>),
    /// What a signal leads to.
    Signalled(Signalled),
}

/// The acknowledgement: `{success:true,data}` or the [`Failure`].
#[derive(Debug, Clone)]
pub struct Ack;

impl Ack {
    /// `{"success":true,"data":…}`.
    pub fn success(data: &RawValue) -> Box<RawValue> {
        raw(format!(r#"{{"success":true,"data":{data}}}"#))
    }

    /// `{"success":false,"error":…,"code":…}`.
    pub fn failure(failure: &Failure) -> Box<RawValue> {
        serde_json::value::to_raw_value(failure)
            .unwrap_or_else(|_| raw(r#"{"success":false,"error":"","code":"INTERNAL"}"#.to_owned()))
    }
}

#[expect(clippy::expect_used, reason = "both callers put together valid JSON out of valid JSON")]
fn raw(json: String) -> Box<RawValue> {
    RawValue::from_string(json).expect("valid JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn success_carries_the_data() {
        let data = RawValue::from_string(r#"{"version":2}"#.to_owned()).unwrap();
        assert_eq!(Ack::success(&data).get(), r#"{"success":true,"data":{"version":2}}"#);
    }
}
