//! The rooms of a live class.

use homeroom_contract::{ClassId, UserId};

homeroom_contract::rooms! {
    /// A room of a live class.
    pub enum LiveClassRoom {
        /// `user:{id}`: one person's devices.
        User(user: UserId) = ["user", user];
        /// `class:{id}`: everyone who came in: students, staff and readers.
        Class(class: ClassId) = ["class", class];
        /// `class:{id}:staff`: staff, and who reads what they see.
        Staff(class: ClassId) = ["class", class, "staff"];
        /// `breakout:{classId}:{n}`: the students of one breakout, and whoever of the staff looks in. No `n` comes again.
        Breakout(class: ClassId, n: u32) = ["breakout", class, n];
    }
}

impl LiveClassRoom {
    /// The class to which the room belongs; none for a person's own.
    pub fn class(&self) -> Option<&ClassId> {
        match self {
            Self::Class(class) | Self::Staff(class) | Self::Breakout(class, _) => Some(class),
            Self::User(_) => None,
        }
    }
}
