//! Who may talk with whom.
//!
//! Staff talk with each other. Families talk with staff of a school that they share. A guardian and a student are together only if
//! the student is the guardian's child; two guardians never are, outside of a class's conversation. Wherever a student is, there is
//! staff of the student's school. Who is no more than a proctor or a guest takes no part.

use std::collections::{BTreeMap, BTreeSet};

use homeroom_contract::{OrgId, Role, UserId};

use crate::domain::MessagingError;

/// A person who is or would be in a conversation, as the roster has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// The person.
    pub user_id: UserId,
    /// All roles that the person holds now, each with the schools that come with it: where staff work (an administrator of a
    /// district: each of its schools), where a student learns, where a guardian's children learn.
    pub roles: BTreeMap<Role, BTreeSet<OrgId>>,
    /// Those whose guardian the person is, whatever else the person is.
    pub children: BTreeSet<UserId>,
}

impl Party {
    /// Whether the person holds that role at any school.
    pub fn holds(&self, role: Role) -> bool {
        self.roles.contains_key(&role)
    }

    /// The role in which the person talks. Who is a student anywhere talks as a student, whatever else they are, and supervises
    /// nobody; staff as the highest that they are; a guardian as one, even if the same person watches exams. Proctors and guests
    /// don't talk.
    pub fn talks_as(&self) -> Option<Role> {
        if self.holds(Role::Student) {
            return Some(Role::Student);
        }
        let highest = self.roles.keys().rev().copied().find(|role| is_staff(*role));
        highest.or_else(|| self.holds(Role::Parent).then_some(Role::Parent))
    }

    /// Whether the person talks as staff.
    pub fn is_staff(&self) -> bool {
        self.talks_as().is_some_and(is_staff)
    }

    /// Whether the person talks as a student.
    pub fn is_student(&self) -> bool {
        self.talks_as() == Some(Role::Student)
    }

    /// The schools where the person works; none unless the person talks as staff.
    pub fn works_at(&self) -> BTreeSet<&OrgId> {
        if self.is_staff() { self.schools_of(is_staff) } else { BTreeSet::new() }
    }

    /// Whether that is staff of a school where the other learns or has children.
    pub fn is_staff_for(&self, other: &Party) -> bool {
        !self.works_at().is_disjoint(&other.learns_at())
    }

    /// The schools where the person or the person's children learn.
    pub(crate) fn learns_at(&self) -> BTreeSet<&OrgId> {
        self.schools_of(|role| matches!(role, Role::Student | Role::Parent))
    }

    fn schools_of(&self, wanted: fn(Role) -> bool) -> BTreeSet<&OrgId> {
        self.roles.iter().filter(|(role, _)| wanted(**role)).flat_map(|(_, schools)| schools).collect()
    }

    /// Whether these two may be in one conversation that isn't a class's.
    pub(crate) fn may_talk_with(&self, other: &Party) -> Result<(), MessagingError> {
        let allowed = match (self.talks_as(), other.talks_as()) {
            (Some(Role::Parent), Some(Role::Parent)) => return Err(MessagingError::GuardiansTogether),
            (Some(Role::Student), Some(Role::Student)) => true,
            (Some(one), Some(two)) if is_staff(one) && is_staff(two) => true,
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
}

/// The student whom a conversation is about, with the roster's answer to who may see that student.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AboutStudent {
    /// The student.
    pub student_id: UserId,
    /// Those of the conversation who may see the student now: it is not decided here.
    pub seen_by: BTreeSet<UserId>,
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

/// Whether all of them may be in one conversation, and everyone who is a student has staff of the own school there.
pub(crate) fn may_meet(parties: &[Party]) -> Result<(), MessagingError> {
    let alone = |student: &Party| !parties.iter().any(|party| party.is_staff_for(student));
    if parties.iter().any(|party| party.is_student() && alone(party)) {
        return Err(MessagingError::SupervisionRequired);
    }
    let mut rest = parties;
    while let [one, others @ ..] = rest {
        others.iter().try_for_each(|other| one.may_talk_with(other))?;
        rest = others;
    }
    Ok(())
}
