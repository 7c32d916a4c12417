//! The rooms of a live class.

use homeroom_contract::{ClassId, UserId};

homeroom_contract::rooms! {
    /// A room of a live class.
    pub enum LiveClassRoom {
        /// `user:{id}`: one person's devices.
        User(user: UserId) = ["user", user];
        /// `class:{id}`: everyone who is enrolled, and the staff; no guardians.
        Class(class: ClassId) = ["class", class];
        /// `class:{id}:staff`: teachers and aides of the class, and who else came as staff.
        Staff(class: ClassId) = ["class", class, "staff"];
        /// `breakout:{classId}:{n}`: the students of one breakout, and whoever of the staff looks in. `n` counts from 1.
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
