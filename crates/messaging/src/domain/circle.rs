//! Who is in a conversation.
//!
//! That somebody is named is not enough for all times: the roster is asked again whenever somebody comes in, and whoever has left
//! the class, or has no staff of the own school there any more, is out.

use std::collections::BTreeSet;

use homeroom_contract::{ClassId, Role, UserId};
use serde::{Deserialize, Serialize};

use crate::domain::{AboutStudent, Conversation, MessagingError, Party};

/// Who is in a conversation.
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

/// What somebody is to a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InClass {
    /// Nothing.
    Outside,
    /// The guardian of a student in it.
    Guardian,
    /// Enrolled in it, or staff over it.
    Member,
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

/// Somebody who would come into a conversation, with what the roster says now of that person and the others in it.
#[derive(Debug, Clone, Copy)]
pub struct Entrant<'a> {
    /// Who would come in.
    pub who: &'a Party,
    /// Those named in it; counts where there is no class.
    pub named: &'a [Party],
    /// What the person is to its class; counts where there is one.
    pub in_class: InClass,
    /// The student whom it is about, if it is about one.
    pub about: Option<&'a AboutStudent>,
}

impl Conversation {
    /// Whether that person is in it now.
    ///
    /// `NOT_FOUND` to who isn't, or no longer may be: who has left its class, a guardian whose child is no longer the student
    /// in it, who may no longer hear of the student whom it is about, staff who share no school any more with a family in it.
    /// `SUPERVISION_REQUIRED` to a family that has no staff of the own school in it any more.
    pub fn admit(&self, entrant: Entrant<'_>) -> Result<(), MessagingError> {
        let Entrant { who, named, in_class, about } = entrant;
        let is_named = self.circle.named().is_none_or(|named| named.contains(&who.user_id));
        let is_in = match &self.circle {
            Circle::People { .. } => is_named,
            Circle::Class { .. } => in_class == InClass::Member,
            Circle::ClassGroup { .. } => is_named && in_class != InClass::Outside,
        };
        if !is_in || !self.lets_hear(who, about) {
            return Err(MessagingError::NotFound("conversation"));
        }
        match &self.circle {
            Circle::People { participants } => {
                let is_other =
                    |other: &&Party| participants.contains(&other.user_id) && other.user_id != who.user_id;
                still_belongs(who, &named.iter().filter(is_other).collect::<Vec<_>>())
            }
            Circle::Class { .. } | Circle::ClassGroup { .. } => Ok(()),
        }
    }

    /// Of a student whom nothing is known of, nobody hears.
    fn lets_hear(&self, who: &Party, about: Option<&AboutStudent>) -> bool {
        self.about.as_ref().is_none_or(|student| {
            about.is_some_and(|about| about.student_id == *student && who.may_hear_of(about))
        })
    }
}

/// Whether somebody who is named still belongs to these people.
fn still_belongs(who: &Party, others: &[&Party]) -> Result<(), MessagingError> {
    let mut families = others.iter().filter(|other| other.is_family()).peekable();
    let belongs = if who.is_staff() {
        families.peek().is_none() || families.any(|family| who.may_talk_with(family).is_ok())
    } else if who.role == Role::Parent {
        families.all(|family| who.may_talk_with(family).is_ok())
    } else {
        who.is_family()
    };
    if !belongs {
        return Err(MessagingError::NotFound("conversation"));
    }
    let is_supervised = who.is_staff() || others.iter().any(|other| other.is_staff_for(who));
    if is_supervised { Ok(()) } else { Err(MessagingError::SupervisionRequired) }
}
