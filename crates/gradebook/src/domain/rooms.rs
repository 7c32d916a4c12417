//! The gradebook's rooms.

use homeroom_contract::{AcademicSessionId, ClassId, OrgId, UserId};

homeroom_contract::rooms! {
    /// A room of the gradebook.
    pub enum GradebookRoom {
        /// `user:{id}`: one person's devices.
        User(user: UserId) = ["user", user];
        /// `student:{id}`: a student and the guardians.
        Student(student: UserId) = ["student", student];
        /// `class:{id}:staff`: who works with that gradebook.
        Staff(class: ClassId) = ["class", class, "staff"];
        /// `gradebook:{classId}:{sessionId}`: who of them looks at that academic session.
        Session(class: ClassId, session: AcademicSessionId) = ["gradebook", class, session];
        /// `school:{id}:admins`: the school's administrators.
        SchoolAdmins(school: OrgId) = ["school", school, "admins"];
    }
}

impl GradebookRoom {
    /// The class whose gradebook is worked with there.
    pub fn class(&self) -> Option<&ClassId> {
        match self {
            Self::Staff(class) | Self::Session(class, _) => Some(class),
            Self::User(_) | Self::Student(_) | Self::SchoolAdmins(_) => None,
        }
    }
}
