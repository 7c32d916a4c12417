//! The gradebook's own room, and what the room rule reads out of a room's name.

use homeroom_contract::{AcademicSessionId, ClassId, OrgId, Room, UserId};

/// `gradebook:{classId}:{sessionId}`: the staff of a class who look at one academic session.
pub fn gradebook_room(class: &ClassId, session: &AcademicSessionId) -> Room {
    Room::of("gradebook", class.as_str()).and(session.as_str())
}

/// A room of this namespace, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GradebookRoom {
    /// `user:{id}`: one person's devices.
    User(UserId),
    /// `student:{id}`: a student and the guardians.
    Student(UserId),
    /// `class:{id}:staff`: who works with that gradebook.
    Staff(ClassId),
    /// `gradebook:{classId}:{sessionId}`: who of them looks at that academic session.
    Session(ClassId, AcademicSessionId),
    /// `school:{id}:admins`: the school's administrators.
    SchoolAdmins(OrgId),
}

impl GradebookRoom {
    /// Reads a room; none if this namespace has no such room.
    pub fn read(room: &Room) -> Option<Self> {
        let parts = room.parts();
        let parts: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
        match parts.as_slice() {
            ["user", user] => UserId::new(user).ok().map(Self::User),
            ["student", student] => UserId::new(student).ok().map(Self::Student),
            ["class", class, "staff"] => ClassId::new(class).ok().map(Self::Staff),
            ["gradebook", class, session] => {
                Some(Self::Session(ClassId::new(class).ok()?, AcademicSessionId::new(session).ok()?))
            }
            ["school", school, "admins"] => OrgId::new(school).ok().map(Self::SchoolAdmins),
            _ => None,
        }
    }

    /// The class whose gradebook is worked with there.
    pub fn class(&self) -> Option<&ClassId> {
        match self {
            Self::Staff(class) | Self::Session(class, _) => Some(class),
            Self::User(_) | Self::Student(_) | Self::SchoolAdmins(_) => None,
        }
    }
}
