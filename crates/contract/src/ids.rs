//! Identifiers. What comes from the roster is a `OneRoster` `sourcedId` (`OneRoster` 1.2 CSV binding, section 4): an opaque,
//! case-sensitive string of 1 to 255 characters, unique only within its district. What is made here is a `UUIDv7` in the
//! same form, so that a line item imported from the roster and one created by a teacher are the same kind of thing.

use std::fmt;

use schemars::{Schema, json_schema};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Timestamp;

/// The most characters an identifier may have (`OneRoster`: fewer than 256).
const MAX_CHARS: usize = 255;

/// Why a string is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an identifier has 1 to 255 characters and no control characters")]
pub struct InvalidId;

/// For [`id!`](crate::id): whether a string may be an identifier.
#[doc(hidden)]
pub fn check(text: &str) -> Result<(), InvalidId> {
    let fits = !text.is_empty() && text.chars().count() <= MAX_CHARS;
    if fits && !text.chars().any(char::is_control) { Ok(()) } else { Err(InvalidId) }
}

/// For [`id!`](crate::id): the schema of an identifier.
#[doc(hidden)]
pub fn schema() -> Schema {
    json_schema!({ "type": "string", "minLength": 1, "maxLength": MAX_CHARS })
}

/// Makes a type of identifier, with the same rules as all others: 1 to 255 characters, no control characters.
///
/// ```
/// homeroom_contract::id! {
///     /// A shelf of the library.
///     pub ShelfId
/// }
/// assert!(ShelfId::new("").is_err());
/// ```
#[macro_export]
macro_rules! id {
    ($(#[$doc:meta])* $vis:vis $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis struct $name(::std::sync::Arc<str>);

        impl $name {
            /// Takes a string of 1 to 255 characters without control characters.
            pub fn new(text: impl AsRef<str>) -> ::std::result::Result<Self, $crate::InvalidId> {
                $crate::ids::check(text.as_ref())?;
                Ok(Self(text.as_ref().into()))
            }

            /// Makes a new one: a `UUIDv7` of that instant.
            pub fn generate(at: $crate::Timestamp) -> Self {
                Self($crate::new_id(at).to_string().into())
            }

            /// The identifier as it is written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl ::std::convert::TryFrom<String> for $name {
            type Error = $crate::InvalidId;

            fn try_from(text: String) -> ::std::result::Result<Self, $crate::InvalidId> {
                Self::new(text)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::InvalidId;

            fn from_str(text: &str) -> ::std::result::Result<Self, $crate::InvalidId> {
                Self::new(text)
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                write!(f, "{}({})", stringify!($name), &self.0)
            }
        }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let text = <::std::borrow::Cow<'de, str> as $crate::serde::Deserialize>::deserialize(deserializer)?;
                Self::new(text).map_err($crate::serde::de::Error::custom)
            }
        }

        impl $crate::schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut $crate::schemars::SchemaGenerator) -> $crate::schemars::Schema {
                $crate::ids::schema()
            }
        }
    };
}

crate::id! {
    /// A tenant: a district, by its org's `sourcedId` (a school without a district is its own tenant).
    pub TenantId
}
crate::id! {
    /// A person, by the `sourcedId` in `users.csv`. Students are people too.
    pub UserId
}
crate::id! {
    /// An org: a school, a district or what stands above it (`orgs.csv`).
    pub OrgId
}
crate::id! {
    /// A class (`classes.csv`).
    pub ClassId
}
crate::id! {
    /// A term, semester, grading period or school year (`academicSessions.csv`).
    pub AcademicSessionId
}
crate::id! {
    /// A category of line items, with its weight (`categories.csv`).
    pub CategoryId
}
crate::id! {
    /// A line item: one assignment in a class's gradebook (`lineItems.csv`).
    pub LineItemId
}
crate::id! {
    /// An idempotency key, chosen by the client and kept for 24 hours per user.
    pub ClientId
}

/// A new `UUIDv7` (RFC 9562, section 5.7) that carries that instant.
pub fn new_id(at: Timestamp) -> Uuid {
    let millis = u64::try_from(at.unix_millis()).unwrap_or_default();
    let (secs, nanos) = (millis / 1000, u32::try_from(millis % 1000).unwrap_or_default() * 1_000_000);
    Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, secs, nanos))
}

/// The id of one journal entry, the same for everyone who receives it: a client that sees one twice drops the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(pub Uuid);

impl EventId {
    /// Makes a new one.
    pub fn generate(at: Timestamp) -> Self {
        Self(new_id(at))
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_bounded_and_printable() {
        assert!(ClassId::new("").is_err());
        assert!(ClassId::new("a\nb").is_err());
        assert!(ClassId::new("x".repeat(256)).is_err());
        assert!(ClassId::new("ü".repeat(255)).is_ok());
        assert!(serde_json::from_str::<ClassId>("\"\"").is_err());
    }
}
