//! Calls with the types of the contract.

use homeroom_contract::{
    ClientId, Code, Command, Event, Failure, Join, Leave, OnlineUser, Query, Room, Signal,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};
use std::time::Duration;

use crate::{Emission, Error, Received, Socket};

/// The answer to a join.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JoinReply<D> {
    /// The room that stands for what was joined; none if nothing was entered, by those who may look and hear nothing.
    pub room_id: Option<Room>,
    /// All rooms that were entered.
    pub rooms: Vec<Room>,
    /// Who else is there; empty for those who may not see it.
    #[serde(default = "Vec::new")]
    pub online_users: Vec<OnlineUser>,
    /// What there is to see.
    pub initial_data: D,
    /// The position in the stream at which it was read.
    pub seq: u64,
}

impl Socket {
    /// Sends a request by name; the ack's `data`, or its failure as [`Error::Failed`].
    pub async fn request(&self, name: &str, payload: &impl Serialize) -> Result<Value, Error> {
        let (args, _) = self.emit_with_ack(Emission::new(name).arg(payload)?).await?;
        data(args.into_iter().next().unwrap_or(Value::Null))
    }

    /// Asks a question.
    pub async fn query<R>(&self, query: &R) -> Result<R::Reply, Error>
    where
        R: Query + Serialize,
        R::Reply: DeserializeOwned,
    {
        parse(&self.request(R::NAME, query).await?)
    }

    /// Makes a change.
    pub async fn command<R>(&self, command: &R) -> Result<R::Reply, Error>
    where
        R: Command + Serialize,
        R::Reply: DeserializeOwned,
    {
        parse(&self.request(R::NAME, command).await?)
    }

    /// Makes a change under an idempotency key: repeated with the same key, after an unknown outcome, it takes effect once.
    pub async fn command_once<R>(&self, id: &ClientId, command: &R) -> Result<R::Reply, Error>
    where
        R: Command + Serialize,
        R::Reply: DeserializeOwned,
    {
        let mut payload = serde_json::to_value(command).map_err(Error::Unsendable)?;
        if let Value::Object(fields) = &mut payload {
            fields.insert("clientId".to_owned(), serde_json::to_value(id).map_err(Error::Unsendable)?);
        }
        parse(&self.request(R::NAME, &payload).await?)
    }

    /// Enters rooms.
    pub async fn join<R>(&self, join: &R) -> Result<JoinReply<R::Data>, Error>
    where
        R: Join + Serialize,
        R::Data: DeserializeOwned,
    {
        parse(&self.request(R::NAME, join).await?)
    }

    /// Leaves rooms.
    pub async fn leave<R: Leave + Serialize>(&self, leave: &R) -> Result<(), Error> {
        self.request(R::NAME, leave).await.map(drop)
    }

    /// Sends a signal and waits until the gateway has taken it.
    pub async fn signal<R: Signal + Serialize>(&self, signal: &R) -> Result<(), Error> {
        self.request(R::NAME, signal).await.map(drop)
    }
}

fn parse<T: DeserializeOwned>(data: &Value) -> Result<T, Error> {
    T::deserialize(data).map_err(|error| Error::Shape(format!("{error} in {data}")))
}

impl Received {
    /// What it tells, if it is that event. Durable ones also carry `eventId`, `seq` and `timestamp`: see
    /// [`data`](Self::data).
    pub fn read<E: Event + DeserializeOwned>(&self) -> Result<Option<E>, Error> {
        if self.name != E::NAME {
            return Ok(None);
        }
        parse(self.data()).map(Some)
    }
}

impl Error {
    /// With `VERSION_CONFLICT`, what stands there now; none if the gateway didn't say, or said something else than a `T`.
    pub fn current<T: DeserializeOwned>(&self) -> Option<T> {
        let Error::Failed(failure) = self else { return None };
        serde_json::from_str(failure.current.as_ref()?.get()).ok()
    }
}

/// Takes an ack apart: `{success:true,data}` or `{success:false,error,code,…}`.
fn data(mut ack: Value) -> Result<Value, Error> {
    match ack.get("success").and_then(Value::as_bool) {
        Some(true) => Ok(ack.get_mut("data").map(Value::take).unwrap_or_default()),
        Some(false) => Err(failure(&ack)),
        None => Err(Error::Shape(format!("{ack} is no acknowledgement"))),
    }
}

fn failure(ack: &Value) -> Error {
    let code = ack.get("code").and_then(|code| serde_json::from_value::<Code>(code.clone()).ok());
    let Some(code) = code else { return Error::Shape(format!("{ack} has no code that is known here")) };
    let raw = |name: &str| -> Option<Box<RawValue>> { to_raw_value(ack.get(name)?).ok() };
    let message = ack.get("error").and_then(Value::as_str).unwrap_or_default();
    let mut failure = Failure::new(code, message);
    failure.retry_after = ack.get("retryAfterMs").and_then(Value::as_u64).map(Duration::from_millis);
    failure.details = raw("details");
    failure.current = raw("current");
    Error::Failed(failure)
}

#[cfg(test)]
mod tests {
    use homeroom_contract::schemars::{self, JsonSchema};
    use serde_json::json;

    use super::*;

    #[test]
    fn a_failure_comes_back_as_it_was_sent() {
        let sent = Failure::new(Code::VersionConflict, "Somebody was faster.")
            .retry_after(Duration::from_millis(1500))
            .with_current(json!({ "version": 3 }));
        let ack = serde_json::to_value(&sent).unwrap();
        let Err(Error::Failed(back)) = data(ack.clone()) else { panic!("not a failure") };
        assert_eq!(serde_json::to_value(&back).unwrap(), ack);
    }

    #[test]
    fn what_stands_there_comes_with_a_conflict() {
        let conflict = Failure::new(Code::VersionConflict, "Somebody was faster.").with_current(4);
        assert_eq!(Error::from(conflict.clone()).current(), Some(4));
        assert_eq!(Error::from(conflict).current::<String>(), None);
        assert_eq!(Error::Disconnected(String::new()).current::<u8>(), None);
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
    struct BookLentWsEvent {
        book: String,
    }

    homeroom_contract::events! {
        durable BookLentWsEvent = "book.lent";
    }

    #[test]
    fn an_event_is_read_by_its_own_type_only() {
        let read = |name: &str, data: Value| {
            let (args, attachments) = (vec![data], Vec::new());
            Received { name: name.to_owned(), args, attachments, offset: None, ack: None }.read()
        };
        let lent = BookLentWsEvent { book: "b-1".to_owned() };
        assert_eq!(read("book.lent", json!({ "book": "b-1", "seq": 7 })).unwrap(), Some(lent));
        assert_eq!(read("book.found", json!({ "book": "b-1" })).unwrap(), None);
        assert!(matches!(read("book.lent", json!({})), Err(Error::Shape(_))));
    }

    #[test]
    fn what_is_no_ack_is_an_error() {
        assert_eq!(data(json!({ "success": true, "data": [1] })).unwrap(), json!([1]));
        for wrong in [json!(null), json!({ "data": 1 }), json!({ "success": false, "code": "NEW" })] {
            assert!(matches!(data(wrong), Err(Error::Shape(_))));
        }
    }
}
