//! An entry of the journal: one domain event with what it means for each room. It is stored, and sent between nodes as JSON;
//! a field may be added with a default, never renamed or taken away.

use std::fmt::{self, Write as _};
use std::sync::Arc;

use homeroom_contract::{Delivery, EventId, Room, TenantId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// What is numbered: one tenant's namespace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Stream {
    /// The district.
    pub tenant: TenantId,
    /// The namespace, without its slash.
    pub namespace: Arc<str>,
}

impl Stream {
    /// This namespace of that tenant.
    pub fn new(tenant: TenantId, namespace: impl Into<Arc<str>>) -> Self {
        Self { tenant, namespace: namespace.into() }
    }
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.tenant, self.namespace)
    }
}

/// A place in a stream: behind which entry. Its number alone would not say that: a database that has gone back, to a backup or to a
/// replica, may give it to another entry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
    /// The entry's number; 0 before the first.
    pub seq: u64,
    /// Its id; none before the first entry, and where it is not known.
    pub event_id: Option<EventId>,
}

/// One event in a stream.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Entry {
    /// Where it stands.
    pub stream: Stream,
    /// Its number: 1, 2, 3 … without a gap.
    pub seq: u64,
    /// Its id, the same for everyone who receives it.
    pub event_id: EventId,
    /// When the call that led to it arrived.
    pub at: Timestamp,
    /// Who caused it.
    pub actor: UserId,
    /// The domain event's [`KIND`](homeroom_contract::DomainEvent::KIND), such as `GradePosted`.
    pub kind: String,
    /// The domain event as it was serialised.
    pub body: Box<RawValue>,
    /// Who sees what of it.
    pub deliveries: Vec<StoredDelivery>,
}

/// One wire event for some rooms.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StoredDelivery {
    /// The rooms; a socket in several of them gets it once.
    pub rooms: Vec<Room>,
    /// The wire event's name.
    pub event: String,
    /// A JSON object, without what the entry adds to it (see [`Entry::payload`]).
    pub payload: Box<RawValue>,
}

impl Entry {
    /// What goes over the wire for one of its deliveries: the payload with `eventId`, `seq` and `timestamp` after its own
    /// fields, as JSON text.
    pub fn payload(&self, delivery: &StoredDelivery) -> String {
        // 36 for the id, 24 for the time, up to 20 for the number and what is between them.
        let mut json = String::with_capacity(delivery.payload.get().len() + 130);
        self.payload_into(delivery, &mut json);
        json
    }

    /// Appends what [`payload`](Self::payload) gives.
    pub fn payload_into(&self, delivery: &StoredDelivery, json: &mut String) {
        let own = delivery.payload.get().trim_end();
        let own = own.strip_suffix('}').unwrap_or(own).trim_end();
        json.push_str(own);
        if !own.ends_with('{') {
            json.push(',');
        }
        // Writing to a String can't fail.
        let _ =
            write!(json, r#""eventId":"{}","seq":{},"timestamp":"{}"}}"#, self.event_id, self.seq, self.at);
    }
}

/// Why an event can't be stored as it is.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unfit {
    #[error("it can't be written as JSON")]
    Json(#[source] Arc<serde_json::Error>),
    #[error("a payload is a JSON object without eventId, seq and timestamp")]
    Shape,
}

impl StoredDelivery {
    /// Takes a delivery if its payload is of the right shape.
    pub(crate) fn check(delivery: Delivery) -> Result<Self, Unfit> {
        let payload = delivery.payload.map_err(Unfit::Json)?;
        let fields: Fields = serde_json::from_str(payload.get()).map_err(|_| Unfit::Shape)?;
        if fields.event_id.is_some() || fields.seq.is_some() || fields.timestamp.is_some() {
            return Err(Unfit::Shape);
        }
        Ok(Self { rooms: delivery.rooms, event: delivery.event.to_owned(), payload })
    }
}

/// The names that the entry adds.
#[derive(Deserialize)]
struct Fields {
    #[serde(rename = "eventId")]
    event_id: Option<serde::de::IgnoredAny>,
    seq: Option<serde::de::IgnoredAny>,
    timestamp: Option<serde::de::IgnoredAny>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(payload: &str) -> (Entry, StoredDelivery) {
        let raw = |json: &str| RawValue::from_string(json.to_owned()).unwrap();
        let delivery = StoredDelivery {
            rooms: vec![Room::of("class", "c")],
            event: "e".to_owned(),
            payload: raw(payload),
        };
        let entry = Entry {
            stream: Stream::new(TenantId::new("d").unwrap(), "gradebook"),
            seq: 7,
            event_id: EventId(uuid::Uuid::nil()),
            at: Timestamp::from_unix_millis(1_772_439_300_000),
            actor: UserId::new("t").unwrap(),
            kind: "K".to_owned(),
            body: raw("{}"),
            deliveries: vec![delivery.clone()],
        };
        (entry, delivery)
    }

    #[test]
    fn the_wire_payload_is_flat() {
        let added = r#""eventId":"00000000-0000-0000-0000-000000000000","seq":7,"timestamp":"2026-03-02T08:15:00.000Z"}"#;
        for (own, wire) in [
            (r#"{"score":8.50}"#, format!(r#"{{"score":8.50,{added}"#)),
            ("{}", format!("{{{added}")),
            (r#"{"x":"}"}"#, format!(r#"{{"x":"}}",{added}"#)),
        ] {
            let (entry, delivery) = entry(own);
            assert_eq!(entry.payload(&delivery), wire);
            serde_json::from_str::<serde_json::Value>(&wire).unwrap();
        }
    }

    #[test]
    fn a_newer_nodes_entry_can_be_read() {
        let (entry, _) = entry(r#"{"score":8}"#);
        let mut json = serde_json::to_value(&entry).unwrap();
        json["later"] = serde_json::json!({ "added": true });
        json["deliveries"][0]["later"] = serde_json::json!(1);
        json["stream"]["later"] = serde_json::json!(1);
        let read: Entry = serde_json::from_str(&json.to_string()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), serde_json::to_value(&entry).unwrap());
    }

    #[test]
    fn a_payload_that_is_no_object_or_takes_our_names_is_refused() {
        for (payload, fits) in [
            (r#"{"score":1}"#, true),
            ("[1]", false),
            ("3", false),
            (r#"{"seq":1}"#, false),
            (r#"{"eventId":"x"}"#, false),
            (r#"{"timestamp":"x"}"#, false),
        ] {
            let payload_json = Ok(RawValue::from_string(payload.to_owned()).unwrap());
            let delivery = Delivery { rooms: Vec::new(), event: "e", payload: payload_json };
            assert_eq!(StoredDelivery::check(delivery).is_ok(), fits, "{payload}");
        }
    }
}
