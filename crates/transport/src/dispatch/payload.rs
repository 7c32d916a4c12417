//! A payload as it comes in: one JSON object, its idempotency key, and the digest that tells a repeat from something else.

use std::fmt::Write as _;

use homeroom_contract::{ClientId, Failure};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

/// A payload that is a JSON object.
#[derive(Debug)]
pub(crate) struct Payload {
    pub(crate) json: Box<RawValue>,
    pub(crate) client_id: Option<ClientId>,
    /// All zero without a `clientId`.
    pub(crate) digest: [u8; 32],
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Keyed {
    client_id: Option<ClientId>,
}

impl Payload {
    /// Reads the payload; none is `{}`. `key` is the `Idempotency-Key` of an HTTP request.
    pub(crate) fn read(json: Option<&RawValue>, key: Option<&str>) -> Result<Self, Failure> {
        let text = json.map_or("{}", RawValue::get).trim();
        if !text.starts_with('{') {
            return Err(Failure::invalid("The payload must be one JSON object.").at("."));
        }
        let keyed: Keyed = serde_json::from_str(text).map_err(|error| {
            Failure::invalid("The clientId must be a string of 1 to 255 characters.")
                .at("clientId")
                .because(error)
        })?;
        let client_id = match (keyed.client_id, key.map(client_id).transpose()?) {
            (Some(body), Some(header)) if body != header => {
                return Err(Failure::invalid("Idempotency-Key and clientId are not the same.").at("clientId"));
            }
            (body, header) => body.or(header),
        };
        let digest = if client_id.is_some() { digest(text)? } else { [0; 32] };
        let json = RawValue::from_string(text.to_owned()).map_err(Failure::internal)?;
        Ok(Self { json, client_id, digest })
    }
}

/// The header's value, quoted or not (draft-ietf-httpapi-idempotency-key-header makes it a quoted string).
fn client_id(header: &str) -> Result<ClientId, Failure> {
    let header = header.trim();
    let bare = header.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(header);
    ClientId::new(bare).map_err(|error| {
        Failure::invalid("The Idempotency-Key must have 1 to 255 characters.")
            .at("Idempotency-Key")
            .because(error)
    })
}

/// SHA-256 of the object without its `clientId`, keys sorted at every depth.
fn digest(text: &str) -> Result<[u8; 32], Failure> {
    let mut value: Value = serde_json::from_str(text)
        .map_err(|error| Failure::invalid("The payload is not JSON.").at(".").because(error))?;
    if let Value::Object(fields) = &mut value {
        fields.remove("clientId");
    }
    let mut canonical = String::with_capacity(text.len());
    write_sorted(&value, &mut canonical);
    Ok(Sha256::digest(canonical).into())
}

fn write_sorted(value: &Value, out: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by_key(|(name, _)| *name);
            out.push('{');
            for (name, value) in fields {
                let _ = write!(out, "{}:", Value::from(name.as_str()));
                write_sorted(value, out);
                out.push(',');
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for item in items {
                write_sorted(item, out);
                out.push(',');
            }
            out.push(']');
        }
        scalar => {
            let _ = write!(out, "{scalar}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use homeroom_contract::Code;
    use proptest::prelude::*;

    fn read(json: &str, key: Option<&str>) -> Result<Payload, Code> {
        let raw = RawValue::from_string(json.to_owned()).unwrap();
        Payload::read(Some(&raw), key).map_err(|failure| failure.code)
    }

    #[test]
    fn nothing_is_an_empty_object() {
        let payload = Payload::read(None, None).unwrap();
        assert_eq!(payload.json.get(), "{}");
        assert_eq!(payload.client_id, None);
    }

    #[test]
    fn what_is_not_an_object_is_refused() {
        for json in ["[]", "1", "null", "\"x\"", r#"{"clientId":1}"#, r#"{"clientId":""}"#] {
            assert_eq!(read(json, None).unwrap_err(), Code::ValidationError, "{json}");
        }
    }

    #[test]
    fn header_and_body_may_not_differ() {
        assert_eq!(read(r#"{"clientId":"a"}"#, Some("b")).unwrap_err(), Code::ValidationError);
        assert_eq!(read(r#"{"clientId":"a"}"#, Some("\"a\"")).unwrap().client_id.unwrap().as_str(), "a");
        assert_eq!(read("{}", Some("a")).unwrap().client_id.unwrap().as_str(), "a");
    }

    #[test]
    fn the_digest_does_not_know_the_order_of_keys_nor_the_client_id() {
        let one = read(r#"{"a":{"x":1,"y":[1,2]},"b":2,"clientId":"k"}"#, None).unwrap();
        let two = read(r#"{"b":2,"a":{"y":[1,2],"x":1}}"#, Some("other")).unwrap();
        let three = read(r#"{"b":2,"a":{"y":[2,1],"x":1},"clientId":"k"}"#, None).unwrap();
        assert_eq!(one.digest, two.digest);
        assert_ne!(one.digest, three.digest);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,64}") {
            if let Ok(raw) = RawValue::from_string(text) {
                let _ = Payload::read(Some(&raw), None);
            }
        }
    }
}
