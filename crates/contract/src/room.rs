//! The grammar of rooms: `kind:id[:more…]`, such as `class:c-17:staff`.
//!
//! A `sourcedId` may itself contain a colon, and then `class:{x:staff}` would be the staff room of class `x`. So ids are
//! written with `:` as `%3A` and `%` as `%25`, and a room is built and read here only.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};

use crate::{ClassId, OrgId, TenantId, UserId};

/// The longest name a room can have, in bytes: a kind and three ids of 255 characters, escaped.
const MAX_BYTES: usize = 4096;

/// A room within one namespace of one tenant. It can be named by anyone, entered only through the namespace's rule.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Room(Arc<str>);

/// Why a string is not a room.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a room is written kind:id, each part not empty")]
pub struct InvalidRoom;

impl Room {
    /// A room of that kind for that id: `of("class", "c-17")` is `class:c-17`.
    pub fn of(kind: &str, id: &str) -> Self {
        Self(format!("{kind}:{}", escape(id)).into())
    }

    /// A room of these parts: `of_parts(["class", "c-17", "staff"])` is `class:c-17:staff`.
    #[doc(hidden)]
    pub fn of_parts(parts: impl IntoIterator<Item = String>) -> Self {
        let parts: Vec<String> = parts.into_iter().map(|part| escape(&part).into_owned()).collect();
        Self(parts.join(":").into())
    }

    /// A room below this one: `.and("staff")` makes `class:c-17:staff`.
    #[must_use]
    pub fn and(&self, part: &str) -> Self {
        Self(format!("{}:{}", self.0, escape(part)).into())
    }

    /// Reads a room as clients write it.
    pub fn parse(text: &str) -> Result<Self, InvalidRoom> {
        let parts = text.split(':');
        let sound = text.len() <= MAX_BYTES
            && text.contains(':')
            && parts.clone().all(|part| !part.is_empty() && escape(&unescape(part)) == part);
        if sound { Ok(Self(text.into())) } else { Err(InvalidRoom) }
    }

    /// The parts with ids as they are in the roster: `["class", "c-17", "staff"]`.
    pub fn parts(&self) -> Vec<Cow<'_, str>> {
        self.0.split(':').map(unescape).collect()
    }

    /// The room as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `user:{id}`: every device of one person.
    pub fn user(user: &UserId) -> Self {
        Self::of("user", user.as_str())
    }

    /// `student:{id}`: the student and the guardians.
    pub fn student(student: &UserId) -> Self {
        Self::of("student", student.as_str())
    }

    /// `class:{id}`: everyone enrolled, and the staff; never a grade.
    pub fn class(class: &ClassId) -> Self {
        Self::of("class", class.as_str())
    }

    /// `class:{id}:staff`: teachers and aides of the class.
    pub fn class_staff(class: &ClassId) -> Self {
        Self::class(class).and("staff")
    }

    /// The class of a room that is `class:{id}` or below it.
    pub fn class_id(&self) -> Option<ClassId> {
        match self.parts().as_slice() {
            [kind, class, ..] if kind == "class" => ClassId::new(class).ok(),
            _ => None,
        }
    }

    /// `school:{id}`: everyone of a school.
    pub fn school(school: &OrgId) -> Self {
        Self::of("school", school.as_str())
    }

    /// `school:{id}:admins`: the school's administrators.
    pub fn school_admins(school: &OrgId) -> Self {
        Self::school(school).and("admins")
    }

    /// `school:{id}:counselors`: the school's counselors.
    pub fn school_counselors(school: &OrgId) -> Self {
        Self::school(school).and("counselors")
    }
}

fn escape(part: &str) -> Cow<'_, str> {
    if part.contains([':', '%']) { part.replace('%', "%25").replace(':', "%3A").into() } else { part.into() }
}

fn unescape(part: &str) -> Cow<'_, str> {
    if part.contains('%') { part.replace("%3A", ":").replace("%25", "%").into() } else { part.into() }
}

impl fmt::Display for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Room({})", self.0)
    }
}

impl<'de> Deserialize<'de> for Room {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Room {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Room".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[^:]+(:[^:]+)+$" })
    }
}

/// Makes the type of a namespace's rooms: each is declared once, and built and read by that.
///
/// ```
/// use homeroom_contract::{ClassId, Room, rooms};
///
/// rooms! {
///     /// A room of the library.
///     pub enum LibraryRoom {
///         /// One table, for those of the class who sit there.
///         Table(class: ClassId, table: u32) = ["class", class, "table", table];
///     }
/// }
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let table = LibraryRoom::Table(ClassId::new("7:b")?, 3);
/// assert_eq!(table.room().as_str(), "class:7%3Ab:table:3");
/// assert_eq!(LibraryRoom::read(&table.room()), Some(table));
/// assert_eq!(LibraryRoom::read(&Room::parse("class:7b:table:03")?), None, "there is one way to write it");
/// # Ok(()) }
/// ```
#[macro_export]
macro_rules! rooms {
    (
        $(#[$doc:meta])*
        $vis:vis enum $name:ident {
            $($(#[$room_doc:meta])* $room:ident($($field:ident: $of:ty),+) = [$($part:tt),+];)+
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name {
            $($(#[$room_doc])* $room($($of),+),)+
        }

        impl $name {
            /// Reads a room; none if this namespace has no such room.
            pub fn read(room: &$crate::Room) -> Option<Self> {
                let parts = room.parts();
                let parts: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
                let read = match parts.as_slice() {
                    $([$($part),+] => Self::$room($($field.parse().ok()?),+),)+
                    _ => return None,
                };
                (read.room() == *room).then_some(read)
            }

            /// The room as it is written.
            pub fn room(&self) -> $crate::Room {
                match self {
                    $(Self::$room($($field),+) => $crate::Room::of_parts([$($part.to_string()),+]),)+
                }
            }
        }
    };
}

/// A room in full: no tenant can name another's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoomKey {
    /// The district.
    pub tenant: TenantId,
    /// The namespace, without its slash.
    pub namespace: &'static str,
    /// The room.
    pub room: Room,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_id_with_a_colon_does_not_open_another_room() {
        let sly = ClassId::new("x:staff").unwrap();
        assert_ne!(Room::class(&sly), Room::class_staff(&ClassId::new("x").unwrap()));
        assert_eq!(Room::class(&sly).parts(), ["class", "x:staff"]);
    }

    #[test]
    fn a_room_of_a_class_tells_which() {
        let sly = ClassId::new("x:staff").unwrap();
        assert_eq!(Room::class(&sly).class_id(), Some(sly.clone()));
        assert_eq!(Room::class_staff(&sly).class_id(), Some(sly));
        assert_eq!(Room::of("gradebook", "x").class_id(), None);
    }

    #[test]
    fn what_is_not_a_room_is_refused() {
        for text in ["", "class", "class:", ":x", "a::b", "class:%zz", "class:%3a"] {
            assert!(Room::parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn parts_come_back_as_they_went_in(id in "[^\\x00-\\x1f]{1,40}", tail in "[^\\x00-\\x1f]{1,40}") {
            let room = Room::of("class", &id).and(&tail);
            prop_assert_eq!(room.parts(), vec!["class", &id, &tail]);
            prop_assert_eq!(Room::parse(room.as_str()).unwrap(), room);
        }
    }
}
