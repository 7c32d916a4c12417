//! The little that the parser has to know of JSON before anyone has been authenticated.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::Malformed;

/// Whether arrays and objects nest at most `max` deep. Doesn't check anything else.
pub(crate) fn within_depth(json: &str, max: usize) -> bool {
    let mut depth = 0_usize;
    let mut bytes = json.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => {
                while let Some(inner) = bytes.next() {
                    match inner {
                        b'\\' => {
                            bytes.next();
                        }
                        b'"' => break,
                        _ => {}
                    }
                }
            }
            b'[' | b'{' => {
                depth += 1;
                if depth > max {
                    return false;
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    true
}

/// Splits a JSON array into its elements, each checked to be JSON.
pub(crate) fn array(json: &str) -> Result<Vec<&RawValue>, Malformed> {
    serde_json::from_str(json).map_err(|_| Malformed::Json)
}

/// Whether every placeholder in `value` names one of `attachments`.
pub(crate) fn placeholders_within(value: &RawValue, attachments: usize) -> bool {
    let mut parser = serde_json::Deserializer::from_str(value.get());
    Walk { attachments }.deserialize(&mut parser).is_ok_and(|value| value.valid)
}

/// Walks a JSON value without building it.
#[derive(Clone, Copy)]
struct Walk {
    attachments: usize,
}

/// What the value above has to know of the one below.
#[derive(Clone, Copy)]
struct Seen {
    valid: bool,
    is_true: bool,
    number: Option<u64>,
}

impl Seen {
    const OTHER: Self = Self { valid: true, is_true: false, number: None };

    fn container(valid: bool) -> Self {
        Self { valid, ..Self::OTHER }
    }
}

impl<'de> DeserializeSeed<'de> for Walk {
    type Value = Seen;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Seen, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk {
    type Value = Seen;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Seen, E> {
        Ok(Seen { is_true: value, ..Seen::OTHER })
    }

    fn visit_u64<E>(self, value: u64) -> Result<Seen, E> {
        Ok(Seen { number: Some(value), ..Seen::OTHER })
    }

    fn visit_i64<E>(self, _: i64) -> Result<Seen, E> {
        Ok(Seen::OTHER)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Seen, E> {
        Ok(Seen::OTHER)
    }

    fn visit_str<E>(self, _: &str) -> Result<Seen, E> {
        Ok(Seen::OTHER)
    }

    fn visit_unit<E>(self) -> Result<Seen, E> {
        Ok(Seen::OTHER)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Seen, A::Error> {
        let mut valid = true;
        while let Some(item) = seq.next_element_seed(self)? {
            valid &= item.valid;
        }
        Ok(Seen::container(valid))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Seen, A::Error> {
        let (mut valid, mut placeholder, mut number) = (true, false, None);
        while let Some(key) = map.next_key::<Key>()? {
            let value = map.next_value_seed(self)?;
            valid &= value.valid;
            match key {
                Key::Placeholder => placeholder = value.is_true,
                Key::Num => number = value.number,
                Key::Other => {}
            }
        }
        let names_one = number.is_some_and(|n| n < self.attachments as u64);
        Ok(Seen::container(valid && (!placeholder || names_one)))
    }
}

enum Key {
    Placeholder,
    Num,
    Other,
}

impl<'de> serde::Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;
        impl Visitor<'_> for Name {
            type Value = Key;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_str<E>(self, name: &str) -> Result<Key, E> {
                Ok(match name {
                    "_placeholder" => Key::Placeholder,
                    "num" => Key::Num,
                    _ => Key::Other,
                })
            }
        }
        deserializer.deserialize_str(Name)
    }
}

/// Whether `json` is one valid JSON object.
pub(crate) fn is_object(json: &str) -> bool {
    json.starts_with('{') && serde_json::from_str::<IgnoredAny>(json).is_ok()
}
