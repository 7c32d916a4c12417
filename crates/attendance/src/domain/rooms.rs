//! The rooms of attendance.

use homeroom_contract::{ClassId, OrgId, UserId};

homeroom_contract::rooms! {
    /// A room of attendance. There is none for a whole class: what one student's day was is not for the others.
    pub enum AttendanceRoom {
        /// `user:{id}`: one person's devices.
        User(user: UserId) = ["user", user];
        /// `student:{id}`: a student and the guardians.
        Student(student: UserId) = ["student", student];
        /// `class:{id}:staff`: who takes attendance in that class.
        Staff(class: ClassId) = ["class", class, "staff"];
        /// `school:{id}:counselors`: the school's counselors.
        Counselors(school: OrgId) = ["school", school, "counselors"];
        /// `school:{id}:admins`: the school's administrators.
        SchoolAdmins(school: OrgId) = ["school", school, "admins"];
    }
}

impl AttendanceRoom {
    /// The class whose attendance is taken there.
    pub fn class(&self) -> Option<&ClassId> {
        match self {
            Self::Staff(class) => Some(class),
            Self::User(_) | Self::Student(_) | Self::Counselors(_) | Self::SchoolAdmins(_) => None,
        }
    }
}
