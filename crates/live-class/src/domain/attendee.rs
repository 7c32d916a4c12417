//! Who does something in a class. As what a person is there is the roster's to say, and comes in as a fact.

use homeroom_contract::{Role, UserId};
use serde::{Deserialize, Serialize};

use crate::domain::LiveClassError;

/// What somebody does in a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Part {
    /// Runs it: its teachers and aides, and the administrators over it.
    Staff,
    /// Learns: votes, is put into breakouts, may be granted the board, is bound by locks.
    Student,
    /// Sees what staff see and does nothing: whoever is enrolled as an administrator of the class.
    Reader,
    /// Takes no part and doesn't come in.
    Outsider,
}

/// A person and what the person is in this class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attendee {
    /// The person.
    pub user_id: UserId,
    /// As what: a teacher who is enrolled elsewhere as a student is a student there.
    pub role: Role,
    /// What follows from it.
    pub part: Part,
}

impl Part {
    /// What somebody of that role does.
    pub fn of(role: Role) -> Self {
        match role {
            Role::Teacher | Role::Aide | Role::SchoolAdmin | Role::DistrictAdmin | Role::SystemAdmin => {
                Self::Staff
            }
            Role::Student => Self::Student,
            Role::Guest | Role::Parent | Role::Proctor | Role::Counselor => Self::Outsider,
        }
    }
}

impl Attendee {
    /// That person in that role.
    pub fn new(user_id: UserId, role: Role) -> Self {
        Self { user_id, role, part: Part::of(role) }
    }

    /// Somebody who is there by an enrollment as administrator alone, whatever the role is called: it gives reading rights.
    pub fn reader(user_id: UserId, role: Role) -> Self {
        Self { user_id, role, part: Part::Reader }
    }

    /// Whether the person runs the class.
    pub fn is_staff(&self) -> bool {
        self.part == Part::Staff
    }

    /// Whether the person learns here.
    pub fn is_student(&self) -> bool {
        self.part == Part::Student
    }

    /// Whether the person sees what staff see, and belongs into `class:{id}:staff`.
    pub fn sees_all(&self) -> bool {
        matches!(self.part, Part::Staff | Part::Reader)
    }

    /// Refuses whoever isn't staff.
    pub fn require_staff(&self) -> Result<(), LiveClassError> {
        if self.is_staff() { Ok(()) } else { Err(LiveClassError::NotAllowed) }
    }

    /// Refuses whoever is neither staff nor a student.
    pub fn require_part(&self) -> Result<(), LiveClassError> {
        if self.is_staff() || self.is_student() { Ok(()) } else { Err(LiveClassError::NotAllowed) }
    }

    /// Refuses whoever is neither staff nor, as a student, that very person.
    pub(crate) fn require_staff_or_self(&self, user: &UserId) -> Result<(), LiveClassError> {
        let own = self.is_student() && self.user_id == *user;
        if self.is_staff() || own { Ok(()) } else { Err(LiveClassError::NotAllowed) }
    }
}
