//! Who is in a conversation.
//!
//! That somebody is named is not enough for all times: the roster is asked again whenever somebody comes in, and whoever has left
//! the class, or has no staff of the own school there any more, is out.

use std::collections::BTreeSet;

use homeroom_contract::{ClassId, UserId};
use serde::{Deserialize, Serialize};

use crate::domain::{MessagingError, Party};

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

    /// Whether that person is in it now. `others` are those named in it, which counts where there is no class; `in_class` is
    /// what the person is to its class, where there is one.
    ///
    /// `NOT_FOUND` to who isn't in it; `SUPERVISION_REQUIRED` to a family that has no staff of the own school in it any more.
    pub fn admit(&self, who: &Party, others: &[Party], in_class: InClass) -> Result<(), MessagingError> {
        let is_in = match self {
            Self::People { participants } => participants.contains(&who.user_id),
            Self::Class { .. } => in_class == InClass::Member,
            Self::ClassGroup { participants, .. } => {
                in_class != InClass::Outside && participants.contains(&who.user_id)
            }
        };
        if !is_in {
            return Err(MessagingError::NotFound("conversation"));
        }
        let stays = match self {
            Self::People { participants } => {
                who.is_staff()
                    || others
                        .iter()
                        .any(|other| participants.contains(&other.user_id) && other.is_staff_for(who))
            }
            Self::Class { .. } | Self::ClassGroup { .. } => true,
        };
        if stays { Ok(()) } else { Err(MessagingError::SupervisionRequired) }
    }
}
