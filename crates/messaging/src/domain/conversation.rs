//! A conversation, and who may open one.
//!
//! Every conversation has staff in it, or only staff. A class's is opened by staff of that class.

use std::collections::BTreeSet;

use homeroom_contract::{ClassId, OrgId, Role, Timestamp, UserId, field};
use serde::{Deserialize, Serialize};

use crate::domain::party::may_meet;
use crate::domain::{AboutStudent, Circle, ConversationId, InClass, Limits, MessagingError, Party};

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Conversation {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Who is in it.
    pub circle: Circle,
    /// Its name, if it was given one.
    pub title: Option<String>,
    /// The student whom it is about, if it is about one.
    pub about: Option<UserId>,
    /// The school whose administrators moderate it; none if nobody in it has a school, and then the district's do.
    pub school_id: Option<OrgId>,
    /// Who opened it.
    pub opened_by: UserId,
    /// When.
    pub opened_at: Timestamp,
}

/// What a conversation starts with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Its new id.
    pub conversation_id: ConversationId,
    /// Its name; none needed.
    pub title: Option<String>,
    /// When it is opened.
    pub at: Timestamp,
}

/// A class in which a conversation is to be opened, as the roster has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classroom {
    /// The class.
    pub class_id: ClassId,
    /// Its school.
    pub school_id: OrgId,
    /// Whether the opener teaches it, helps in it, or is an administrator over it.
    pub is_opener_staff: bool,
}

impl Conversation {
    /// Opens a conversation between people. Who is named twice, or is the opener, is in it once.
    ///
    /// `SUPERVISION_REQUIRED` with a student in it and no staff of the student's school; `UNAUTHORIZED` if two of them may not talk
    /// with each other, or somebody may not hear of the student whom it is about.
    pub fn between(
        opening: Opening,
        opener: &Party,
        others: &[Party],
        about: Option<&AboutStudent>,
        limits: &Limits,
    ) -> Result<Self, MessagingError> {
        field::count("participantIds", others.len(), limits.participants)?;
        let mut everyone = vec![opener.clone()];
        for other in others {
            if !everyone.iter().any(|party| party.user_id == other.user_id) {
                everyone.push(other.clone());
            }
        }
        if everyone.len() < 2 {
            return Err(MessagingError::Alone);
        }
        may_meet(&everyone)?;
        if let Some(student) = about
            && let Some(party) = everyone.iter().find(|party| !party.may_hear_of(student))
        {
            return Err(MessagingError::MayNotHearOf(party.user_id.clone()));
        }
        let circle =
            Circle::People { participants: everyone.iter().map(|party| party.user_id.clone()).collect() };
        let about = about.map(|student| student.student_id.clone());
        Self { about, ..Self::opened(opening, &opener.user_id, circle, school_of(&everyone)) }.checked(limits)
    }

    /// Opens the conversation of everyone in a class.
    ///
    /// `UNAUTHORIZED` unless the opener is staff of the class.
    pub fn of_class(
        opening: Opening,
        opener: &UserId,
        class: &Classroom,
        limits: &Limits,
    ) -> Result<Self, MessagingError> {
        let circle = Circle::Class { class_id: class.class_id.clone() };
        Self::in_class(opening, opener, class, circle, limits)
    }

    /// Opens a conversation of some people of a class, or guardians of its students, with what each is to the class. Only here
    /// guardians talk with each other.
    ///
    /// `UNAUTHORIZED` unless the opener is staff of the class, and if somebody has nothing to do with it.
    pub fn within_class(
        opening: Opening,
        opener: &UserId,
        class: &Classroom,
        others: &[(UserId, InClass)],
        limits: &Limits,
    ) -> Result<Self, MessagingError> {
        field::count("participantIds", others.len(), limits.participants)?;
        let outside = |(user, in_class): &&(UserId, InClass)| *in_class == InClass::Outside && user != opener;
        if let Some((user, _)) = others.iter().find(outside) {
            return Err(MessagingError::NotOfClass(user.clone()));
        }
        let participants: BTreeSet<UserId> =
            others.iter().map(|(user, _)| user).chain([opener]).cloned().collect();
        if participants.len() < 2 {
            return Err(MessagingError::Alone);
        }
        let circle = Circle::ClassGroup { class_id: class.class_id.clone(), participants };
        Self::in_class(opening, opener, class, circle, limits)
    }

    /// Whether that person may delete what others say in it: staff of its class, and the administrators of its school or of what
    /// stands above it.
    pub fn is_moderated_by(&self, who: &Party, is_class_staff: bool) -> bool {
        let over_class = is_class_staff && self.circle.class_id().is_some();
        let over_school = match (who.role, &self.school_id) {
            (Role::SchoolAdmin | Role::DistrictAdmin | Role::SystemAdmin, Some(school)) => {
                who.schools.contains(school)
            }
            (Role::DistrictAdmin | Role::SystemAdmin, None) => true,
            _ => false,
        };
        over_class || over_school
    }

    fn in_class(
        opening: Opening,
        opener: &UserId,
        class: &Classroom,
        circle: Circle,
        limits: &Limits,
    ) -> Result<Self, MessagingError> {
        if !class.is_opener_staff {
            return Err(MessagingError::NotAllowed);
        }
        Self::opened(opening, opener, circle, Some(class.school_id.clone())).checked(limits)
    }

    fn opened(opening: Opening, opener: &UserId, circle: Circle, school_id: Option<OrgId>) -> Self {
        Self {
            conversation_id: opening.conversation_id,
            circle,
            title: opening.title,
            about: None,
            school_id,
            opened_by: opener.clone(),
            opened_at: opening.at,
        }
    }

    fn checked(self, limits: &Limits) -> Result<Self, MessagingError> {
        self.title.as_deref().map_or(Ok(()), |title| field::text("title", title, limits.title_chars))?;
        Ok(self)
    }
}

/// The school that moderates a conversation: one that a family in it shares with staff in it; among staff alone one of the
/// opener's, who comes first. Of several, the one whose id sorts first.
fn school_of(everyone: &[Party]) -> Option<OrgId> {
    let shared = everyone.iter().filter(|party| !party.is_staff()).find_map(|family| {
        everyone
            .iter()
            .filter(|party| party.is_staff())
            .find_map(|staff| staff.schools.intersection(&family.schools).next())
    });
    shared.or_else(|| everyone.iter().find_map(|party| party.schools.first())).cloned()
}
