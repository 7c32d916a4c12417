//! Who may talk with whom.
//!
//! Staff talk with each other. Families talk with staff of a school that they share. A guardian and a student are together only if
//! the student is the guardian's child; two guardians never are, outside of a class's conversation. Wherever a student is, there is
//! staff of the student's school. Proctors and guests take no part.

use std::collections::BTreeSet;

use homeroom_contract::{OrgId, Role, UserId};

use crate::domain::MessagingError;

/// A person who is or would be in a conversation, as the roster has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// The person.
    pub user_id: UserId,
    /// The highest role that the person holds.
    pub role: Role,
    /// The schools that come with that role: where staff work (an administrator of a district: each of its schools), where a
    /// student learns, where a guardian's children learn.
    pub schools: BTreeSet<OrgId>,
    /// Those whose guardian the person is, whatever else the person is.
    pub children: BTreeSet<UserId>,
}

impl Party {
    /// Whether that is staff.
    pub fn is_staff(&self) -> bool {
        is_staff(self.role)
    }

    /// Whether that is a student or a guardian, and no staff.
    pub fn is_family(&self) -> bool {
        matches!(self.role, Role::Student | Role::Parent)
    }

    /// Whether that is staff of a school of the other.
    pub fn is_staff_for(&self, other: &Party) -> bool {
        self.is_staff() && !self.schools.is_disjoint(&other.schools)
    }

    /// Whether these two may be in one conversation that isn't a class's.
    pub(crate) fn may_talk_with(&self, other: &Party) -> Result<(), MessagingError> {
        let allowed = match (Kind::of(self), Kind::of(other)) {
            (Some(Kind::Guardian), Some(Kind::Guardian)) => return Err(MessagingError::GuardiansTogether),
            (Some(Kind::Staff), Some(Kind::Staff)) | (Some(Kind::Student), Some(Kind::Student)) => true,
            (Some(_), Some(_)) => {
                self.is_staff_for(other)
                    || other.is_staff_for(self)
                    || self.children.contains(&other.user_id)
                    || other.children.contains(&self.user_id)
            }
            (None, _) | (_, None) => false,
        };
        if allowed {
            Ok(())
        } else {
            Err(MessagingError::MayNotTalk(self.user_id.clone(), other.user_id.clone()))
        }
    }

    /// Whether the person may hear of that student.
    pub(crate) fn may_hear_of(&self, student: &AboutStudent) -> bool {
        self.user_id == student.student_id
            || self.children.contains(&student.student_id)
            || (self.is_staff() && !self.schools.is_disjoint(&student.schools))
    }
}

/// The student that a conversation is about, as the roster has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AboutStudent {
    /// The student.
    pub student_id: UserId,
    /// The student's schools.
    pub schools: BTreeSet<OrgId>,
}

/// Whether that role is one of staff: aide, counselor, teacher or administrator. A proctor is not, outside of exams.
pub fn is_staff(role: Role) -> bool {
    match role {
        Role::Aide
        | Role::Counselor
        | Role::Teacher
        | Role::SchoolAdmin
        | Role::DistrictAdmin
        | Role::SystemAdmin => true,
        Role::Guest | Role::Student | Role::Parent | Role::Proctor => false,
    }
}

/// As what a person talks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Staff,
    Guardian,
    Student,
}

impl Kind {
    /// None for those who take no part.
    fn of(party: &Party) -> Option<Self> {
        match party.role {
            Role::Student => Some(Self::Student),
            Role::Parent => Some(Self::Guardian),
            role if is_staff(role) => Some(Self::Staff),
            _ => None,
        }
    }
}

/// Whether everyone who is a student has staff of the own school there.
pub(crate) fn supervised(parties: &[Party]) -> Result<(), MessagingError> {
    let alone = |student: &&Party| {
        student.role == Role::Student && !parties.iter().any(|party| party.is_staff_for(student))
    };
    if parties.iter().any(|party| alone(&party)) { Err(MessagingError::SupervisionRequired) } else { Ok(()) }
}

/// Whether all of them may be in one conversation.
pub(crate) fn may_meet(parties: &[Party]) -> Result<(), MessagingError> {
    supervised(parties)?;
    let mut rest = parties;
    while let [one, others @ ..] = rest {
        others.iter().try_for_each(|other| one.may_talk_with(other))?;
        rest = others;
    }
    Ok(())
}
