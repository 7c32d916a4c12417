//! Who does something in a class. As what a person is there is the roster's to say, and comes in as a fact.

use homeroom_contract::{Role, UserId};

use crate::domain::LiveClassError;

/// A person and what the person is in this class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attendee {
    /// The person.
    pub user_id: UserId,
    /// As what: a teacher who is enrolled elsewhere as a student is a student there.
    pub role: Role,
}

impl Attendee {
    /// That person in that role.
    pub fn new(user_id: UserId, role: Role) -> Self {
        Self { user_id, role }
    }

    /// Whether the person runs the class: its teachers and aides, and the administrators over it.
    pub fn is_staff(&self) -> bool {
        is_staff(self.role)
    }

    /// Refuses whoever isn't staff.
    pub fn require_staff(&self) -> Result<(), LiveClassError> {
        if self.is_staff() { Ok(()) } else { Err(LiveClassError::NotAllowed) }
    }

    /// Refuses whoever is neither staff nor that very person.
    pub(crate) fn require_staff_or_self(&self, user: &UserId) -> Result<(), LiveClassError> {
        if self.is_staff() || self.user_id == *user { Ok(()) } else { Err(LiveClassError::NotAllowed) }
    }
}

/// Whether who has that role in a class runs it.
pub(crate) fn is_staff(role: Role) -> bool {
    match role {
        Role::Teacher | Role::Aide | Role::SchoolAdmin | Role::DistrictAdmin | Role::SystemAdmin => true,
        Role::Guest | Role::Student | Role::Parent | Role::Proctor | Role::Counselor => false,
    }
}
