//! The rooms of `/notifications`. All of them are entered at CONNECT, by [`Member::rooms`](crate::Member::rooms); there is
//! nothing to join.
//!
//! What one person is told goes to `user:{id}` alone. The rooms of schools and districts carry only what everyone there may see.

use std::fmt;
use std::str::FromStr;

use homeroom_contract::{OrgId, Role, UserId};

homeroom_contract::rooms! {
    /// A room of `/notifications`.
    pub enum NotificationRoom {
        /// `user:{id}`: one person's devices.
        User(user: UserId) = ["user", user];
        /// `student:{id}`: a student and the guardians. Entered as everywhere; no target is told there.
        Student(student: UserId) = ["student", student];
        /// `school:{id}`: everyone of a school.
        School(school: OrgId) = ["school", school];
        /// `school:{id}:{role}`: everyone who holds that role at the school.
        SchoolRole(school: OrgId, group: RoleGroup) = ["school", school, group];
        /// `district:{id}`: everyone of the tenant. A school that is its own tenant has one too.
        District(district: OrgId) = ["district", district];
        /// `district:{id}:admins`: the administrators of the tenant's district.
        DistrictAdmins(district: OrgId) = ["district", district, "admins"];
    }
}

/// The people of a school who hold the same role, by the word that names their room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RoleGroup {
    /// `students`
    Students,
    /// `parents`, guardians among them.
    Parents,
    /// `proctors`
    Proctors,
    /// `aides`
    Aides,
    /// `counselors`
    Counselors,
    /// `teachers`
    Teachers,
    /// `admins`
    Admins,
}

/// Not the word for any group.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no room for the role {0}")]
pub struct UnknownRoleGroup(String);

impl RoleGroup {
    /// Every group there is.
    pub const ALL: [Self; 7] = [
        Self::Students,
        Self::Parents,
        Self::Proctors,
        Self::Aides,
        Self::Counselors,
        Self::Teachers,
        Self::Admins,
    ];

    /// Where those who hold that role at a school are. Guests are nowhere; who runs the district or the system is in no school's
    /// room.
    pub fn of(role: Role) -> Option<Self> {
        match role {
            Role::Student => Some(Self::Students),
            Role::Parent => Some(Self::Parents),
            Role::Proctor => Some(Self::Proctors),
            Role::Aide => Some(Self::Aides),
            Role::Counselor => Some(Self::Counselors),
            Role::Teacher => Some(Self::Teachers),
            Role::SchoolAdmin => Some(Self::Admins),
            Role::Guest | Role::DistrictAdmin | Role::SystemAdmin => None,
        }
    }

    /// The word, as the room is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Students => "students",
            Self::Parents => "parents",
            Self::Proctors => "proctors",
            Self::Aides => "aides",
            Self::Counselors => "counselors",
            Self::Teachers => "teachers",
            Self::Admins => "admins",
        }
    }
}

impl fmt::Display for RoleGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for RoleGroup {
    type Err = UnknownRoleGroup;

    fn from_str(word: &str) -> Result<Self, UnknownRoleGroup> {
        let known = Self::ALL.into_iter().find(|group| group.as_str() == word);
        known.ok_or_else(|| UnknownRoleGroup(word.to_owned()))
    }
}
