//! One field of a change: left out, cleared or set. `{}` keeps what is there, `{"comment":null}` takes it away.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a request says about one field. In a struct it needs `#[serde(default)]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Patch<T> {
    /// Absent: what is there stays.
    #[default]
    Keep,
    /// `null`: what is there goes.
    Clear,
    /// A value: it takes the place of what is there.
    Set(T),
}

impl<T> Patch<T> {
    /// Whether the request said anything.
    pub fn is_keep(&self) -> bool {
        matches!(self, Patch::Keep)
    }

    /// What an optional field holds afterwards.
    pub fn over(self, old: Option<T>) -> Option<T> {
        match self {
            Patch::Keep => old,
            Patch::Clear => None,
            Patch::Set(new) => Some(new),
        }
    }

    /// What a field that always has a value holds afterwards; cleared means back to the default.
    pub fn or_default(self, old: T) -> T
    where
        T: Default,
    {
        match self {
            Patch::Keep => old,
            Patch::Clear => T::default(),
            Patch::Set(new) => new,
        }
    }
}

impl<T> From<Option<T>> for Patch<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Patch::Clear, Patch::Set)
    }
}

/// A field that may be kept needs `skip_serializing_if = "Patch::is_keep"`: written as `null`, it would be cleared.
impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Patch::Keep => Err(serde::ser::Error::custom("what is kept is left out, not written")),
            Patch::Clear => serializer.serialize_none(),
            Patch::Set(value) => serializer.serialize_some(value),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<T>::deserialize(deserializer)?.into())
    }
}

impl<T: JsonSchema> JsonSchema for Patch<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        Option::<T>::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Option::<T>::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize, JsonSchema)]
    struct Request {
        #[serde(default)]
        comment: Patch<String>,
    }

    #[test]
    fn absent_null_and_a_value_are_three_things() {
        let read = |text| serde_json::from_str::<Request>(text).unwrap().comment;
        assert_eq!(read("{}"), Patch::Keep);
        assert_eq!(read(r#"{"comment":null}"#), Patch::Clear);
        assert_eq!(read(r#"{"comment":"Well done"}"#), Patch::Set("Well done".to_owned()));
    }

    #[test]
    fn what_is_kept_is_never_written_as_null() {
        assert!(serde_json::to_string(&Patch::<u8>::Keep).is_err());
        assert_eq!(serde_json::to_string(&Patch::<u8>::Clear).unwrap(), "null");
        let schema = schemars::schema_for!(Request);
        assert_eq!(schema.get("properties").unwrap()["comment"].get("default"), None);
    }

    #[test]
    fn keep_keeps_clear_clears_and_set_sets() {
        assert_eq!(Patch::Keep.over(Some(1)), Some(1));
        assert_eq!(Patch::Clear.over(Some(1)), None);
        assert_eq!(Patch::Set(2).over(Some(1)), Some(2));
        assert!(Patch::Keep.or_default(true));
        assert!(!Patch::Clear.or_default(true));
    }
}
