//! Whom a conversation is for, and what somebody is to it by the roster.

use std::collections::BTreeSet;

use homeroom_contract::{ClassId, Role, UserId};
use serde::{Deserialize, Serialize};

use crate::domain::Party;

/// Whom a conversation is for. Who of them is in it now is [`Conversation::participants`](crate::Conversation::participants).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Circle {
    /// These people.
    People {
        /// All of them, the opener too.
        participants: BTreeSet<UserId>,
    },
    /// Everyone in a class, the staff too, as the roster has it at any time; no guardians.
    Class {
        /// The class.
        class_id: ClassId,
    },
    /// Some people of a class, or guardians of its students.
    ClassGroup {
        /// The class.
        class_id: ClassId,
        /// All of them, the opener too.
        participants: BTreeSet<UserId>,
    },
}

/// What somebody is to a class; of several, the last of this list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum InClass {
    /// Nothing, or no more than a proctor in it.
    Outside,
    /// The guardian of a student in it.
    Guardian,
    /// Enrolled in it to learn.
    Student,
    /// An administrator over it who isn't enrolled in it. Comes into its conversation at will, but is not taken to watch over
    /// everyone's: only over one in which the administrator is named.
    Over,
    /// Teaches it or helps in it.
    Staff,
}

/// Somebody who might be in a conversation, as the roster has them now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The person.
    pub party: Party,
    /// What the person is to the conversation's class; without one, [`InClass::Outside`].
    pub in_class: InClass,
}

impl Circle {
    /// The class, if it is a class's conversation.
    pub fn class_id(&self) -> Option<&ClassId> {
        match self {
            Self::People { .. } => None,
            Self::Class { class_id } | Self::ClassGroup { class_id, .. } => Some(class_id),
        }
    }

    /// Those who are named; nobody is where everyone in a class is in it.
    pub fn named(&self) -> Option<&BTreeSet<UserId>> {
        match self {
            Self::People { participants } | Self::ClassGroup { participants, .. } => Some(participants),
            Self::Class { .. } => None,
        }
    }
}

impl Candidate {
    /// Somebody, where there is no class.
    pub fn of(party: Party) -> Self {
        Self { party, in_class: InClass::Outside }
    }

    /// Whether that is staff of the class or an administrator over it, by enrollment and by role.
    pub fn is_class_staff(&self) -> bool {
        matches!(self.in_class, InClass::Staff | InClass::Over) && self.party.is_staff()
    }

    /// Whether the person has something to do with the class in a role in which people talk: an enrollment alone is not enough,
    /// a proctor's in particular.
    pub(crate) fn is_of_class(&self) -> bool {
        match self.in_class {
            InClass::Outside => false,
            InClass::Guardian => self.party.holds(Role::Parent),
            InClass::Student => self.party.talks_as().is_some(),
            InClass::Over | InClass::Staff => self.is_class_staff(),
        }
    }
}
