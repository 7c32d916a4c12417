//! An answer as it is written: a number, a text, several options, or nothing. What it means, the question says.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An answer. On the wire it is what it says: `2`, `2.5`, `"osmosis"`, `[0,3]` or `null`.
///
/// Read by its JSON type alone, so the same text is always the same variant; nothing is tried in turn.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// `null`: no answer, or an answer that was taken back.
    Blank,
    /// A whole number: the option that was chosen, counted from 0, or the answer to a question for a number.
    Whole(i64),
    /// A number with a fraction.
    Decimal(f64),
    /// A text.
    Text(String),
    /// The options that were chosen, counted from 0. The order doesn't matter, and an option that comes twice counts once.
    Choices(BTreeSet<u32>),
}

impl Answer {
    /// Whether it says nothing: `null`, a text of blanks, or no option at all.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Blank => true,
            Self::Whole(_) | Self::Decimal(_) => false,
            Self::Text(text) => text.trim().is_empty(),
            Self::Choices(choices) => choices.is_empty(),
        }
    }

    /// The option, if it is one.
    pub fn choice(&self) -> Option<u32> {
        match self {
            Self::Whole(whole) => u32::try_from(*whole).ok(),
            _ => None,
        }
    }

    /// The number, if it is one.
    #[expect(clippy::cast_precision_loss, reason = "no school asks for a number beyond 2^53")]
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Whole(whole) => Some(*whole as f64),
            Self::Decimal(decimal) => Some(*decimal),
            _ => None,
        }
    }
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Blank => serializer.serialize_unit(),
            Self::Whole(whole) => serializer.serialize_i64(*whole),
            Self::Decimal(decimal) => serializer.serialize_f64(*decimal),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Choices(choices) => choices.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Answer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnswerVisitor)
    }
}

struct AnswerVisitor;

impl<'de> Visitor<'de> for AnswerVisitor {
    type Value = Answer;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, a text, a list of options or null")
    }

    fn visit_unit<E: Error>(self) -> Result<Answer, E> {
        Ok(Answer::Blank)
    }

    fn visit_i64<E: Error>(self, whole: i64) -> Result<Answer, E> {
        Ok(Answer::Whole(whole))
    }

    fn visit_u64<E: Error>(self, whole: u64) -> Result<Answer, E> {
        i64::try_from(whole)
            .map(Answer::Whole)
            .map_err(|_| E::invalid_value(Unexpected::Unsigned(whole), &self))
    }

    fn visit_f64<E: Error>(self, decimal: f64) -> Result<Answer, E> {
        Ok(Answer::Decimal(decimal))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Answer, E> {
        Ok(Answer::Text(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Answer, E> {
        Ok(Answer::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Answer, A::Error> {
        let mut choices = BTreeSet::new();
        while let Some(choice) = seq.next_element()? {
            choices.insert(choice);
        }
        Ok(Answer::Choices(choices))
    }
}

impl JsonSchema for Answer {
    fn schema_name() -> Cow<'static, str> {
        "Answer".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "An answer: a number (an option counted from 0, or the number asked for), a text, a list of options, \
                or null for none.",
            "anyOf": [
                { "type": "number" },
                { "type": "string" },
                { "type": "array", "items": { "type": "integer", "minimum": 0 } },
                { "type": "null" },
            ],
        })
    }
}
