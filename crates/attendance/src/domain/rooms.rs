//! The rooms of attendance.

use homeroom_contract::{ClassId, OrgId, UserId};

homeroom_contract::rooms! {
    /// A room of attendance. There is none for a whole class: what one student's day was is not for the others.
    pub enum AttendanceRoom {
        /// `user:{id}`: one person's devices.
        User(user: UserId) = ["user", user];
        /// `student:{id}`: a student and the guardians.
        Student(student: UserId) = ["student", student];
        /// `class:{id}:staff`: who has joined the class as its teacher (the primary one or not), its aide, or an administrator over
        /// it, by role at the school or above or by an enrollment in it. All of them take attendance but the last, who reads: so a
        /// check-in's code reaches an enrolled administrator too. Counselors, proctors and services don't enter it.
        Staff(class: ClassId) = ["class", class, "staff"];
        /// `school:{id}:counselors`: the school's counselors, from when they connect.
        Counselors(school: OrgId) = ["school", school, "counselors"];
        /// `school:{id}:admins`: the school's administrators, from when they connect. No mark comes here.
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
