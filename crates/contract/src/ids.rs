//! Identifiers. What comes from the roster is a `OneRoster` `sourcedId` (`OneRoster` 1.2 CSV binding, section 4): an opaque,
//! case-sensitive string of 1 to 255 characters, unique only within its district. What is made here is a `UUIDv7` in the
//! same form, so that a line item imported from the roster and one created by a teacher are the same kind of thing.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

use crate::Timestamp;

/// The most characters an identifier may have (`OneRoster`: fewer than 256).
const MAX_CHARS: usize = 255;

/// Why a string is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an identifier has 1 to 255 characters and no control characters")]
pub struct InvalidId;

fn check(text: &str) -> Result<(), InvalidId> {
    let fits = !text.is_empty() && text.chars().count() <= MAX_CHARS;
    if fits && !text.chars().any(char::is_control) { Ok(()) } else { Err(InvalidId) }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes a string of 1 to 255 characters without control characters.
            pub fn new(text: impl AsRef<str>) -> Result<Self, InvalidId> {
                check(text.as_ref())?;
                Ok(Self(text.as_ref().into()))
            }

            /// Makes a new one: a `UUIDv7` of that instant.
            pub fn generate(at: Timestamp) -> Self {
                Self(new_id(at).to_string().into())
            }

            /// The identifier as it is written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), &self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = Cow::<'de, str>::deserialize(deserializer)?;
                Self::new(text).map_err(serde::de::Error::custom)
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "minLength": 1, "maxLength": MAX_CHARS })
            }
        }
    };
}

id! {
    /// A tenant: a district, by its org's `sourcedId` (a school without a district is its own tenant).
    TenantId
}
id! {
    /// A person, by the `sourcedId` in `users.csv`. Students are people too.
    UserId
}
id! {
    /// An org: a school, a district or what stands above it (`orgs.csv`).
    OrgId
}
id! {
    /// A class (`classes.csv`).
    ClassId
}
id! {
    /// A term, semester, grading period or school year (`academicSessions.csv`).
    AcademicSessionId
}
id! {
    /// A category of line items, with its weight (`categories.csv`).
    CategoryId
}
id! {
    /// A line item: one assignment in a class's gradebook (`lineItems.csv`).
    LineItemId
}
id! {
    /// An idempotency key, chosen by the client and kept for 24 hours per user.
    ClientId
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
