//! The rooms of `/notifications`. All of them are entered at CONNECT; there is nothing to join.
//!
//! What one person is told goes to `user:{id}` alone. The rooms of schools and districts carry only what everyone there may see.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use homeroom_contract::{OrgId, Role, TenantId, UserId};

use crate::domain::RoleHeld;
use crate::domain::target::district_of;

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
        /// `district:{id}`: everyone of a district.
        District(district: OrgId) = ["district", district];
        /// `district:{id}:admins`: the district's administrators.
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

/// Who connects, as the roster has it now.
#[derive(Debug, Clone, Copy)]
pub struct AtConnect<'a> {
    /// The person.
    pub user_id: &'a UserId,
    /// The tenant.
    pub tenant: &'a TenantId,
    /// The person, if a student, and the children that the person is a guardian of.
    pub students: &'a [UserId],
    /// The roles held at schools; a guardian's at the schools of the children.
    pub at_schools: &'a [RoleHeld],
    /// The districts that the person is an administrator of.
    pub administers: &'a [OrgId],
}

impl AtConnect<'_> {
    /// The rooms that the person is in from CONNECT on, and no others.
    pub fn rooms(&self) -> BTreeSet<NotificationRoom> {
        let own = [NotificationRoom::User(self.user_id.clone())];
        let family = self.students.iter().cloned().map(NotificationRoom::Student);
        let schools = self.at_schools.iter().filter_map(|held| {
            let group = RoleGroup::of(held.role)?;
            let school = held.org.clone();
            Some([NotificationRoom::School(school.clone()), NotificationRoom::SchoolRole(school, group)])
        });
        let district = district_of(self.tenant).map(NotificationRoom::District);
        let administered = self.administers.iter().cloned().map(NotificationRoom::DistrictAdmins);
        own.into_iter().chain(family).chain(schools.flatten()).chain(district).chain(administered).collect()
    }
}
