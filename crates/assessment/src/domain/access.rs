//! Who may do what with the assessments and quizzes of a class, by what the roster says they are there. That somebody is
//! enrolled in that class, or runs its school, is the roster's to say; everything not written here is refused.

use homeroom_contract::Role;

use crate::domain::AssessmentError;

/// Something that can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Right {
    /// Sit an assessment, answer in a quiz.
    Take,
    /// Join as staff: progress, alerts, and messages to those who sit it.
    Watch,
    /// Extend, pause, resume and reset.
    Invigilate,
    /// Make and change assessments and quizzes, see the right answers and what was handed in, run a quiz.
    Author,
}

impl Right {
    /// Every right there is.
    pub const ALL: [Right; 4] = [Right::Take, Right::Watch, Right::Invigilate, Right::Author];

    /// Whether somebody with that role has it.
    pub fn of(self, role: Role) -> bool {
        match role {
            Role::Student => self == Self::Take,
            Role::Aide => self == Self::Watch,
            Role::Proctor => matches!(self, Self::Watch | Self::Invigilate),
            Role::Teacher | Role::SchoolAdmin | Role::DistrictAdmin | Role::SystemAdmin => self != Self::Take,
            Role::Guest | Role::Parent | Role::Counselor => false,
        }
    }

    /// `UNAUTHORIZED` if none of these roles has it.
    pub fn require(self, roles: &[Role]) -> Result<(), AssessmentError> {
        if roles.iter().any(|role| self.of(*role)) { Ok(()) } else { Err(AssessmentError::NotAllowed) }
    }
}
